# -*- test-case-name: tests.services.wms.info.test_representation -*-
"""
Values of attributes as people see them: what a field's edit widget makes of
what the source holds (QGIS's field formatters).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence

import pyarrow as pa

from ogctwist.encoders.qtdates import formatColumn
from ogctwist.expression import Expression, ExpressionContext, ExpressionError
from ogctwist.geo.batch import FeatureBatch
from ogctwist.project.layers import FieldSettings, Layer
from ogctwist.project.model import Project
from ogctwist.sources.query import FeatureQuery, FieldType, SourceField

#: What QGIS writes into value maps for NULL.
NULL_MARK = "{2839923C-8B7D-419E-B84B-CA2FE9B80EC7}"

#: A lookup table of more rows is not read for one request.
MOST_ROWS = 100_000

#: Reads a layer for a lookup: the layer's id and a query to all its batches; None where the
#: request may not see that layer.
ReadLayer = Callable[[str, FeatureQuery], Awaitable[list[FeatureBatch] | None]]

#: A value to its text; None where the widget has nothing to say about it.
Formatter = Callable[[object], str | None]

_ARRAY = re.compile(r"\s*,\s*")


async def formatterOf(
    settings: FieldSettings | None, field: SourceField, layer: Layer, project: Project, read: ReadLayer
) -> Formatter:
    """The formatter of a field; it looks up what it needs, once, before the first value."""
    if settings is None:
        return _plain
    kind, config = settings.editWidget.kind, settings.editWidget.config
    if kind == "ValueMap":
        return _fromTable(valueMap(config))
    if kind == "ValueRelation":
        return await _valueRelation(config, read)
    if kind == "RelationReference":
        return await _relationReference(config, settings.name, layer, project, read)
    if kind == "DateTime" and str(config.get("display_format") or ""):
        return _dateTime(str(config["display_format"]))
    return _plain


def plainText(value: object, field: SourceField | None = None) -> str:
    """A value without any widget; NULL is the word."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if field is not None and field.type is FieldType.DOUBLE and field.precision > 0:
            return f"{value:.{field.precision}f}"
        return _shortest(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)


def _shortest(value: float) -> str:
    text = repr(value)
    return text[:-2] if text.endswith(".0") else text


def valueMap(config: Mapping[str, object]) -> dict[str, str]:
    """Value -> label of a ValueMap widget, in its old form (one map) and its new (a list of maps)."""
    entries = config.get("map", config)
    pairs: list[tuple[object, object]] = []
    if isinstance(entries, Mapping):
        pairs = list(entries.items())
    elif isinstance(entries, Sequence) and not isinstance(entries, str):
        for entry in entries:
            if isinstance(entry, Mapping):
                pairs += entry.items()
    return {str(value): str(label) for label, value in pairs}


def _plain(value: object) -> str | None:
    return None


def _fromTable(table: Mapping[str, str]) -> Formatter:
    def format(value: object) -> str | None:
        if value is None:
            return table.get(NULL_MARK)
        return table.get(_key(value), f"({_key(value)})")

    return format


def _key(value: object) -> str:
    return plainText(value)


async def _valueRelation(config: Mapping[str, object], read: ReadLayer) -> Formatter:
    key, shown = str(config.get("Key") or ""), str(config.get("Value") or "")
    batches = await read(str(config.get("Layer") or ""), FeatureQuery(fields=(key, shown), geometry=False))
    if batches is None:
        return _plain
    table = _table(batches, key, shown)
    several = str(config.get("AllowMulti", "")).lower() in ("1", "true")

    def one(value: object) -> str:
        return table.get(_key(value), f"({_key(value)})")

    def format(value: object) -> str | None:
        if value is None:
            return None
        if not several:
            return one(value)
        return ", ".join(one(part) for part in _parts(value))

    return format


def _parts(value: object) -> list[object]:
    """The values of a multiple choice: an array, or text like C{{1,2}}."""
    if isinstance(value, list):
        return value
    text = str(value).strip()
    inner = text[1:-1] if text[:1] + text[-1:] in ("{}", "[]") else text
    return [part.strip('"') for part in _ARRAY.split(inner) if part]


async def _relationReference(
    config: Mapping[str, object], name: str, layer: Layer, project: Project, read: ReadLayer
) -> Formatter:
    relation = project.relations.get(str(config.get("Relation") or ""))
    if relation is None or relation.referencingLayer != layer.id:
        return _plain
    referenced = project.layers.get(relation.referencedLayer)
    pair = next((pair for pair in relation.fieldPairs if pair[0] == name), None)
    if referenced is None or pair is None:
        return _plain
    batches = await read(referenced.id, FeatureQuery(geometry=False))
    if batches is None:
        return _plain
    shown = displayExpression(referenced)
    table: dict[str, str] = {}
    for batch in batches:
        if shown is None or pair[1] not in batch.columns:
            continue
        try:
            labels = shown.evaluate(batch, ExpressionContext()).to_pylist()
        except ExpressionError:
            return _plain
        keys = batch.columns[pair[1]].to_pylist()
        table |= {_key(k): plainText(label) for k, label in zip(keys, labels, strict=True)}

    def format(value: object) -> str | None:
        return None if value is None else table.get(_key(value))

    return format


def displayExpression(layer: Layer) -> Expression | None:
    """What names a feature of a layer, or None when it has no such expression."""
    text = layer.displayExpression.strip()
    if not text:
        return None
    try:
        return Expression.parse(text)
    except ExpressionError:
        return Expression.column(text)


def _dateTime(pattern: str) -> Formatter:
    def format(value: object) -> str | None:
        if not isinstance(value, (datetime.date, datetime.time, str)):
            return None
        return formatColumn(pa.array([value]), pattern)[0].as_py()

    return format


def _table(batches: Sequence[FeatureBatch], key: str, shown: str) -> dict[str, str]:
    table: dict[str, str] = {}
    for batch in batches:
        if key not in batch.columns or shown not in batch.columns:
            return {}
        pairs = zip(batch.columns[key].to_pylist(), batch.columns[shown].to_pylist(), strict=True)
        table |= {_key(k): plainText(v) for k, v in pairs}
    return table
