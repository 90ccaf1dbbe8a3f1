# -*- test-case-name: tests.filterencoding -*-
"""OGC filters, CQL2 and QGIS's own filter texts, all to expressions."""

from ogctwist.filterencoding.cql2 import filterFromJson
from ogctwist.filterencoding.cql2text import filterFromCql2
from ogctwist.filterencoding.fes import filterFromText, filterFromXml, likePattern
from ogctwist.filterencoding.lists import expressionFilter, sortTerms, splitExpressions, splitParenthesised
from ogctwist.filterencoding.sqltext import filterFromSqlText, layerFilters
from ogctwist.filterencoding.target import Filter, FilterTarget, SortTerm

__all__ = [
    "Filter",
    "FilterTarget",
    "SortTerm",
    "expressionFilter",
    "filterFromCql2",
    "filterFromJson",
    "filterFromSqlText",
    "filterFromText",
    "filterFromXml",
    "layerFilters",
    "likePattern",
    "sortTerms",
    "splitExpressions",
    "splitParenthesised",
]
