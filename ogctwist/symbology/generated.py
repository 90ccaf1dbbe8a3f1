# -*- test-case-name: tests.symbology.test_generated -*-
"""Symbol layers that draw another geometry: the geometry generator and the vector field."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from ogctwist.expression import Expression, ExpressionError
from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.geometry import GeometryColumn
from ogctwist.symbology.attributes import Value, contextOf, expressionOf, fieldsOf, unionOfFields
from ogctwist.symbology.datadefined import asNumbers
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.parts import LINE, Parts, drawnParts
from ogctwist.symbology.picturemarkers import EmptyPainter
from ogctwist.symbology.repeated import GroupedPainter
from ogctwist.symbology.symbols import Drawing, LayerMarkup, Painter, Symbol
from ogctwist.symbology.units import Length, readUnit


@dataclass(frozen=True)
class GeometryGenerator:
    """
    What an expression makes of the feature, drawn once for each feature with a symbol.

    @ivar expression: None draws nothing.
    """

    symbol: Symbol
    expression: Expression | None
    renderingPass: int = 0

    @property
    def fields(self) -> frozenset[str] | None:
        """The attributes that the expression and the symbol need."""
        return unionOfFields([self.symbol.fields, fieldsOf(self.expression)])

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> Painter:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        if self.expression is None or not len(parts):
            return EmptyPainter()
        made = self.expression.evaluate(batch, contextOf(drawing.frame))
        if not (pa.types.is_binary(made.type) or pa.types.is_large_binary(made.type)):
            return EmptyPainter()
        column = GeometryColumn.fromWkb(made)
        generated = drawnParts(column, self.symbol.kind, drawing.frame, clip=self.symbol.clipToExtent)
        # what is generated is the geometry of the feature for the expressions of the symbol
        inside = batch.withGeometry(column)
        inner = self.symbol.painter(generated, inside, replace(drawing, angles=None, sizes=None))
        # all that a feature's expression made is drawn in the place of the feature's first part
        isFirst = np.append(True, parts.rowOf[1:] != parts.rowOf[:-1])
        begins = np.searchsorted(generated.rowOf, parts.rowOf)
        ends = np.searchsorted(generated.rowOf, parts.rowOf, "right")
        starts = np.append(np.where(isFirst, begins, ends), ends[-1])
        return GroupedPainter(inner, starts)

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        return self.symbol.extent(frame)


CARTESIAN, POLAR, HEIGHT = 0, 1, 2


@dataclass(frozen=True)
class VectorField:
    """
    A line from each point as far as two attributes say.

    @ivar kind: L{CARTESIAN} (x and y), L{POLAR} (length and angle) or L{HEIGHT} (y alone).
    @ivar inDegrees: how angles are measured; otherwise in radians.
    @ivar isClockwise: from north; otherwise counter-clockwise from east.
    @ivar distance: one unit of the attributes.
    """

    symbol: Symbol
    x: Value | None
    y: Value | None
    kind: int = CARTESIAN
    inDegrees: bool = True
    isClockwise: bool = True
    distance: Length = Length(1.0)
    renderingPass: int = 0

    @property
    def fields(self) -> frozenset[str] | None:
        """The attributes of the vectors, and those that the line needs."""
        own = [value.fields for value in (self.x, self.y) if value is not None]
        return unionOfFields([self.symbol.fields, *own])

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> Painter:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        frame = drawing.frame
        x, y = (
            np.zeros(len(batch)) if value is None else np.nan_to_num(asNumbers(value.column(batch, frame)))
            for value in (self.x, self.y)
        )
        if self.kind == POLAR:
            angle = np.radians(y) if self.inDegrees else y
            if self.isClockwise:
                angle = np.pi / 2 - angle
            x, y = x * np.cos(angle), x * np.sin(angle)
        elif self.kind == HEIGHT:
            x = np.zeros(len(batch))
        reach = np.column_stack([x, -y])[parts.rowOf] * self.distance.pixels(frame)
        points = parts.firstPoints
        coords = np.stack([points, points + reach], axis=1).reshape(-1, 2)
        count = np.arange(len(parts) + 1, dtype=np.int64)
        lines = Parts(LINE, coords, count * 2, count, parts.rowOf)
        return self.symbol.painter(lines, batch, replace(drawing, angles=None, sizes=None))

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        return self.symbol.extent(frame) + self.distance.pixels(frame)


def readGeometryGenerator(markup: LayerMarkup) -> GeometryGenerator:
    """A GeometryGenerator."""
    properties = markup.properties
    assert markup.reader is not None
    expression = None
    try:
        expression = expressionOf(properties.get("geometryModifier", ""), markup.reader.fieldNames)
    except ExpressionError as error:
        markup.unsupported.append(f"geometry generator: {error}")
    if properties.get("units", "MapUnit") not in ("MapUnit", ""):
        markup.unsupported.append("geometry generator in units of the picture")
        expression = None
    return GeometryGenerator(markup.requiredSubSymbol(), expression, markup.renderingPass)


def readVectorField(markup: LayerMarkup) -> VectorField:
    """A VectorField."""
    properties = markup.properties
    assert markup.reader is not None
    names = [properties.get(f"{axis}_attribute", "") for axis in "xy"]
    x, y = (Value.ofField(name, markup.reader.fieldNames) if name else None for name in names)
    kind = int(properties.number("vector_field_type"))
    scale = properties.number("scale", default=1.0)
    return VectorField(
        markup.requiredSubSymbol(),
        x,
        y,
        kind=kind if kind in (CARTESIAN, POLAR, HEIGHT) else CARTESIAN,
        inDegrees=int(properties.number("angle_units")) == 0,
        isClockwise=int(properties.number("angle_orientation")) == 0,
        distance=readUnit(properties, "distance", scale),
        renderingPass=markup.renderingPass,
    )
