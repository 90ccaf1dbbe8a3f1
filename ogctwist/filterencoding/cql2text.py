# -*- test-case-name: tests.filterencoding.test_cql2 -*-
"""CQL2 text (OGC 21-065) to expressions, by way of the JSON form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import lark
from lark.lexer import Lexer, Token

from ogctwist.filterencoding.cql2 import MAX_LENGTH, filterFromJson, refused
from ogctwist.filterencoding.target import Filter, FilterTarget
from ogctwist.geo.wellknown import WellKnownError, fromWkt
from ogctwist.ows.exceptions import quoted

GRAMMAR = r"""
start: disjunction
?disjunction: conjunction | conjunction (_OR conjunction)+ -> any_of
?conjunction: negation | negation (_AND negation)+ -> all_of
?negation: comparison | _NOT negation -> denied
?comparison: sum
    | sum COMPARE sum -> binary
    | sum LIKE sum -> like
    | sum IN _LPAR sum (_COMMA sum)* _RPAR -> membership
    | sum BETWEEN sum _AND sum -> between
    | sum IS -> null_test
?sum: product | sum SIGN product -> binary
?product: power | product TIMES power -> binary
?power: unary | unary POWER power -> binary
?unary: primary | SIGN unary -> sign
?primary: NUMBER -> number
    | STRING -> string
    | BOOLEAN -> boolean
    | GEOMETRY -> geometry
    | NAME -> property
    | QUOTED -> quoted_property
    | NAME _LPAR [disjunction (_COMMA disjunction)*] _RPAR -> call
    | _LPAR disjunction _RPAR
    | _LPAR sum (_COMMA sum)+ _RPAR -> items
