# -*- test-case-name: tests.encoders.test_values -*-
"""
Attribute columns as pieces of rows, for XML and for JSON.

What a value looks like follows QGIS Server; where that is no valid document - C{1e+06} as a
decimal, C{nan} - the same number is spelled validly, or there is no value.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from ogctwist.encoders.featuretype import FieldEncoding
from ogctwist.encoders.qtdates import formatColumn, isoText
from ogctwist.native.text import BooleanPiece, Escape, IntegerPiece, Piece, TextPiece

_TEXT = pa.large_string()


def xmlPiece(field: FieldEncoding, column: pa.Array, before: str, after: str, null: str) -> Piece:
    """The piece that writes an attribute into an XML element."""
    kind = column.type
    if field.pattern and (pa.types.is_temporal(kind) or _isText(kind)):
        return TextPiece(before, after, null, formatColumn(column, field.pattern), Escape.XML)
    if field.decimals is not None and (pa.types.is_floating(kind) or pa.types.is_integer(kind)):
        return TextPiece(before, after, null, _withDecimals(column, field.decimals))
    if pa.types.is_boolean(kind):
        return BooleanPiece(before, after, null, column)
    if pa.types.is_integer(kind):
        return IntegerPiece(before, after, null, column)
    if pa.types.is_floating(kind):
        return TextPiece(before, after, null, decimalText(column))
    return TextPiece(before, after, null, _plainText(column), Escape.XML)


def jsonPiece(field: FieldEncoding, column: pa.Array, before: str) -> Piece:
    """The piece that writes an attribute as a JSON value after C{before}."""
    kind = column.type
    null = f"{before}null"
    if pa.types.is_boolean(kind):
        return BooleanPiece(before, "", null, column)
    if pa.types.is_integer(kind):
        return IntegerPiece(before, "", null, column)
    if pa.types.is_floating(kind):
        return TextPiece(before, "", null, jsonNumberText(column))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_struct(kind):
        return TextPiece(before, "", null, _jsonText(column))
    if field.isJson:
        return TextPiece(before, "", null, _checkedJson(column))
    return TextPiece(f'{before}"', '"', null, _plainText(column), Escape.JSON)


def decimalText(column: pa.Array) -> pa.Array:
    """
    Numbers as the shortest decimals that mean them, without exponents (xsd:decimal has none);
    null where there is no finite number.
    """
    return _spelledOut(_finite(column), lambda text: format(Decimal(text), "f"))


def jsonNumberText(column: pa.Array) -> pa.Array:
    """Numbers as JSON; null where there is no finite number.  A whole number keeps its point."""
    texts = pc.cast(_finite(column), _TEXT)
    whole = pc.invert(pc.match_substring_regex(texts, "[.e]"))
    point, nothing = pa.scalar(".0", _TEXT), pa.scalar("", _TEXT)
    return pc.if_else(whole, pc.binary_join_element_wise(texts, point, nothing), texts)


def _finite(column: pa.Array) -> pa.Array:
    """The numbers, null where they are not finite; minus zero is zero."""
    column = pc.add(pc.cast(column, pa.float64()), 0.0)
    return pc.if_else(pc.is_finite(column), column, pa.scalar(None, pa.float64()))


def _spelledOut(column: pa.Array, spell: Callable[[str], str]) -> pa.Array:
    """Numbers as text, those with an exponent by C{spell}."""
    texts = pc.cast(column, _TEXT)
    scientific = pc.fill_null(pc.match_substring(texts, "e"), False)
    if not pc.any(scientific).as_py():
        return texts
    spelled = [spell(text) for text in pc.filter(texts, scientific).to_pylist()]
    return pc.replace_with_mask(texts, scientific, pa.array(spelled, _TEXT))


def _withDecimals(column: pa.Array, decimals: int) -> pa.Array:
    """Numbers with exactly that many digits after the point, as a range widget wants them."""
    values = _finite(column).to_pylist()
    places = max(0, min(decimals, 15))
    return pa.array([None if value is None else f"{value:.{places}f}" for value in values], _TEXT)


def _plainText(column: pa.Array) -> pa.Array:
    """Any other column as text."""
    kind = column.type
    if _isText(kind):
        return column
    if pa.types.is_temporal(kind):
        return isoText(column)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return _base64(column)
    if pa.types.is_nested(kind):
        return _jsonText(column)
    return pc.cast(column, _TEXT)


def _isText(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _base64(column: pa.Array) -> pa.Array:
    values = column.to_pylist()
    return pa.array([None if v is None else base64.b64encode(v).decode() for v in values], _TEXT)


def _jsonText(column: pa.Array) -> pa.Array:
    """Lists and structures as JSON."""
    values = column.to_pylist()
    texts = [None if v is None else json.dumps(v, ensure_ascii=False, default=str) for v in values]
    return pa.array(texts, _TEXT)


def _checkedJson(column: pa.Array) -> pa.Array:
    """JSON documents written anew, so that none breaks the one around it; a text that is none as a string."""

    def written(text: str | None) -> str | None:
        if text is None:
            return None
        try:
            value = json.loads(text, parse_constant=_refused)
        except (ValueError, RecursionError):
            value = text
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    return pa.array([written(text) for text in column.to_pylist()], _TEXT)


def _refused(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def plainPiece(field: FieldEncoding, column: pa.Array) -> Piece:
    """The piece that writes an attribute as a cell of a CSV line, with the comma before it."""
    kind = column.type
    if pa.types.is_boolean(kind):
        return BooleanPiece(",", "", ",", column)
    if pa.types.is_integer(kind):
        return IntegerPiece(",", "", ",", column)
    if pa.types.is_floating(kind):
        return TextPiece(",", "", ",", decimalText(column))
    return TextPiece(',"', '"', ",", _plainText(column), Escape.CSV)
