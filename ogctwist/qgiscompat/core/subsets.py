# -*- test-case-name: tests.qgiscompat.core.test_project -*-
"""A layer's subset as a part of its source's text, as each provider spells it."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote

from ogctwist.project.datasource import splitFileUri
from ogctwist.project.layers import DataSource

_DATABASES = ("postgres", "spatialite", "mssql", "oracle", "hana", "WFS", "OAPIF")
_SQL = re.compile(r"\s*\bsql=.*\Z", re.DOTALL | re.IGNORECASE)
_SUBSET = re.compile(r"(&|\?)subset=[^&]*(&|\Z)")


def withSubset(source: DataSource, subset: str) -> DataSource:
    """The source with another subset, which its text tells too."""
    uri = source.uri
    if source.provider == "ogr":
        old = splitFileUri(uri).subset
        if old:
            uri = uri.replace(f"|subset={old}", "", 1)
        uri = f"{uri}|subset={subset}" if subset else uri
    elif source.provider in _DATABASES:
        uri = _SQL.sub("", uri)
        uri = f"{uri} sql={subset}" if subset else uri
    elif source.provider == "delimitedtext":
        uri = _SUBSET.sub(lambda found: found[1] if found[2] else "", uri).rstrip("?&")
        uri = f"{uri}{'&' if '?' in uri else '?'}subset={quote(subset)}" if subset else uri
    return replace(source, uri=uri, subset=subset)