%declare _OR _AND _NOT COMPARE LIKE IN BETWEEN IS SIGN TIMES POWER NUMBER STRING BOOLEAN GEOMETRY
%declare NAME QUOTED _LPAR _RPAR _COMMA
"""

#: Most words of a filter.
MAX_WORDS = 20_000

_SHAPE = r"(?:MULTI)?(?:POINT|LINESTRING|POLYGON)|GEOMETRYCOLLECTION"

_TOKEN = re.compile(
    rf"""
    (?P<SPACE>\s+)
  | (?P<SHAPE>(?:{_SHAPE})\s*(?:ZM?|M)?\s*(?=\())
  | (?P<NUMBER>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)
  | (?P<IS>IS\s+(?:NOT\s+)?NULL\b)
  | (?P<PAIR>NOT\s+(?:LIKE|IN|BETWEEN)\b)
  | (?P<NAME>[^\W\d][\w.:]*)
  | (?P<STRING>'(?:''|\\'|[^'])*')
  | (?P<QUOTED>"(?:""|[^"])*")
  | (?P<COMPARE><>|<=|>=|=|<|>)
  | (?P<TIMES>[*/%])
  | (?P<POWER>\^)
  | (?P<SIGN>[-+])
  | (?P<PUNCTUATION>[(),])
    """,
    re.VERBOSE | re.IGNORECASE,
)

_WORDS = {
    "and": "_AND", "or": "_OR", "not": "_NOT", "like": "LIKE", "in": "IN", "between": "BETWEEN",
    "true": "BOOLEAN", "false": "BOOLEAN", "div": "TIMES",
}  # fmt: skip

_PUNCTUATION = {"(": "_LPAR", ")": "_RPAR", ",": "_COMMA"}


def filterFromCql2(text: str, target: FilterTarget) -> Filter:
    """
    The filter of CQL2 text.

    @raise InvalidParameterValue: it is none, names an unknown property, or is
        beyond the bounds.
    """
    if len(text) > MAX_LENGTH:
        raise refused("The filter is too long")
    try:
        data = _tables().parse(text)
    except lark.exceptions.UnexpectedToken as error:
        word = "the end" if error.token.type == "$END" else repr(quoted(str(error.token)[:40]))
        raise refused(f"The filter cannot be read: {word} is not expected") from None
    return filterFromJson(data, target)


class Words(Lexer):
    """Cuts a text into the words of the grammar; a geometry is one word."""

    __future_interface__ = 0

    def __init__(self, configuration: object):
        pass

    def lex(self, text: str) -> Iterator[Token]:  # type: ignore[override]
        """@raise InvalidParameterValue: at a character that begins no word."""
        position, count = 0, 0
        while position < len(text):
            found = _TOKEN.match(text, position)
            if found is None:
                raise refused(f"The filter cannot be read at {quoted(text[position : position + 20])!r}")
            kind, end = str(found.lastgroup), found.end()
            if kind == "SHAPE":
                end = _closing(text, end)
                yield Token("GEOMETRY", text[position:end], position)
            elif kind != "SPACE":
                yield _token(kind, found.group(), position)
            position = end
            count += 1
            if count > MAX_WORDS:
                raise refused(f"The filter has more than {MAX_WORDS} words")


def _closing(text: str, start: int) -> int:
    """Where the bracket ends that opens at a position."""
    depth = 0
    for found in re.compile(r"[()]").finditer(text, start):
        depth += 1 if found.group() == "(" else -1
        if depth == 0:
            return found.end()
    raise refused("A bracket of a geometry does not close")


def _token(kind: str, word: str, position: int) -> Token:
    if kind == "NAME":
        kind = _WORDS.get(word.lower(), "NAME")
    elif kind in ("PAIR", "IS"):
        word = " ".join(word.upper().split())
        kind = kind if kind == "IS" else word.partition(" ")[2]
    elif kind == "PUNCTUATION":
        kind = _PUNCTUATION[word]
    return Token(kind, word, position)


def _op(name: str, *arguments: object) -> dict[str, object]:
    return {"op": name, "args": list(arguments)}


def _denied(word: Token, condition: dict[str, object]) -> dict[str, object]:
    return _op("not", condition) if word.upper().startswith("NOT") else condition


def _unquoted(word: str) -> str:
    return word[1:-1].replace("''", "'").replace("\\'", "'")


@lark.v_args(inline=True)
class Builder(lark.Transformer):
    """Makes the JSON form of what the grammar recognises."""

    def start(self, data: Any) -> Any:
        return data

    def any_of(self, *parts: Any) -> Any:
        return _op("or", *parts)

    def all_of(self, *parts: Any) -> Any:
        return _op("and", *parts)

    def denied(self, part: Any) -> Any:
        return _op("not", part)

    def binary(self, left: Any, word: Token, right: Any) -> Any:
        return _op(word.lower(), left, right)

    def like(self, left: Any, word: Token, right: Any) -> Any:
        return _denied(word, _op("like", left, right))

    def membership(self, left: Any, word: Token, *options: Any) -> Any:
        return _denied(word, _op("in", left, list(options)))

    def between(self, value: Any, word: Token, low: Any, high: Any) -> Any:
        return _denied(word, _op("between", value, low, high))

    def null_test(self, value: Any, word: Token) -> Any:
        isNull = _op("isNull", value)
        return _op("not", isNull) if "NOT" in word else isNull

    def sign(self, word: Token, value: Any) -> Any:
        if word == "+":
            return value
        isNumber = isinstance(value, (int, float)) and not isinstance(value, bool)
        return -value if isNumber else _op("*", -1, value)

    def number(self, word: Token) -> Any:
        return int(word) if word.isdigit() and len(word) < 19 else float(word)

    def string(self, word: Token) -> Any:
        return _unquoted(word)

    def boolean(self, word: Token) -> Any:
        return word.lower() == "true"

    def geometry(self, word: Token) -> Any:
        try:
            return fromWkt(str(word))
        except WellKnownError as error:
            raise refused(f"A geometry cannot be read: {error}") from None

    def property(self, word: Token) -> Any:
        return {"property": str(word)}

    def quoted_property(self, word: Token) -> Any:
        return {"property": word[1:-1].replace('""', '"')}

    def items(self, *parts: Any) -> Any:
        return list(parts)

    def call(self, name: Token, *arguments: Any) -> Any:
        word, given = name.lower(), [argument for argument in arguments if argument is not None]
        if word in ("date", "timestamp") and len(given) == 1:
            return {word: given[0]}
        if word == "interval":
            return {"interval": given}
        if word == "bbox":
            return {"bbox": given}
        return _op(str(name), *given)


@lru_cache(maxsize=1)
def _tables() -> lark.Lark:
    return lark.Lark(GRAMMAR, parser="lalr", lexer=Words, transformer=Builder(), maybe_placeholders=True)
