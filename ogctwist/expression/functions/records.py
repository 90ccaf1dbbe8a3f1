# -*- test-case-name: tests.expression.test_records -*-
"""The feature itself, other features, and expressions out of texts."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ogctwist.expression.column import Column, mapRows
from ogctwist.expression.errors import BudgetExceeded, EvaluationFailure, ExpressionError
from ogctwist.expression.functions.registry import Environment, function
from ogctwist.expression.logic import gathered
from ogctwist.expression.nodes import Node
from ogctwist.expression.scope import Scope
from ogctwist.expression.values import Feature, toInteger, toText
from ogctwist.geo.batch import FeatureBatch

GROUP = "Record and Attributes"

Evaluate = Callable[[Node, Scope], Column]

#: How deep expressions may lie within expressions that are texts.
MAX_TEXTS = 4


@function("$id", GROUP, needs="columns")
def currentId(scope: Scope) -> Column:
    """The feature id."""
    return scope.ids()


@function("$currentfeature", GROUP, needs="columns", usesGeometry=True)
def currentFeature(scope: Scope) -> Column:
    """The feature."""
    return scope.features()


@function("feature_id(feature)", GROUP)
def featureId(value: object) -> int:
    """The id of a feature."""
    return featureOf(value).id


def featureOf(value: object) -> Feature:
    """@raise EvaluationFailure: it is none."""
    if not isinstance(value, Feature):
        raise EvaluationFailure("Cannot convert this to feature")
    return value


@function("uuid(format='WithBraces')", GROUP, "$uuid", needs="columns")
def newUuid(scope: Scope, style: Column) -> Column:
    """A new one for each row."""
    texts = [_uuidText(toText(value)) for value in style.values()]
    return Column.fromValues(texts)


def _uuidText(style: str) -> str:
    new = uuid.uuid4()
    if style == "WithoutBraces":
        return str(new)
    return new.hex if style == "Id128" else f"{{{new}}}"


@function("attributes(feature=None)", GROUP, needs="columns", takesNull=True)
def attributes(scope: Scope, feature: Column) -> Column:
    """A map of all attributes."""
    features = scope.features() if feature.isConstant and feature.value is None else feature
    return mapRows(lambda f: {} if f is None else dict(featureOf(f).attributes), [features], scope.length)


@function("attribute(*)", GROUP, needs="columns")
def attribute(scope: Scope, *arguments: Column) -> Column:
    """An attribute by its name: attribute(name) or attribute(feature, name)."""
    if not 1 <= len(arguments) <= 2:
        raise ExpressionError("attribute is called with the wrong number of arguments")
    if len(arguments) == 2:
        return mapRows(_attributeOf, arguments, scope.length)
    names = arguments[0]
    known = scope.names()
    if names.isConstant:
        name = toText(names.value)
        return scope.attribute(name) if name in known else Column.constant(None, scope.length)
    parts, texts = [], names.values()
    for name in {toText(text) for text in texts if text is not None} & set(known):
        rows = np.array([i for i, text in enumerate(texts) if toText(text) == name], np.int64)
        parts.append((rows, scope.attribute(name).take(rows)))
    return gathered(parts, scope.length)


def _attributeOf(feature: object, name: object) -> object:
    return None if feature is None else featureOf(feature).attributes.get(toText(name))


@function("is_selected(*)", GROUP, needs="columns")
def isSelected(scope: Scope, *arguments: Column) -> Column:
    """Whether the feature is among the selected ones."""
    if arguments:
        features = arguments[-1].values()
        return Column.fromValues(
            [isinstance(f, Feature) and f.id in scope.context.selectedIds for f in features]
        )
    return Column.fromValues([i in scope.context.selectedIds for i in scope.ids().values()])


@function("num_selected(*)", GROUP, needs="environment")
def numSelected(environment: Environment, *layer: object) -> int:
    """The number of selected features."""
    return len(environment.context.selectedIds)


@function("represent_value(value, fieldName=None)", GROUP, needs="nodes")
def representValue(scope: Scope, evaluate: Evaluate, value: Node, field: Node) -> Column:
    """A value as its attribute shows it (value maps, value relations)."""
    from ogctwist.expression import nodes

    column, name = evaluate(value, scope), evaluate(field, scope)
    if name.isConstant and name.value is not None:
        represented = toText(name.value)
    elif isinstance(value, nodes.ColumnRef):
        represented = value.name
    else:
        raise ExpressionError("represent_value needs an attribute")
    show = scope.context.representations.get(represented)
    return column if show is None else mapRows(show, [column], scope.length)


@function("represent_attributes(feature=None)", GROUP, needs="columns", takesNull=True)
def representAttributes(scope: Scope, feature: Column) -> Column:
    """A map of all attributes as they are shown."""
    features = scope.features() if feature.isConstant and feature.value is None else feature
    shown = scope.context.representations

    def represented(value: object) -> object:
        if value is None:
            return None
        values = featureOf(value).attributes
        return {name: shown[name](v) if name in shown else v for name, v in values.items()}

    return mapRows(represented, [features], scope.length)


@function("display_expression(*)", GROUP, needs="nodes")
def displayExpression(scope: Scope, evaluate: Evaluate, *arguments: Node) -> Column:
    """The display name of the feature."""
    if arguments or not scope.context.displayExpression:
        raise ExpressionError("display_expression is only known of the layer's own features")
    return _evaluatedText(scope, evaluate, scope.context.displayExpression)


# other layers


def readLayer(
    scope: Scope, layer: object, fields: Iterable[str] | None, geometry: bool
) -> list[FeatureBatch]:
    """
    All features of a layer.  @raise EvaluationFailure: there is none of that name.
    """
    layers = scope.context.layers
    found = None
    if layers is not None and layer is not None:
        found = layers.read(toText(layer), None if fields is None else sorted(fields), geometry)
    if found is None:
        raise EvaluationFailure(f"Cannot find layer {toText(layer)[:100]}")
    batches = list(found)
    scope.budget.step(sum(map(len, batches)))
    return batches


def featuresOf(scope: Scope, layer: object) -> list[Feature]:
    """All features of a layer as values, read once for a request."""
    key = ("features", toText(layer))
    known: Any = scope.context.memory.get(key)
    if known is None:
        known = []
        for batch in readLayer(scope, layer, None, True):
            inner = Scope(batch, len(batch), scope.context, scope.budget)
            known.extend(inner.features().values())
        scope.context.memory[key] = known
    return known


@function("get_feature(layer, attribute, value=None)", GROUP, needs="columns", takesNull=True)
def getFeature(scope: Scope, layer: Column, attribute: Column, value: Column) -> Column:
    """The first feature of a layer with this value of an attribute (or these, as a map); NULL without."""

    def find(name: object, key: object, wanted: object) -> object:
        if name is None or key is None or (wanted is None and not isinstance(key, dict)):
            return None
        try:
            features = featuresOf(scope, name)
        except EvaluationFailure:
            return None
        pairs = key.items() if isinstance(key, dict) else [(toText(key), wanted)]
        known = _byValue(scope, name, features, tuple(field for field, _ in pairs))
        return known.get(tuple(toText(v) if v is not None else None for _, v in pairs))

    return mapRows(find, [layer, attribute, value], scope.length)


def _byValue(
    scope: Scope, layer: object, features: list[Feature], names: tuple[str, ...]
) -> dict[tuple[str | None, ...], Feature]:
    """The features by the texts of some attributes; the first of each."""
    key = ("values", toText(layer), names)
    known: Any = scope.context.memory.get(key)
    if known is None:
        known = {}
        for feature in features:
            values = (feature.attributes.get(name) for name in names)
            known.setdefault(tuple(None if v is None else toText(v) for v in values), feature)
        scope.context.memory[key] = known
    return known


@function("get_feature_by_id(layer, feature_id)", GROUP, needs="columns")
def getFeatureById(scope: Scope, layer: Column, id_: Column) -> Column:
    """The feature of a layer with this id; NULL without."""

    def find(name: object, wanted: object) -> object:
        if name is None or wanted is None:
            return None
        try:
            features = featuresOf(scope, name)
        except EvaluationFailure:
            return None
        key = ("ids", toText(name))
        known = scope.context.memory.setdefault(key, {feature.id: feature for feature in features})
        return known.get(toInteger(wanted))  # type: ignore[attr-defined]

    return mapRows(find, [layer, id_], scope.length)


@function("layer_property(layer, property)", "Map Layers", needs="environment")
def layerProperty(environment: Environment, layer: object, name: object) -> object:
    """A property of a layer: name, id, crs, extent, feature_count, …"""
    layers = environment.context.layers
    return None if layers is None else layers.layerProperty(toText(layer), toText(name))


@function("decode_uri(layer, part=None)", "Map Layers", takesNull=True)
def decodeUri(layer: object, part: object) -> object:
    """Refused: data sources are not told to anybody."""
    raise EvaluationFailure("data sources are not told")


@function("is_layer_visible(id)", "Map Layers", needs="environment")
def isLayerVisible(environment: Environment, layer: object) -> bool:
    """Whether a layer is among the @map_layer_ids."""
    shown = environment.context.variables.get("map_layer_ids")
    return isinstance(shown, (list, tuple)) and toText(layer) in shown


@function("$scale", "deprecated", needs="columns")
def mapScale(scope: Scope) -> Column:
    """@map_scale."""
    return scope.variable("map_scale")


# expressions out of texts


def _evaluatedText(scope: Scope, evaluate: Evaluate, text: str) -> Column:
    from ogctwist.expression.parser import parseText

    node = parseText(text)
    scope.budget.texts += 1
    try:
        if scope.budget.texts > MAX_TEXTS:
            raise BudgetExceeded(f"expressions lie deeper than {MAX_TEXTS} levels in texts")
        return evaluate(node, scope)
    finally:
        scope.budget.texts -= 1


def _byText(scope: Scope, texts: Column, work: Callable[[str, Scope], Column]) -> Column:
    """One evaluation for each distinct text, over its rows."""
    if texts.isConstant:
        if texts.value is None:
            return Column.constant(None, scope.length)
        return work(toText(texts.value), scope)
    values = texts.values()
    parts = []
    for text in dict.fromkeys(toText(value) for value in values if value is not None):
        rows = np.array([i for i, v in enumerate(values) if v is not None and toText(v) == text], np.int64)
        parts.append((rows, work(text, scope.take(rows))))
    return gathered(parts, scope.length)


@function("eval(expression)", "General", needs="nodes", usesGeometry=True)
def evalText(scope: Scope, evaluate: Evaluate, text: Node) -> Column:
    """A text as an expression; NULL if it is none.  Not for expressions of requests."""

    def work(source: str, rows: Scope) -> Column:
        try:
            return _evaluatedText(rows, evaluate, source)
        except BudgetExceeded:
            raise
        except ExpressionError:
            return Column.constant(None, rows.length)

    return _byText(scope, evaluate(text, scope), work)


_PLACE = re.compile(r"\[%(.*?)%\]", re.DOTALL)


@function("eval_template(template)", "General", needs="nodes", usesGeometry=True)
def evalTemplate(scope: Scope, evaluate: Evaluate, template: Node) -> Column:
    """
    A text with C{[% expressions %]} in it; one that cannot be read stays.  Not
    for expressions of requests.
    """

    def work(source: str, rows: Scope) -> Column:
        pieces: list[list[str]] = []
        position = 0
        for found in _PLACE.finditer(source):
            pieces.append([source[position : found.start()]] * rows.length)
            pieces.append(_placed(found, rows))
            position = found.end()
        pieces.append([source[position:]] * rows.length)
        texts = ["".join(row) for row in zip(*pieces, strict=True)]
        rows.budget.text(sum(map(len, texts)))
        return Column.fromValues(texts)

    def _placed(found: re.Match[str], rows: Scope) -> list[str]:
        try:
            column = _evaluatedText(rows, evaluate, found.group(1))
        except BudgetExceeded:
            raise
        except ExpressionError:
            return [found.group()] * rows.length
        return ["" if value is None else toText(value) for value in column.values()]

    return _byText(scope, evaluate(template, scope), work)
