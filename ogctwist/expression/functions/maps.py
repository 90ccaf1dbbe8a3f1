# -*- test-case-name: tests.expression.test_answers -*-
"""Maps: text keys to values, in the order of their keys; JSON and hstore."""

from __future__ import annotations

import json
import math
import re

from ogctwist.expression.column import documentText
from ogctwist.expression.errors import EvaluationFailure
from ogctwist.expression.functions.registry import Environment, function
from ogctwist.expression.values import toText

#: Deepest JSON that is read.
MAX_JSON_DEPTH = 50


def mapOf(value: object) -> dict[str, object]:
    """@raise EvaluationFailure: it is no map."""
    if not isinstance(value, dict):
        raise EvaluationFailure(f"Cannot convert '{toText(value)[:200]}' to map")
    return value


def _ordered(values: dict[str, object]) -> dict[str, object]:
    return {key: values[key] for key in sorted(values)}


@function("map(*)", "Maps")
def makeMap(*arguments: object) -> dict[str, object]:
    """Of keys and values in turn."""
    return _ordered({toText(k): v for k, v in zip(arguments[::2], arguments[1::2], strict=False)})


@function("map_get(map, key)", "Maps")
def valueOf(values: object, key: object) -> object:
    """The value of a key; NULL without."""
    return mapOf(values).get(toText(key))


@function("map_exist(map, key)", "Maps")
def hasKey(values: object, key: object) -> bool:
    """Whether there is such a key."""
    return toText(key) in mapOf(values)


@function("map_delete(map, key)", "Maps")
def withoutKey(values: object, key: object) -> dict[str, object]:
    """Without a key."""
    return {k: v for k, v in mapOf(values).items() if k != toText(key)}


@function("map_insert(map, key, value)", "Maps")
def withKey(values: object, key: object, value: object) -> dict[str, object]:
    """With a key set."""
    return _ordered({**mapOf(values), toText(key): value})


@function("map_concat(*)", "Maps")
def concatenatedMaps(*maps: object) -> dict[str, object]:
    """All keys of all maps; of equal keys the last counts."""
    return _ordered({key: value for each in maps for key, value in mapOf(each).items()})


@function("map_prefix_keys(map, prefix)", "Maps")
def withPrefix(values: object, prefix: object) -> dict[str, object]:
    """With a prefix before all keys."""
    return {toText(prefix) + key: value for key, value in mapOf(values).items()}


@function("map_akeys(map)", "Maps")
def keysOf(values: object) -> list[object]:
    """The keys."""
    return list(mapOf(values))


@function("map_avals(map)", "Maps")
def valuesOf(values: object) -> list[object]:
    """The values, in the order of the keys."""
    return list(mapOf(values).values())


@function("from_json(string)", "Maps", "json_to_map")
def fromJson(text: object) -> object:
    """The list or map of a JSON text; NULL of any other."""
    string = toText(text)
    if _deepest(string) > MAX_JSON_DEPTH:
        raise EvaluationFailure("the JSON is nested too deeply")
    try:
        value = json.loads(string, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None
    return _fromJson(value) if isinstance(value, (list, dict)) else None


def _deepest(text: str) -> int:
    """An upper bound of the nesting of a JSON text."""
    depth = deepest = 0
    for character in re.findall(r"[\[\]{}]", text):
        depth += 1 if character in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _fromJson(value: object) -> object:
    if isinstance(value, list):
        return [_fromJson(item) for item in value]
    if isinstance(value, dict):
        return _ordered({key: _fromJson(item) for key, item in value.items()})
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63:
        return float(value)
    return value


@function("to_json(json_string)", "Maps", "map_to_json", needs="environment", takesNull=True)
def toJson(environment: Environment, value: object) -> str:
    """The value as JSON."""
    text = json.dumps(value, default=documentText, ensure_ascii=False, separators=(",", ":"))
    environment.budget.text(len(text))
    return text


_HSTORE = re.compile(
    r'\s*(?:"((?:\\.|[^"\\])*)"|([^\s"=,>]+))\s*=>\s*(?:"((?:\\.|[^"\\])*)"|([^\s",]+))\s*(?:,|$)'
)


@function("hstore_to_map(string)", "Maps")
def fromHstore(text: object) -> dict[str, object]:
    """C{a=>1, "b"=>"x y"} to a map of texts."""
    values: dict[str, object] = {}
    for quotedKey, key, quotedValue, value in _HSTORE.findall(toText(text)):
        word = value or re.sub(r"\\(.)", r"\1", quotedValue)
        values[re.sub(r"\\(.)", r"\1", quotedKey) or key] = word
    return _ordered(values)


def _quotedItem(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@function("map_to_hstore(map)", "Maps")
def toHstore(values: object) -> str:
    """As C{"a"=>"1","b"=>"x"}."""
    return ",".join(f"{_quotedItem(k)}=>{_quotedItem(toText(v))}" for k, v in mapOf(values).items())


@function("map_to_html_table(map)", "Maps")
def toTable(values: object) -> str:
    """An HTML table of a row of keys and one of values."""
    keys = "".join(f"<th>{_escaped(key)}</th>" for key in mapOf(values))
    cells = "".join(f"<td>{_escaped(toText(value))}</td>" for value in mapOf(values).values())
    return f"<table><thead><tr>{keys}</tr></thead><tbody><tr>{cells}</tr></tbody></table>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


@function("map_to_html_dl(map)", "Maps")
def toDefinitions(values: object) -> str:
    """An HTML definition list."""
    items = (f"<dt>{_escaped(k)}</dt><dd>{_escaped(toText(v))}</dd>" for k, v in mapOf(values).items())
    return f"<dl>{''.join(items)}</dl>"
