# -*- test-case-name: tests.qgiscompat.core.test_values -*-
"""Small classes that plugins use now and then."""

from __future__ import annotations

from typing import Any

import pyproj
import shapely
from lxml import etree

from ogctwist.project.options import optionValue
from ogctwist.qgiscompat.core.enums import withEnums
from ogctwist.qgiscompat.wrapper import Wrapper


class QgsReadWriteContext(Wrapper):
    """Where what is read and written lies: paths are taken as they are."""

    def _make(self, *arguments: Any) -> None:
        pass


class QgsRenderContext(Wrapper):
    """What drawing needs; plugins do not draw, but they may ask for it."""

    def _make(self, *arguments: Any) -> None:
        self._q_context: Any = None
        self._q_flags = 0

    def setExpressionContext(self, context: Any) -> None:
        """The variables of expressions."""
        self._q_context = context

    def expressionContext(self) -> Any:
        """The variables of expressions."""
        from ogctwist.qgiscompat.core.contexts import QgsExpressionContext

        if self._q_context is None:
            self._q_context = QgsExpressionContext()
        return self._q_context

    def setFlag(self, flag: int, on: bool = True) -> None:
        """Set a flag."""
        self._q_flags = self._q_flags | int(flag) if on else self._q_flags & ~int(flag)

    def testFlag(self, flag: int) -> bool:
        """Whether it is set."""
        return bool(self._q_flags & int(flag))

    def setUseAdvancedEffects(self, enabled: bool) -> None:
        """Nothing is drawn with it."""


@withEnums("QgsUnitTypes")
class QgsUnitTypes(Wrapper):
    """Enumerations of units."""

    @staticmethod
    def toString(unit: Any) -> str:
        """The name of a unit."""
        return unit.name.removeprefix("Distance").removeprefix("Area").lower()


class QgsXmlUtils(Wrapper):
    """Everything here is static."""

    @staticmethod
    def readVariant(element: Any) -> Any:
        """The value of an C{Option} element of QtXml."""
        if hasattr(element, "ownerDocument"):
            text = _textOf(element)
            if not text:
                return None
            parsed = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
            return optionValue(parsed)
        return optionValue(element)


def _textOf(element: Any) -> str:
    """A QDomElement as text: through a document of its own."""
    from ogctwist.qgiscompat.qt import qtModule

    document = qtModule("QtXml").QDomDocument()
    document.appendChild(document.importNode(element, True))
    return str(document.toString(-1))


class QgsDistanceArea(Wrapper):
    """Measures on an ellipsoid, or in the plane."""

    def _make(self, *arguments: Any) -> None:
        self._q_ellipsoid, self._q_crs = "", None

    def setSourceCrs(self, crs: Any, context: Any = None) -> None:
        """What geometries are in."""
        self._q_crs = crs._q_crs

    def setEllipsoid(self, name: str) -> bool:
        """What to measure on; C{NONE}: in the plane."""
        self._q_ellipsoid = str(name)
        return True

    def ellipsoid(self) -> str:
        """What it measures on."""
        return self._q_ellipsoid

    def _q_measure(self, geometry: Any) -> tuple[float, float] | None:
        """Area and length on the ellipsoid; None in the plane."""
        if self._q_crs is None or self._q_ellipsoid in ("", "NONE"):
            return None
        from ogctwist.geo.crs import WGS84
        from ogctwist.geo.transforms import transformCoords

        crs = self._q_crs
        moved = shapely.transform(geometry._q_shape, lambda c: transformCoords(c, crs, WGS84))
        geod = pyproj.Geod(ellps="WGS84")
        area, perimeter = geod.geometry_area_perimeter(moved)
        return abs(area), perimeter

    def measureArea(self, geometry: Any) -> float:
        """In square metres."""
        measured = self._q_measure(geometry)
        return geometry.area() if measured is None else measured[0]

    def measureLength(self, geometry: Any) -> float:
        """In metres; 0 for what is no line."""
        if int(geometry.type()) != 1:
            return 0.0
        measured = self._q_measure(geometry)
        return geometry.length() if measured is None else measured[1]

    measurePerimeter = measureLength


class QgsSpatialIndex(Wrapper):
    """Finds features by their boxes."""

    def _make(self, features: Any = None, *options: Any) -> None:
        self._q_boxes: dict[int, shapely.Geometry] = {}
        self._q_tree: Any = None
        for feature in () if features is None else features:
            self.addFeature(feature) if self._q_isMade else self._q_add(feature)

    def _q_add(self, feature: Any) -> bool:
        if feature._q_geometry.isEmpty():
            return False
        self._q_boxes[feature.id()] = shapely.box(*feature._q_geometry._q_shape.bounds)
        self._q_tree = None
        return True

    def addFeature(self, feature: Any, *more: Any) -> bool:
        """Put one in; False when it has no geometry."""
        return self._q_add(feature)

    insertFeature = addFeature

    def addFeatures(self, features: Any, *more: Any) -> bool:
        """Put several in."""
        added = [self._q_add(feature) for feature in features]
        return all(added)

    def deleteFeature(self, feature: Any) -> bool:
        """Take one out."""
        self._q_tree = None
        return self._q_boxes.pop(feature.id(), None) is not None

    def _q_index(self) -> Any:
        if self._q_tree is None:
            self._q_tree = list(self._q_boxes), shapely.STRtree(list(self._q_boxes.values()))
        return self._q_tree

    def intersects(self, rectangle: Any) -> list[int]:
        """Ids of those whose boxes meet a rectangle."""
        ids, tree = self._q_index()
        return [ids[i] for i in tree.query(rectangle._q_polygon(), predicate="intersects").tolist()]

    def nearestNeighbor(self, point: Any, neighbors: int = 1, maxDistance: float = 0.0) -> list[int]:
        """Ids of those whose boxes are nearest to a point."""
        where = shapely.Point(point.x(), point.y())
        order = sorted(self._q_boxes, key=lambda i: self._q_boxes[i].distance(where))
        near = [i for i in order if maxDistance <= 0 or self._q_boxes[i].distance(where) <= maxDistance]
        return near[:neighbors]


class QgsHstoreUtils(Wrapper):
    """Texts of PostgreSQL's hstore."""

    @staticmethod
    def build(values: dict[str, Any]) -> str:
        """A map as text."""
        quoted = (
            '"' + str(t).replace("\\", "\\\\").replace('"', '\\"') + '"'
            for pair in values.items()
            for t in pair
        )
        texts = list(quoted)
        return ",".join(f"{k}=>{v}" for k, v in zip(texts[::2], texts[1::2], strict=True))
