# -*- test-case-name: tests.sources.test_postgis_subset -*-
"""
Pieces of PostgreSQL's SQL that a project or access control holds, put into
statements of ours: one condition, or one query, that cannot end the brackets
around it.

The text is read as the server reads it with C{standard_conforming_strings}
on, which every session sets; what remains doubtful is refused.
"""

from __future__ import annotations

import re

from ogctwist.sources.sql.subset import SubsetRefused

#: What must be looked at; everything else stands for itself.
_TOKEN = re.compile(
    r"""(?P<escaped>(?<![\w\x80-\U0010ffff])[eE]'(?:[^'\\]|\\.|'')*+')
    |(?P<text>'(?:[^']|'')*+')
    |(?P<name>"(?:[^"]|"")*+")
    |(?P<comment>--|/\*)
    |(?P<open>[(\[])
    |(?P<close>[)\]])
    |(?P<bad>[;$'"\0]|(?<![\w\x80-\U0010ffff])[eE]')""",
    re.VERBOSE | re.DOTALL,
)
_COMMENT_MARK = re.compile(r"/\*|\*/")
#: The server would go on reading escapes in it.
_CONTINUED = re.compile(r"\s*'")
_CLOSES = {")": "(", "]": "["}


def checkedSql(text: str, comments: bool = False) -> str:
    """
    The text, fit to be put in brackets.  A closing bracket must follow on a new
    line where comments are allowed.

    @param comments: whether there may be some.
    @raise SubsetRefused: on unbalanced brackets or quotes, statement ends, dollar
        quotes and parameters, or an empty text.
    """
    if not text.strip():
        raise SubsetRefused("empty condition")
    opened: list[str] = []
    position = 0
    while found := _TOKEN.search(text, position):
        position = found.end()
        kind, token = found.lastgroup, found.group()
        if kind == "bad" or (kind == "escaped" and _CONTINUED.match(text, position)):
            raise SubsetRefused(f"{token!r} outside quotes, or a quote left open")
        if kind == "open":
            opened.append(token)
        elif kind == "close" and (not opened or opened.pop() != _CLOSES[token]):
            raise SubsetRefused("bracket closed that was not opened")
        elif kind == "comment":
            if not comments:
                raise SubsetRefused("comment")
            position = _afterComment(text, token, position)
    if opened:
        raise SubsetRefused("bracket left open")
    return text


def _afterComment(text: str, token: str, position: int) -> int:
    if token == "--":
        end = text.find("\n", position)
        return len(text) if end < 0 else end + 1
    depth = 1
    while depth:
        found = _COMMENT_MARK.search(text, position)
        if found is None:
            raise SubsetRefused("comment left open")
        depth += 1 if found.group() == "/*" else -1
        position = found.end()
    return position


def doubled(text: str) -> str:
    """SQL for psycopg, which takes a single per cent sign for the beginning of a placeholder."""
    return text.replace("%", "%%")
