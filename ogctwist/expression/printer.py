# -*- test-case-name: tests.expression.test_parser -*-
"""From the tree of an expression to its text, which reads back as the same tree."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable

import shapely

from ogctwist.expression import nodes
from ogctwist.expression.nodes import Node

_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _POWER, _CONCAT, _SIGN, _POSTFIX, _PRIMARY = range(11)

_LEVELS = {
    "+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "//": _PRODUCT, "%": _PRODUCT,
    "^": _POWER, "||": _CONCAT,
}  # fmt: skip


def printed(node: Node) -> str:
    """The text of a tree, in QGIS's syntax."""
    return _print(node)[0]


def quotedString(text: str) -> str:
    """A string as the language spells it."""
    text = text.replace("\\", "\\\\").replace("'", "''").replace("\n", "\\n").replace("\t", "\\t")
    return f"'{text}'"


def quotedColumn(name: str) -> str:
    """An attribute as the language spells it."""
    return '"' + name.replace('"', '""') + '"'


def _print(node: Node) -> tuple[str, int]:
    """The text and how tightly it binds."""
    return _PRINTERS[type(node)](node)


def _at(node: Node, level: int) -> str:
    """The text, in brackets when it binds more loosely than C{level}."""
    text, own = _print(node)
    return text if own >= level else f"({text})"


def _literal(node: nodes.Literal) -> tuple[str, int]:
    value = node.value
    if value is None:
        return "NULL", _PRIMARY
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), _PRIMARY
    if isinstance(value, str):
        return quotedString(value), _PRIMARY
    if isinstance(value, (int, float)):
        return _number(value)
    return _constructed(value), _PRIMARY


def _number(value: float) -> tuple[str, int]:
    if isinstance(value, float) and not math.isfinite(value):
        return ("to_real('nan')" if math.isnan(value) else f"{'-' if value < 0 else ''}1e999"), _SIGN
    text = repr(value)
    if isinstance(value, float) and "e" in text and "." not in text:
        text = text.replace("e", ".0e")
    return text, _SIGN if text.startswith("-") else _PRIMARY


def _constructed(value: object) -> str:
    if isinstance(value, datetime.datetime):
        return f"to_datetime('{value.isoformat(timespec='milliseconds')}')"
    if isinstance(value, datetime.date):
        return f"to_date('{value.isoformat()}')"
    if isinstance(value, datetime.time):
        return f"to_time('{value.isoformat(timespec='milliseconds')}')"
    if isinstance(value, shapely.Geometry):
        return f"geom_from_wkt('{shapely.to_wkt(value, rounding_precision=-1)}')"
    raise TypeError(f"a {type(value).__name__} is no literal")


def _column(node: nodes.ColumnRef) -> tuple[str, int]:
    return quotedColumn(node.name), _PRIMARY


def _variable(node: nodes.Variable) -> tuple[str, int]:
    if re.fullmatch(r"[^\W\d]\w*", node.name):
        return f"@{node.name}", _PRIMARY
    return f"var({quotedString(node.name)})", _PRIMARY


def _unary(node: nodes.Unary) -> tuple[str, int]:
    if node.operator == "NOT":
        return f"NOT {_at(node.operand, _COMPARE)}", _NOT
    operand = _at(node.operand, _SIGN)
    return (f"- {operand}" if operand.startswith("-") else f"-{operand}"), _SIGN


def _binary(node: nodes.Binary) -> tuple[str, int]:
    level = _LEVELS.get(node.operator, _COMPARE)
    left, right = (level + 1, level) if level == _POWER else (level, level + 1)
    return f"{_at(node.left, left)} {node.operator} {_at(node.right, right)}", level


def _logical(node: nodes.Logical) -> tuple[str, int]:
    level = _AND if node.operator == "AND" else _OR
    return f" {node.operator} ".join(_at(operand, level + 1) for operand in node.operands), level


def _in(node: nodes.In) -> tuple[str, int]:
    word = "NOT IN" if node.isNegated else "IN"
    options = ", ".join(_at(option, _OR) for option in node.options)
    return f"{_at(node.operand, _COMPARE)} {word} ({options})", _COMPARE


def _between(node: nodes.Between) -> tuple[str, int]:
    word = "NOT BETWEEN" if node.isNegated else "BETWEEN"
    return f"{_at(node.operand, _COMPARE)} {word} {_at(node.low, _SUM)} AND {_at(node.high, _SUM)}", _COMPARE


def _case(node: nodes.Case) -> tuple[str, int]:
    parts = [f"WHEN {_at(condition, _OR)} THEN {_at(result, _OR)}" for condition, result in node.branches]
    if node.otherwise is not None:
        parts.append(f"ELSE {_at(node.otherwise, _OR)}")
    return f"CASE {' '.join(parts)} END", _PRIMARY


def _index(node: nodes.Index) -> tuple[str, int]:
    return f"{_at(node.container, _POSTFIX)}[{_at(node.index, _OR)}]", _POSTFIX


def _call(node: nodes.Call) -> tuple[str, int]:
    if node.name.startswith("$"):
        return node.name, _PRIMARY
    return f"{node.name}({', '.join(_at(argument, _OR) for argument in node.arguments)})", _PRIMARY


_PRINTERS: dict[type[Node], Callable[..., tuple[str, int]]] = {
    nodes.Literal: _literal,
    nodes.ColumnRef: _column,
    nodes.Variable: _variable,
    nodes.Unary: _unary,
    nodes.Binary: _binary,
    nodes.Logical: _logical,
    nodes.In: _in,
    nodes.Between: _between,
    nodes.Case: _case,
    nodes.Index: _index,
    nodes.Call: _call,
}
