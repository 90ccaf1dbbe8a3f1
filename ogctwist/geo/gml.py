# -*- test-case-name: tests.geo.test_gml -*-
# mypy: disable-error-code="arg-type"
"""
Geometries out of GML 2, 3.1.1 and 3.2 elements.

Namespaces are not looked at: the local names tell the versions' elements apart.
Curves are read when they are made of line strings, surfaces when of polygon
patches; arcs are refused, not guessed at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from lxml import etree

from ogctwist.geo.axisorder import crsFromName
from ogctwist.geo.crs import CRS, UnknownCRS
from ogctwist.geo.wellknown import MAX_DEPTH, MAX_VERTICES


class GmlError(ValueError):
    """An element that is no geometry, one that is not read here, or one beyond the bounds."""


@dataclass(frozen=True)
class GmlGeometry:
    """
    A geometry as a document gives it.

    @ivar shape: x first, whatever the order in the document.
    @ivar crs: of its srsName; None without one.
    @ivar isInverted: whether the document wrote northing first.
    """

    shape: shapely.Geometry
    crs: CRS | None = None
    isInverted: bool = False


#: Elements that are geometries, by local name.
GEOMETRIES = frozenset((
    "Point", "LineString", "LinearRing", "Polygon", "Box", "Envelope", "MultiPoint", "MultiLineString",
    "MultiPolygon", "MultiGeometry", "Curve", "MultiCurve", "Surface", "MultiSurface", "CompositeCurve",
    "CompositeSurface", "PolygonPatch", "LineStringSegment", "OrientableCurve", "OrientableSurface",
))  # fmt: skip


def localName(element: etree._Element) -> str:
    """The name of an element without its namespace; '' of comments and the like."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def geometryFromGml(
    element: etree._Element, crs: CRS | None = None, isInverted: bool = False, maxVertices: int = MAX_VERTICES
) -> GmlGeometry:
    """
    The geometry of an element.

    @param crs: what holds where no srsName is given; likewise C{isInverted}.
    @raise GmlError: it is none, is not supported, or has too many vertices.
    @raise UnknownCRS: its srsName names no CRS.
    """
    name = element.get("srsName")
    if name is None:  # GML 2 likes to name it further down
        name = next((e.get("srsName") for e in element.iter() if e.get("srsName")), None)
    if name:
        crs, isInverted = crsFromName(name)
    reader = _Reader(maxVertices, _dimension(element))
    shape = reader.read(element, 0)
    if isInverted:
        shape = shapely.transform(shape, _swapped, include_z=bool(shapely.has_z(shape)))
    return GmlGeometry(shape, crs, isInverted)


