# -*- test-case-name: tests.symbology.test_symbols -*-
"""Which classes of symbol layers there are, for which kinds of symbols."""

from __future__ import annotations

from collections.abc import Sequence

from ogctwist.symbology.arrows import ARROW_LINE_VARIATIONS, readArrowLine
from ogctwist.symbology.dynamic import DynamicLayer
from ogctwist.symbology.effectlayer import withEffects
from ogctwist.symbology.fills import SIMPLE_FILL_VARIATIONS, readSimpleFill
from ogctwist.symbology.generated import readGeometryGenerator, readVectorField
from ogctwist.symbology.gradients import GRADIENT_FILL_VARIATIONS, readGradientFill
from ogctwist.symbology.lines import SIMPLE_LINE_VARIATIONS, readSimpleLine
from ogctwist.symbology.markers import SIMPLE_MARKER_VARIATIONS, readSimpleMarker
from ogctwist.symbology.parts import LINE, POINT, POLYGON
from ogctwist.symbology.patterns import (
    LINE_PATTERN_VARIATIONS,
    POINT_PATTERN_VARIATIONS,
    readLinePattern,
    readPointPattern,
)
from ogctwist.symbology.picturefills import (
    RASTER_FILL_VARIATIONS,
    SVG_FILL_VARIATIONS,
    readRasterFill,
    readSvgFill,
)
from ogctwist.symbology.picturemarkers import (
    RASTER_MARKER_VARIATIONS,
    SVG_MARKER_VARIATIONS,
    readRasterMarker,
    readSvgMarker,
)
from ogctwist.symbology.placedfills import (
    RANDOM_MARKER_FILL_VARIATIONS,
    readCentroidFill,
    readRandomMarkerFill,
)
from ogctwist.symbology.repeated import (
    HASH_LINE_VARIATIONS,
    MARKER_LINE_VARIATIONS,
    readHashLine,
    readMarkerLine,
)
from ogctwist.symbology.shapeburst import SHAPEBURST_VARIATIONS, readShapeburstFill
from ogctwist.symbology.shapedmarkers import (
    ELLIPSE_MARKER_VARIATIONS,
    FILLED_MARKER_VARIATIONS,
    FONT_MARKER_VARIATIONS,
    readEllipseMarker,
    readFilledMarker,
    readFontMarker,
)
from ogctwist.symbology.symbols import LayerClass, SymbolReader

_SIMPLE_LINE = LayerClass(readSimpleLine, SIMPLE_LINE_VARIATIONS)

LAYER_CLASSES: dict[tuple[int, str], LayerClass] = {
    (POLYGON, "SimpleFill"): LayerClass(readSimpleFill, SIMPLE_FILL_VARIATIONS),
    (POLYGON, "SimpleLine"): _SIMPLE_LINE,
    (LINE, "SimpleLine"): _SIMPLE_LINE,
    **{(kind, "MarkerLine"): LayerClass(readMarkerLine, MARKER_LINE_VARIATIONS) for kind in (LINE, POLYGON)},
    **{(kind, "HashLine"): LayerClass(readHashLine, HASH_LINE_VARIATIONS) for kind in (LINE, POLYGON)},
    (POLYGON, "CentroidFill"): LayerClass(readCentroidFill),
    (POLYGON, "GradientFill"): LayerClass(readGradientFill, GRADIENT_FILL_VARIATIONS),
    (POLYGON, "RandomMarkerFill"): LayerClass(readRandomMarkerFill, RANDOM_MARKER_FILL_VARIATIONS),
    (POLYGON, "ShapeburstFill"): LayerClass(readShapeburstFill, SHAPEBURST_VARIATIONS),
    **{(kind, "ArrowLine"): LayerClass(readArrowLine, ARROW_LINE_VARIATIONS) for kind in (LINE, POLYGON)},
    **{(kind, "GeometryGenerator"): LayerClass(readGeometryGenerator) for kind in (POINT, LINE, POLYGON)},
    (POINT, "VectorField"): LayerClass(readVectorField),
    (POLYGON, "LinePatternFill"): LayerClass(readLinePattern, LINE_PATTERN_VARIATIONS),
    (POLYGON, "PointPatternFill"): LayerClass(readPointPattern, POINT_PATTERN_VARIATIONS),
    (POLYGON, "SVGFill"): LayerClass(readSvgFill, SVG_FILL_VARIATIONS),
    (POLYGON, "RasterFill"): LayerClass(readRasterFill, RASTER_FILL_VARIATIONS),
    (POINT, "EllipseMarker"): LayerClass(readEllipseMarker, ELLIPSE_MARKER_VARIATIONS),
    (POINT, "FilledMarker"): LayerClass(readFilledMarker, FILLED_MARKER_VARIATIONS),
    (POINT, "FontMarker"): LayerClass(readFontMarker, FONT_MARKER_VARIATIONS),
    (POINT, "RasterMarker"): LayerClass(readRasterMarker, RASTER_MARKER_VARIATIONS),
    (POINT, "SvgMarker"): LayerClass(readSvgMarker, SVG_MARKER_VARIATIONS),
    (POINT, "SimpleMarker"): LayerClass(readSimpleMarker, SIMPLE_MARKER_VARIATIONS),
}


def symbolReader(fieldNames: Sequence[str] = ()) -> SymbolReader:
    """
    A reader of symbols with all layers that can be drawn.

    @param fieldNames: the attributes of the layer as far as they are known.
    """
    return SymbolReader(LAYER_CLASSES, fieldNames, _assembled)


def _assembled(layer, defined, variations, effects):
    dynamic = DynamicLayer(layer, defined, variations) if defined else layer
    return withEffects(dynamic, effects)
