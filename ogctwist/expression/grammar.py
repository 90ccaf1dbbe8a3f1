# -*- test-case-name: tests.expression.test_parser -*-
"""
The grammar of QGIS's expressions, and its words.

Precedence from loose to tight: OR, AND, (prefix) NOT, comparisons and IN,
C{+ -}, C{* / // %}, C{^} (to the right), C{||}, unary sign, C{[index]}.  A NOT
may stand wherever an operand may, and then reaches as far as it can:
C{a = NOT b = c} is C{a = (NOT (b = c))}.  The tables prefer to shift, which
gives just that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import lark
from lark.lexer import Lexer, Token

from ogctwist.expression.errors import ExpressionError
from ogctwist.ows.exceptions import quoted

#: Longest text that is read at all, in characters.
MAX_TEXT = 200_000

GRAMMAR = r"""
start: disjunction
?disjunction: conjunction
    | conjunction (_OR conjunction)+ -> any_of
?conjunction: comparison
    | comparison (_AND comparison)+ -> all_of
?comparison: sum
    | comparison COMPARE sum -> binary
    | comparison IN _LPAR disjunction (_COMMA disjunction)* _RPAR -> membership
    | comparison BETWEEN sum _AND sum -> between
?sum: product
    | sum SIGN product -> binary
?product: power
    | product TIMES power -> binary
?power: concatenation
    | concatenation POWER power -> binary
?concatenation: prefix
    | concatenation CONCAT prefix -> binary
?prefix: postfix
    | SIGN prefix -> sign
    | _NOT comparison -> negation
?postfix: primary
    | postfix _LSQB disjunction _RSQB -> index
?primary: NUMBER -> number
    | STRING -> string
    | _NULL -> null
    | BOOLEAN -> boolean
    | NAME -> column
    | QUOTED -> quoted_column
    | VARIABLE -> variable
    | SPECIAL -> special
    | NAME _LPAR [arguments] _RPAR -> call
    | _CASE branch+ [_ELSE disjunction] _END -> case
    | _LPAR disjunction _RPAR
branch: _WHEN disjunction _THEN disjunction
arguments: argument (_COMMA argument)*
?argument: disjunction | NAMED disjunction -> named
%declare _OR _AND _NOT COMPARE IN BETWEEN SIGN TIMES POWER CONCAT NUMBER STRING _NULL BOOLEAN
%declare NAME QUOTED VARIABLE SPECIAL _CASE _WHEN _THEN _ELSE _END NAMED
%declare _LPAR _RPAR _LSQB _RSQB _COMMA
"""

#: Longest run of words that is read at all.
MAX_WORDS = 25_000

_WORDS = {
    "and": "_AND", "or": "_OR", "not": "_NOT", "null": "_NULL", "true": "BOOLEAN", "false": "BOOLEAN",
    "in": "IN", "is": "COMPARE", "like": "COMPARE", "ilike": "COMPARE", "between": "BETWEEN",
    "case": "_CASE", "when": "_WHEN", "then": "_THEN", "else": "_ELSE", "end": "_END",
}  # fmt: skip

_TOKEN = re.compile(
    r"""
    (?P<SPACE>\s+|--[^\n]*|/\*.*?\*/)
  | (?P<NUMBER>(?:\d+\.\d+|\.\d+|\d+)(?:[eE][-+]?\d+)?)
  | (?P<PAIR>(?:NOT\s+(?:IN|I?LIKE|BETWEEN)|IS\s+NOT)(?![\w\x80-\U0010ffff]))
  | (?P<NAMED>[^\W\d]\w*\s*:=)
  | (?P<NAME>[^\W\d]\w*)
  | (?P<STRING>'(?:''|\\.|[^'\\])*')
  | (?P<QUOTED>"(?:""|[^"])*")
  | (?P<VARIABLE>@[^\W\d]\w*)
  | (?P<SPECIAL>\$[^\W\d]\w*)
  | (?P<CONCAT>\|\|)
  | (?P<COMPARE><>|!=|<=|>=|=|<|>|~)
  | (?P<TIMES>//|\*|/|%)
  | (?P<POWER>\^)
  | (?P<SIGN>[-+])
  | (?P<PUNCTUATION>[()\[\],])
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)

_PUNCTUATION = {"(": "_LPAR", ")": "_RPAR", "[": "_LSQB", "]": "_RSQB", ",": "_COMMA"}


class Words(Lexer):
    """Cuts a text into the words of the grammar."""

    __future_interface__ = 0

    def __init__(self, configuration: object):
        pass

    def lex(self, text: str) -> Iterator[Token]:  # type: ignore[override]
        """@raise ExpressionError: at a character that begins no word."""
        position, count, match = 0, 0, _TOKEN.match
        while position < len(text):
            found = match(text, position)
            if found is None:
                raise ExpressionError(f"syntax error at {quoted(text[position : position + 20])!r}")
            kind = str(found.lastgroup)
            if kind != "SPACE":
                count += 1
                if count > MAX_WORDS:
                    raise ExpressionError(f"the expression has more than {MAX_WORDS} words")
                yield _token(kind, found.group(), position)
            position = found.end()


def _token(kind: str, word: str, position: int) -> Token:
    if kind == "NAME":
        kind = _WORDS.get(word.lower(), "NAME")
        if kind == "COMPARE":
            word = word.upper()
    elif kind == "PAIR":
        word = " ".join(word.upper().split())
        kind = {"NOT IN": "IN", "NOT BETWEEN": "BETWEEN"}.get(word, "COMPARE")
    elif kind == "PUNCTUATION":
        kind = _PUNCTUATION[word]
    elif kind == "COMPARE" and word == "!=":
        word = "<>"
    return Token(kind, word, position)


@lru_cache(maxsize=1)
def tables(builder: lark.Transformer) -> lark.Lark:
    """The parser, which builds with C{builder} while it reads; made once, about 30 ms."""
    return lark.Lark(GRAMMAR, parser="lalr", lexer=Words, transformer=builder, maybe_placeholders=True)
