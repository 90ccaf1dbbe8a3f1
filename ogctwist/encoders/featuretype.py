# -*- test-case-name: tests.encoders.test_featuretype -*-
"""What a feature encoder has to know of the layer whose features it writes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
import shapely

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.geo.geometry import GeometryColumn, Ragged
from ogctwist.geo.transforms import transformCoords
from ogctwist.native import wkb
from ogctwist.native.shapes import Shapes


class GeometryForm(Enum):
    """What is written of a geometry (GEOMETRYNAME of QGIS Server)."""

    FULL = "geometry"
    EXTENT = "extent"
    CENTROID = "centroid"
    NONE = "none"


@dataclass(frozen=True)
class FieldEncoding:
    """
    How the values of one attribute are written.

    @ivar name: of the column in the batches.
    @ivar isJson: its texts are JSON documents.
    @ivar pattern: of a date and time, in Qt's letters, where a date widget asks for one;
        heeded by GML only, as in QGIS.
    @ivar decimals: digits after the point where a range widget fixes them; GML only.
    """

    name: str
    isJson: bool = False
    pattern: str = ""
    decimals: int | None = None


@dataclass(frozen=True)
class FeatureType:
    """
    A feature type of an answer.

    @ivar name: the type name, also the first half of the feature ids.
    @ivar fields: the attributes to write, in this order.
    @ivar crs: of the geometries in the batches; None when unknown.
    @ivar outputCrs: of the geometries in the document; None: as they are.
    @ivar srsName: how the document names that; '' for not at all.
    @ivar isSwapped: northing or latitude is written first.
    @ivar precision: digits after the point of a coordinate.
    @ivar hasZ: whether z is written.
    """

    name: str
    fields: tuple[FieldEncoding, ...] = ()
    crs: CRS | None = None
    outputCrs: CRS | None = None
    srsName: str = ""
    isSwapped: bool = False
    precision: int = 6
    hasZ: bool = False
    geometry: GeometryForm = GeometryForm.FULL

    def shapes(self, column: GeometryColumn | None) -> Shapes | None:
        """
        The geometries to write, in the document's CRS, x first; None for none at all.  One that
        has no place there is null, and so is an empty point, line or polygon, which no format
        can spell; several of nothing can be.
        """
        if column is None or self.geometry is GeometryForm.NONE:
            return None
        shapes = _withoutHollow(_formed(column, self.geometry))
        if self.crs is None or self.outputCrs is None or self.crs == self.outputCrs:
            return shapes
        return shapes.withCoords(transformCoords(shapes.ragged.coords, self.crs, self.outputCrs))


@dataclass(frozen=True)
class CollectionBounds:
    """
    The box around a whole collection, as its head gives it.

    @ivar box: in the units of C{srsName}, x first.
    """

    box: Box
    srsName: str = ""
    isSwapped: bool = False
    precision: int = 6

    def corners(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Lower and upper corner, the axes in the order of the document."""
        box = self.box.swapped() if self.isSwapped else self.box
        return (box.xmin, box.ymin), (box.xmax, box.ymax)


def _formed(column: GeometryColumn, form: GeometryForm) -> Shapes:
    """The shapes of a column, or their extents or centroids."""
    if form is GeometryForm.CENTROID:
        return wkb.shapes(GeometryColumn.fromShapes(shapely.centroid(column.shapes)))
    shapes = wkb.shapes(column)
    return extents(shapes) if form is GeometryForm.EXTENT else shapes


def _withoutHollow(shapes: Shapes) -> Shapes:
    """The same shapes, those null that have a single part and no coordinates."""
    hollow = np.diff(shapes.ragged.partsOf) == 0
    hollow &= (shapes.types > 0) & (shapes.types < 4)
    return Shapes(shapes.ragged, np.where(hollow, 0, shapes.types)) if hollow.any() else shapes


def extents(shapes: Shapes) -> Shapes:
    """The bounding boxes of geometries as polygons; null where there is nothing to bound."""
    bounds = shapes.bounds
    full = ~np.isnan(bounds[:, 0])
    xmin, ymin, xmax, ymax = bounds[full].T
    corners = np.stack(
        [
            np.stack(pair, axis=1)
            for pair in ((xmin, ymin), (xmax, ymin), (xmax, ymax), (xmin, ymax), (xmin, ymin))
        ],
        axis=1,
    )
    n = len(corners)
    ragged = Ragged(
        np.ascontiguousarray(corners.reshape(-1, 2)),
        np.full(n, 3, np.uint8),
        np.arange(n + 1, dtype=np.int64) * 5,
        np.arange(n + 1, dtype=np.int64),
        np.concatenate([[0], np.cumsum(full)]).astype(np.int64),
    )
    return Shapes(ragged, np.where(full, 3, 0).astype(np.uint8))


def isNameStart(character: str) -> bool:
    """Whether an XML name may begin with it; of the letters that is close enough."""
    return character == "_" or character.isalpha()


def elementName(name: str) -> str:
    """
    The name of an XML element for a layer or field, as QGIS Server forms it: blanks become
    underscores and all but letters, digits, C{_ - .} goes.  A name that would begin with what
    XML forbids at that place gets an underscore, where QGIS writes no XML.
    """
    kept = [c for c in name.replace(" ", "_") if c in "_-." or c.isalpha() or c.isdecimal()]
    text = "".join(kept)
    return text if text and isNameStart(text[0]) else f"_{text}"