def geometryFromText(text: str) -> shapely.Geometry:
    """
    The geometry of GML as text, prefixes bound or not; coordinates are left as they are.

    @raise GmlError: it is none.
    """
    if len(text) > 10_000_000 or "<!" in text:
        raise GmlError("this is no geometry")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=False, huge_tree=False)
    wrapped = f'<r xmlns:gml="http://www.opengis.net/gml">{text}</r>'
    try:
        root = etree.fromstring(wrapped.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise GmlError("this is no GML") from None
    if len(root) != 1:
        raise GmlError("this is no geometry")
    return _Reader(MAX_VERTICES, _dimension(root[0])).read(root[0], 0)


def _swapped(coordinates: np.ndarray) -> np.ndarray:
    turned = coordinates.copy()
    turned[:, [0, 1]] = coordinates[:, [1, 0]]
    return turned


def _dimension(element: etree._Element) -> int:
    for each in (element, *element.iterdescendants()):
        value = each.get("srsDimension") or each.get("dimension")
        if value in ("2", "3"):
            return int(value)
    return 2


class _Reader:
    """Reads one geometry; counts its vertices."""

    def __init__(self, maxVertices: int, dimension: int):
        self._left = maxVertices
        self._maximum = maxVertices
        self._dimension = dimension
        self._makers: dict[str, Callable[[etree._Element, int], shapely.Geometry]] = {
            "Point": self._point,
            "LineString": self._line,
            "LineStringSegment": self._line,
            "LinearRing": lambda element, depth: shapely.LinearRing(self._ring(element)),
            "Polygon": self._polygon,
            "PolygonPatch": self._polygon,
            "Box": self._box,
            "Envelope": self._box,
            "Curve": self._curve,
            "CompositeCurve": self._curve,
            "OrientableCurve": self._curve,
            "Surface": self._surface,
            "CompositeSurface": self._surface,
            "OrientableSurface": self._surface,
            "MultiPoint": lambda e, d: shapely.MultiPoint(self._members(e, d, 0)),
            "MultiLineString": lambda e, d: shapely.MultiLineString(self._members(e, d, 1)),
            "MultiCurve": lambda e, d: shapely.MultiLineString(self._members(e, d, 1)),
            "MultiPolygon": lambda e, d: shapely.MultiPolygon(self._members(e, d, 3)),
            "MultiSurface": lambda e, d: shapely.MultiPolygon(self._members(e, d, 3)),
            "MultiGeometry": lambda e, d: shapely.GeometryCollection(self._members(e, d, None)),
        }

    def read(self, element: etree._Element, depth: int) -> shapely.Geometry:
        """The geometry of an element at a depth of nesting."""
        maker = self._makers.get(localName(element))
        if maker is None:
            raise GmlError(f"{localName(element)[:80] or 'this'} is not a geometry that is read here")
        if depth > MAX_DEPTH:
            raise GmlError("a geometry is nested too deeply")
        try:
            return maker(element, depth)
        except GmlError:
            raise
        except (ValueError, TypeError, shapely.errors.GEOSException):
            raise GmlError(f"the coordinates of a {localName(element)} make no geometry") from None

    # coordinates

    def _coordinates(self, element: etree._Element) -> np.ndarray:
        """All coordinates given directly below an element, shape (v, 2) or (v, 3)."""
        rows: list[np.ndarray] = []
        for child in element:
            name = localName(child)
            if name in ("pos", "posList", "lowerCorner", "upperCorner"):
                rows.append(self._positions(child, name != "posList"))
            elif name == "coordinates":
                rows.append(self._listed(child))
            elif name == "coord":
                rows.append(self._numbers([self._text(part) for part in child], len(child)))
            elif name in ("pointMember", "pointRep", "pointProperty"):
                rows.extend(self._coordinates(part) for part in child)
        if not rows or len({row.shape[1] for row in rows}) != 1:
            raise GmlError(f"a {localName(element)} has no coordinates")
        return np.vstack(rows)

    def _text(self, element: etree._Element) -> str:
        return element.text or ""

    def _positions(self, element: etree._Element, isSingle: bool) -> np.ndarray:
        words = self._text(element).split()
        own = element.get("srsDimension") or element.get("dimension")
        dimension = len(words) if isSingle else int(own) if own in ("2", "3") else self._dimension
        return self._numbers(words, dimension)

    def _listed(self, element: etree._Element) -> np.ndarray:
        """C{<coordinates decimal="." cs="," ts=" ">} of GML 2."""
        between, after = element.get("cs", ","), element.get("ts", " ")
        point = element.get("decimal", ".")
        text = self._text(element).strip()
        if len(between) != 1 or len(after) != 1 or len(point) != 1:
            raise GmlError("coordinates have separators of more than one character")
        tuples = text.split() if after.isspace() else [part for part in text.split(after) if part.strip()]
        words = [word.replace(point, ".") for part in tuples for word in part.split(between)]
        return self._numbers(words, len(tuples[0].split(between)) if tuples else 0)

    def _numbers(self, words: list[str], dimension: int) -> np.ndarray:
        if dimension not in (2, 3) or not words or len(words) % dimension:
            raise GmlError("coordinates are not complete")
        self._left -= len(words) // dimension
        if self._left < 0:
            raise GmlError(f"a geometry has more than {self._maximum} vertices")
        try:
            values = np.array(words, dtype=np.float64)
        except ValueError:
            raise GmlError("a coordinate is not a number") from None
        if not np.isfinite(values).all():
            raise GmlError("a coordinate is not finite")
        return values.reshape(-1, dimension)

    # geometries

    def _point(self, element: etree._Element, depth: int) -> shapely.Geometry:
        coordinates = self._coordinates(element)
        if len(coordinates) != 1:
            raise GmlError("a Point has one position")
        return shapely.Point(coordinates[0])

    def _line(self, element: etree._Element, depth: int) -> shapely.Geometry:
        return shapely.LineString(self._coordinates(element))

    def _ring(self, element: etree._Element) -> np.ndarray:
        if localName(element) == "Ring":
            members = [part for child in element for part in child]
            return np.vstack([shapely.get_coordinates(self.read(part, 1)) for part in members])
        return self._coordinates(element)

    def _polygon(self, element: etree._Element, depth: int) -> shapely.Geometry:
        shell: np.ndarray | None = None
        holes: list[np.ndarray] = []
        for child in element:
            name = localName(child)
            if name in ("outerBoundaryIs", "exterior") and len(child):
                shell = self._ring(child[0])
            elif name in ("innerBoundaryIs", "interior"):
                holes.extend(self._ring(ring) for ring in child)
        if shell is None:
            raise GmlError("a Polygon has no outer ring")
        return shapely.Polygon(shell, holes)

    def _box(self, element: etree._Element, depth: int) -> shapely.Geometry:
        coordinates = self._coordinates(element)
        if len(coordinates) != 2:
            raise GmlError("a box has two corners")
        (x0, y0), (x1, y1) = coordinates[:, :2]
        return shapely.box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    def _curve(self, element: etree._Element, depth: int) -> shapely.Geometry:
        parts = [part for child in element for part in child]
        lines = [self.read(part, depth + 1) for part in parts]
        if not lines:
            raise GmlError("a Curve has no segments")
        coordinates = [shapely.get_coordinates(line, include_z=bool(shapely.has_z(line))) for line in lines]
        joined = [coordinates[0]]
        for each in coordinates[1:]:
            joined.append(each[1:] if (each[0] == joined[-1][-1]).all() else each)
        return shapely.LineString(np.vstack(joined))

    def _surface(self, element: etree._Element, depth: int) -> shapely.Geometry:
        patches = [self.read(part, depth + 1) for child in element for part in child]
        if not patches:
            raise GmlError("a Surface has no patches")
        return patches[0] if len(patches) == 1 else shapely.MultiPolygon(shapely.get_parts(patches).tolist())

    def _members(self, element: etree._Element, depth: int, kind: int | None) -> list[shapely.Geometry]:
        shapes: list[shapely.Geometry] = []
        for child in element:
            name = localName(child)
            elements = [child] if name in self._makers else list(child)
            shapes.extend(self.read(part, depth + 1) for part in elements if localName(part))
        if kind is not None and any(shapely.get_type_id(shape) != kind for shape in shapes):
            shapes = shapely.get_parts(np.array(shapes, dtype=object)).tolist()
            if any(shapely.get_type_id(shape) != kind for shape in shapes):
                raise GmlError(f"a {localName(element)} has members of another kind")
        return shapes


__all__ = [
    "GEOMETRIES",
    "GmlError",
    "GmlGeometry",
    "UnknownCRS",
    "geometryFromGml",
    "geometryFromText",
    "localName",
]
