# -*- test-case-name: tests.expression.test_parser -*-
"""From the text of an expression to its tree."""

from __future__ import annotations

import re

import lark
from lark.lexer import Token

from ogctwist.expression import nodes
from ogctwist.expression.errors import ExpressionError
from ogctwist.expression.functions.registry import FUNCTIONS, Function, refusal
from ogctwist.expression.grammar import MAX_TEXT, tables
from ogctwist.expression.nodes import Node
from ogctwist.ows.exceptions import quoted

_ESCAPE = re.compile(r"''|\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "\\": "\\", "'": "'"}


def parseText(text: str) -> Node:
    """
    The tree of an expression.

    @raise ExpressionError: it is no expression, calls a function that does not
        exist or is refused, or is over a limit.
    """
    if len(text) > MAX_TEXT:
        raise ExpressionError(f"the expression is longer than {MAX_TEXT} characters")
    if not text.strip():
        raise ExpressionError("the expression is empty")
    try:
        return tables(_BUILDER).parse(text)  # type: ignore[return-value]
    except lark.exceptions.UnexpectedToken as error:
        word = "the end" if error.token.type == "$END" else repr(quoted(str(error.token)[:40]))
        raise ExpressionError(f"syntax error: {word} is not expected here") from None


def unescaped(text: str) -> str:
    """What stands between the quotes of a string; an unknown escape is a question mark, as in QGIS."""
    return _ESCAPE.sub(lambda m: "'" if m.group(1) is None else _ESCAPED.get(m.group(1), "?"), text)


def _number(text: str) -> int | float:
    if text.isascii() and text.isdigit():
        value = int(text) if len(text) < 20 else 2**63
        if value < 2**63:
            return value
    return float(text)


class _Named(tuple):
    """(name, node) of a named argument."""


@lark.v_args(inline=True)
class Builder(lark.Transformer):
    """Makes nodes of what the grammar recognises."""

    def start(self, node: Node) -> Node:
        return node

    def any_of(self, *operands: Node) -> Node:
        return nodes.Logical(operator="OR", operands=operands)

    def all_of(self, *operands: Node) -> Node:
        return nodes.Logical(operator="AND", operands=operands)

    def binary(self, left: Node, operator: Token, right: Node) -> Node:
        return nodes.Binary(operator=str(operator), left=left, right=right)

    def membership(self, operand: Node, word: Token, *options: Node) -> Node:
        return nodes.In(operand=operand, options=options, isNegated=word == "NOT IN")

    def between(self, operand: Node, word: Token, low: Node, high: Node) -> Node:
        return nodes.Between(operand=operand, low=low, high=high, isNegated=word == "NOT BETWEEN")

    def sign(self, sign: Token, operand: Node) -> Node:
        return operand if sign == "+" else nodes.Unary(operator="-", operand=operand)

    def negation(self, operand: Node) -> Node:
        return nodes.Unary(operator="NOT", operand=operand)

    def index(self, container: Node, index: Node) -> Node:
        return nodes.Index(container=container, index=index)

    def number(self, word: Token) -> Node:
        return nodes.Literal(value=_number(str(word)))

    def string(self, word: Token) -> Node:
        return nodes.Literal(value=unescaped(word[1:-1]))

    def null(self) -> Node:
        return nodes.Literal(value=None)

    def boolean(self, word: Token) -> Node:
        return nodes.Literal(value=word.lower() == "true")

    def column(self, word: Token) -> Node:
        return nodes.ColumnRef(name=str(word))

    def quoted_column(self, word: Token) -> Node:
        return nodes.ColumnRef(name=word[1:-1].replace('""', '"'))

    def variable(self, word: Token) -> Node:
        return nodes.Variable(name=word[1:])

    def special(self, word: Token) -> Node:
        return callOf(str(word), (), {})

    def arguments(self, *arguments: object) -> tuple[object, ...]:
        return arguments

    def named(self, name: Token, node: Node) -> object:
        return _Named((name[:-2].strip(), node))

    def call(self, name: Token, arguments: tuple[object, ...] | None) -> Node:
        positional = [a for a in arguments or () if not isinstance(a, _Named)]
        named = {a[0].lower(): a[1] for a in arguments or () if isinstance(a, _Named)}
        return callOf(str(name), tuple(positional), named)  # type: ignore[arg-type]

    def branch(self, condition: Node, result: Node) -> object:
        return (condition, result)

    def case(self, *parts: object) -> Node:
        return nodes.Case(branches=parts[:-1], otherwise=parts[-1])  # type: ignore[arg-type]


def callOf(called: str, positional: tuple[Node, ...], named: dict[str, Node]) -> Node:
    """
    A call with its arguments in the order of the parameters.

    @raise ExpressionError: an unknown or refused function, wrong arguments.
    """
    function = FUNCTIONS.get(called.lower())
    if function is None:
        raise ExpressionError(refusal(called))
    only = positional[0] if len(positional) == 1 else None
    name = only.value if isinstance(only, nodes.Literal) else None
    if function.name == "var" and isinstance(name, str) and re.fullmatch(r"[^\W\d]\w*", name):
        return nodes.Variable(name=name)
    return nodes.Call(name=function.name, arguments=_arranged(function, positional, named))


def _arranged(function: Function, positional: tuple[Node, ...], named: dict[str, Node]) -> tuple[Node, ...]:
    parameters = function.parameters
    if named and not function.isVariadic:
        arguments: list[Node | None] = list(positional)
        for parameter in parameters[len(positional) :]:
            arguments.append(named.pop(parameter.name, None))
        if named:
            raise ExpressionError(f"{function.name} has no parameter {quoted(next(iter(named)))!r}")
        while arguments and arguments[-1] is None:
            arguments.pop()
        positional = tuple(_default(function, i) if a is None else a for i, a in enumerate(arguments))
    elif named:
        positional = (*positional, *named.values())
    tooMany = not function.isVariadic and len(positional) > len(parameters)
    if tooMany or len(positional) < function.required:
        raise ExpressionError(f"{function.name} is called with the wrong number of arguments")
    return positional


def _default(function: Function, position: int) -> Node:
    parameter = function.parameters[position]
    if parameter.isRequired:
        raise ExpressionError(f"{function.name} needs a value for {parameter.name!r}")
    return nodes.Literal(value=parameter.default)


_BUILDER = Builder()
