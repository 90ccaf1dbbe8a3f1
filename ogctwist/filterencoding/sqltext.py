# -*- test-case-name: tests.filterencoding.test_lists -*-
"""
The FILTER parameter of QGIS's WMS: C{layer,layer:"field" = 'x' AND …;layer:…}.

QGIS checks such a text word by word and hands it to the database.  Here it is
read as an expression of which only comparisons are allowed, and stays a tree.
"""

from __future__ import annotations

from ogctwist.expression import Expression, ExpressionError, nodes
from ogctwist.filterencoding.target import FilterTarget
from ogctwist.ows.exceptions import InvalidParameterValue, SecurityException, quoted

_FUNCTIONS = frozenset(("soundex",))

_ALLOWED = (
    nodes.Literal, nodes.ColumnRef, nodes.Logical, nodes.Unary, nodes.In, nodes.Binary, nodes.Between,
)  # fmt: skip


def layerFilters(text: str) -> list[tuple[tuple[str, ...], str]]:
    """
    The layers and the text of each part of a FILTER.  A semicolon parts them
    wherever it stands, also within quotes: it is in no filter that QGIS takes.

    @raise InvalidParameterValue: a part has no layers or no filter.
    """
    parts: list[tuple[tuple[str, ...], str]] = []
    for part in text.split(";"):
        if not part.strip() and parts:
            continue
        names, colon, condition = part.partition(":")
        layers = tuple(name.strip() for name in names.split(",") if name.strip())
        if not colon or not layers or not condition.strip() or names.count('"') or names.count("'"):
            raise InvalidParameterValue(
                f"FILTER ({quoted(text)}) is not properly formatted", locator="FILTER"
            )
        parts.append((layers, condition.strip()))
    return parts


def filterFromSqlText(text: str, target: FilterTarget | None = None) -> Expression:
    """
    One filter of the SQL form.

    @raise SecurityException: it holds more than comparisons of attributes with
        values, joined by AND, OR and NOT.
    @raise InvalidParameterValue: an attribute that the layer does not have.
    """
    try:
        expression = Expression.parse(text)
    except ExpressionError:
        raise _rejected(text) from None
    for node in expression.node.walk():
        if isinstance(node, nodes.Call) and node.name.lower() in _FUNCTIONS:
            continue
        if not isinstance(node, _ALLOWED) or (isinstance(node, nodes.Binary) and not _isComparison(node)):
            raise _rejected(text)
    if isinstance(expression.node, (nodes.Literal, nodes.ColumnRef)):
        raise _rejected(text)
    if target is None:
        return expression
    try:
        return expression.resolved(tuple(target.fields))
    except ExpressionError as error:
        raise InvalidParameterValue(str(error), locator="FILTER") from None


def _isComparison(node: nodes.Binary) -> bool:
    return node.operator in nodes.COMPARISONS | nodes.IDENTITIES or (
        node.operator in nodes.MATCHES and node.operator != "~"
    )


def _rejected(text: str) -> SecurityException:
    return SecurityException(
        f"The filter string {quoted(text)} has been rejected: "
        "only comparisons of attributes with values are taken",
        locator="FILTER",
    )
