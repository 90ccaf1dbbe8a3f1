# -*- test-case-name: tests.symbology.test_datadefined -*-
"""Properties of symbols that come from the data: by field, expression or assistant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from ogctwist.canvas.ink import CLEAR, Color
from ogctwist.expression import ExpressionError
from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.attributes import Value, contextOf, expressionOf
from ogctwist.symbology.colorramps import ColorRamp, rampOfOption
from ogctwist.symbology.colors import parseColor
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.markup import Properties, number, optionValue

STATIC, FIELD, EXPRESSION = 1, 2, 3


class Transformer(Protocol):
    """An assistant: turns a number into a size, a colour, …"""

    def values(self, numbers: np.ndarray) -> Sequence[object]:
        """@param numbers: float64 (n,), NaN for NULL.  @return: n values; None for none."""


@dataclass(frozen=True)
class NumberTransformer:
    """
    Numbers between two bounds to numbers between two others.

    @ivar exponent: bends the line between.
    @ivar curve: points from (0, 0) to (1, 1) that bend it instead; empty for none.
    """

    minimum: float
    maximum: float
    lowest: float
    highest: float
    exponent: float = 1.0
    null: float = 0.0
    curve: tuple[tuple[float, float], ...] = ()

    def values(self, numbers: np.ndarray) -> list[float]:
        """See L{Transformer}."""
        share = unitShare(numbers, self.minimum, self.maximum)
        if self.curve:
            xs, ys = zip(*self.curve, strict=True)
            share = np.interp(share, xs, ys)
        result = self.lowest + (self.highest - self.lowest) * share**self.exponent
        return np.where(np.isnan(numbers), self.null, result).tolist()


@dataclass(frozen=True)
class ColorTransformer:
    """Numbers between two bounds to colours of a ramp."""

    minimum: float
    maximum: float
    ramp: ColorRamp
    null: Color = CLEAR

    def values(self, numbers: np.ndarray) -> list[Color]:
        """See L{Transformer}."""
        share = unitShare(numbers, self.minimum, self.maximum)
        known, codes = np.unique(np.where(np.isnan(numbers), -1, share), return_inverse=True)
        colors = [self.null if position < 0 else self.ramp.color(position) for position in known]
        return [colors[code] for code in codes]


def unitShare(numbers: np.ndarray, minimum: float, maximum: float) -> np.ndarray:
    """Where numbers lie between two bounds, cut to 0 and 1."""
    if maximum == minimum:
        return np.where(numbers >= maximum, 1.0, 0.0)
    return np.clip((numbers - minimum) / (maximum - minimum), 0, 1)


@dataclass(frozen=True)
class DataDefined:
    """
    One property.

    @ivar value: where its value comes from; None for a constant.
    """

    value: Value | None
    constant: object = None
    transformer: Transformer | None = None

    @property
    def fields(self) -> frozenset[str] | None:
        """The attributes it needs; None: all."""
        return frozenset() if self.value is None else self.value.fields

    @property
    def variables(self) -> frozenset[str]:
        """The variables that it mentions, without C{@}."""
        expression = None if self.value is None else self.value.expression
        return frozenset() if expression is None else expression.variables

    def column(self, batch: FeatureBatch, frame: Frame) -> pa.Array | list:
        """The values for a batch: an Arrow array, or a list of Python objects."""
        if self.value is None:
            return [self.constant] * len(batch)
        column = self.value.column(batch, frame)
        if self.transformer is None:
            return column
        return list(self.transformer.values(asNumbers(column)))

    def scalar(self, frame: Frame, default: object = None) -> object:
        """The value without a feature; C{default} if that is not possible."""
        if self.value is None:
            return self.constant
        if self.value.expression is None:
            return default
        try:
            result = self.value.expression.evaluateScalar(contextOf(frame))
        except ExpressionError:
            return default
        return default if result is None else result


def asNumbers(column: pa.Array) -> np.ndarray:
    """A column as float64; NaN for nulls and for what is no number."""
    kind = column.type
    if pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return column.cast(pa.float64()).fill_null(float("nan")).to_numpy(zero_copy_only=False)
    return np.array([number(_text(v), float("nan")) for v in column.to_pylist()], float)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def factored(
    properties: Mapping[str, DataDefined], batch: FeatureBatch, frame: Frame
) -> tuple[list[dict[str, object]], np.ndarray]:
    """
    The different combinations of values of some properties.

    @return: (a dict of values for each combination, int64 (n,): the combination of each row).
    """
    codes = np.zeros((len(batch), len(properties)), np.int64)
    tables: list[list[object]] = []
    for position, definition in enumerate(properties.values()):
        table, codes[:, position] = _encoded(definition.column(batch, frame))
        tables.append(table)
    if len(properties) == 1:
        combinations, inverse = np.arange(len(tables[0]))[:, None], codes[:, 0]
    else:
        combinations, inverse = np.unique(codes, axis=0, return_inverse=True)
    names = list(properties)
    found = [
        {name: table[c] for name, table, c in zip(names, tables, row, strict=True)}
        for row in combinations.tolist()
    ]
    return found, np.asarray(inverse).reshape(-1)


def _encoded(column: pa.Array | list) -> tuple[list[object], np.ndarray]:
    if isinstance(column, list):
        places: dict[object, int] = {}
        codes = np.array([places.setdefault(value, len(places)) for value in column], np.int64)
        return list(places), codes
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    table = column.dictionary.to_pylist()
    codes = column.indices.fill_null(len(table)).to_numpy(zero_copy_only=False).astype(np.int64)
    return [*table, None], codes


def readDataDefined(element, fieldNames: Sequence[str], problems: list[str]) -> dict[str, DataDefined]:
    """
    The active data-defined properties of a symbol, symbol layer, …

    @param element: what has a C{<data_defined_properties>} child, or (up to QGIS 2.18)
        properties C{*_dd_active}, or C{*_expression}.
    @param problems: gets the names of what cannot be read.
    """
    result: dict[str, DataDefined] = {}
    root = element.find("data_defined_properties/Option")
    if root is not None:
        properties = optionValue(root).get("properties")
        for name, settings in (properties if isinstance(properties, Mapping) else {}).items():
            if isinstance(settings, Mapping) and settings.get("active"):
                _add(result, name, settings, fieldNames, problems)
        return result
    for name, settings in _oldDefinitions(Properties.of(element)).items():
        _add(result, name, settings, fieldNames, problems)
    return result


def _add(result, name: str, settings: Mapping[str, Any], fieldNames, problems: list[str]) -> None:
    try:
        definition = _readDefinition(settings, fieldNames)
    except ExpressionError as error:
        problems.append(f"data-defined {name}: {error}")
        return
    if definition is not None:
        result[name] = definition


def _readDefinition(settings: Mapping[str, Any], fieldNames: Sequence[str]) -> DataDefined | None:
    kind = settings.get("type")
    transformer = _readTransformer(settings.get("transformer"))
    if kind == STATIC:
        return DataDefined(None, settings.get("val"), transformer)
    if kind == FIELD:
        return DataDefined(Value.ofField(str(settings.get("field", "")), fieldNames), None, transformer)
    if kind == EXPRESSION:
        text = str(settings.get("expression", ""))
        if not text.strip():
            return None
        return DataDefined(Value(None, expressionOf(text, fieldNames)), None, transformer)
    return None


#: Sizes that grow with the area: the exponent of Flannery, as QGIS has it.
_EXPONENTS = {0: 1.0, 1: 0.5, 2: 0.57}


def _readTransformer(settings: Any) -> Transformer | None:
    if not isinstance(settings, Mapping) or not isinstance(settings.get("d"), Mapping):
        return None
    d = Properties(settings["d"])
    minimum, maximum = d.number("minValue"), d.number("maxValue", default=1.0)
    curve = _curve(settings["d"].get("curve"))
    if settings.get("t") == 0:
        bounds = d.number("minOutput"), d.number("maxOutput", default=1.0)
        exponent = d.number("exponent", default=1.0)
        return NumberTransformer(minimum, maximum, *bounds, exponent, d.number("nullOutput"), curve)
    if settings.get("t") == 1:
        bounds = d.number("minSize"), d.number("maxSize", default=10.0)
        exponent = _EXPONENTS.get(int(d.number("scaleType")), d.number("exponent", default=1.0))
        return NumberTransformer(minimum, maximum, *bounds, exponent, d.number("nullSize"), curve)
    if settings.get("t") == 2:
        ramp = rampOfOption(settings["d"].get("colorramp"))
        if ramp is not None:
            return ColorTransformer(minimum, maximum, ramp, parseColor(d.get("nullColor")))
    return None


def _curve(settings: Any) -> tuple[tuple[float, float], ...]:
    if not isinstance(settings, Mapping):
        return ()
    xs, ys = ([number(v) for v in str(settings.get(axis, "")).split(",")] for axis in "xy")
    points = tuple(sorted(zip(xs, ys, strict=False)))
    return () if points == ((0.0, 0.0), (1.0, 1.0)) else points


#: Names of QGIS 2 to those of QGIS 3; the others have not changed.
_RENAMED = {
    "color": "fillColor",
    "color_border": "outlineColor",
    "outline_color": "outlineColor",
    "outline_width": "outlineWidth",
    "outline_style": "outlineStyle",
    "width_border": "outlineWidth",
    "border_color": "outlineColor",
    "border_style": "outlineStyle",
    "fill_color": "fillColor",
    "fill_style": "fillStyle",
    "join_style": "joinStyle",
    "symbol_name": "name",
    "symbol_width": "width",
    "symbol_height": "height",
    "rotation": "angle",
    "horizontal_anchor_point": "hAnchor",
    "vertical_anchor_point": "vAnchor",
    "customdash": "customDash",
    "line_style": "outlineStyle",
    "offset_along_line": "offsetAlongLine",
    "lineangle": "lineAngle",
    "svgFile": "file",
    "expression": "size",
}


def _oldDefinitions(properties: Properties) -> dict[str, dict[str, Any]]:
    """What QGIS 2 wrote among the plain properties."""
    found: dict[str, dict[str, Any]] = {}
    for key in properties:
        if key.endswith("_dd_active") and properties.flag(key):
            name = key.removesuffix("_dd_active")
            isExpression = properties.get(f"{name}_dd_useexpr", "1") == "1"
            text = properties.get(f"{name}_dd_expression" if isExpression else f"{name}_dd_field", "")
            kind = EXPRESSION if isExpression else FIELD
        elif key.endswith("_expression") and not key.endswith("_dd_expression") and properties[key]:
            name, text, kind = key.removesuffix("_expression"), properties[key], EXPRESSION
        else:
            continue
        settings = {"type": kind, "expression": text, "field": text}
        found[_RENAMED.get(name, name)] = settings
    return found


def toNumber(value: object) -> float | None:
    """A value as a number, or None."""
    if value is None:
        return None
    result = number(str(int(value)) if isinstance(value, bool) else str(value), float("nan"))
    return None if result != result else result


def toColor(value: object) -> Color | None:
    """A value as a colour, or None."""
    if isinstance(value, Color):
        return value
    if not isinstance(value, str):
        return None
    nothing = Color(-1, -1, -1)
    color = parseColor(value, nothing)
    return None if color is nothing else color
