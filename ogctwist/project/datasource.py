# -*- test-case-name: tests.project.test_datasource -*-
"""
Data source URIs: how each provider of QGIS spells where its data lie.

There are five spellings:

  - files of OGR: C{path|layername=a|subset=…} (L{FileUri});
  - databases, and WFS: C{dbname='x' key='id' table="s"."t" (geom) sql=…}
    (L{DatabaseUri});
  - services: C{url=…&layers=a&layers=b} (L{ServiceUri});
  - URLs of files: C{file:///a.csv?type=csv&delimiter=,} (L{UrlUri}), which
    memory (C{Point?crs=…&field=…}) and virtual layers (C{?query=…}) share;
  - GDAL's data set names: C{GPKG:/a.gpkg:table}, C{NETCDF:"/a.nc":var}, a path.

Splitting never fails: what is not understood stays in C{parameters}, or is left
for the source to refuse.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

__all__ = [
    "DatabaseUri",
    "FileUri",
    "ServiceUri",
    "UrlUri",
    "joinUrl",
    "splitDatabaseUri",
    "splitFileUri",
    "splitServiceUri",
    "splitUrl",
]


@dataclass(frozen=True)
class FileUri:
    """
    A layer of a file (provider C{ogr}; also GDAL's names without C{|}).

    @ivar path: file, folder, C{/vsi…} path or connection string.
    @ivar layerName: C{layername=}, or ''.
    @ivar layerId: C{layerid=}: number of the layer in the file; None if not given.
    @ivar subset: C{subset=}, or ''.  It is the last part: it may hold C{|}.
    @ivar geometryType: C{geometrytype=}, or ''.
    @ivar openOptions: C{option:NAME=VALUE} parts, as C{NAME=VALUE}.
    @ivar parameters: all other parts, lower-case names.
    """

    path: str
    layerName: str = ""
    layerId: int | None = None
    subset: str = ""
    geometryType: str = ""
    openOptions: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)


def splitFileUri(uri: str) -> FileUri:
    """Split a URI of the provider C{ogr}."""
    head, subset = _cutSubset(uri)
    path, *parts = head.split("|")
    names: dict[str, str] = {}
    options: list[str] = []
    for part in parts:
        name, separator, value = part.partition("=")
        name = name.lower()
        if name.startswith("option:"):
            options.append(part[len("option:") :])
        elif separator:
            names[name] = value
    layerId = names.pop("layerid", "")
    return FileUri(
        path,
        names.pop("layername", ""),
        int(layerId) if layerId.isdecimal() else None,
        subset,
        names.pop("geometrytype", ""),
        tuple(options),
        names,
    )


_subset = re.compile(r"\|subset=", re.IGNORECASE)
_afterSubset = re.compile(
    r"(?:\|(?:geometrytype|uniqueGeometryType|layername|layerid)=[^|'\"]*)+$", re.IGNORECASE
)


def _cutSubset(uri: str) -> tuple[str, str]:
    found = _subset.search(uri)
    if found is None:
        return uri, ""
    # QGIS writes the subset last; older files have C{|layerid=0|subset=…|geometrytype=Point}
    head, subset = uri[: found.start()], uri[found.end() :]
    trailing = _afterSubset.search(subset)
    if trailing:
        head += trailing.group()
        subset = subset[: trailing.start()]
    return head, subset


@dataclass(frozen=True)
class DatabaseUri:
    """
    A table of a database (postgres, spatialite, mssql, oracle, …), or a WFS type.

    @ivar database: C{dbname}: the name, or the path of a SpatiaLite file.
    @ivar table: the table's name, or a query in parentheses.
    @ivar geometryColumn: '' when there is none.
    @ivar sql: the subset, or ''.
    @ivar parameters: everything else, names as written: C{url}, C{typename},
        C{type}, C{srid}, C{estimatedmetadata}, …
    """

    database: str = ""
    host: str = ""
    port: str = ""
    user: str = ""
    password: str = ""
    service: str = ""
    sslMode: str = ""
    authConfig: str = ""
    schema: str = ""
    table: str = ""
    geometryColumn: str = ""
    keyColumn: str = ""
    sql: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def srid(self) -> int | None:
        """The EPSG code that the URI claims, or None."""
        text = self.parameters.get("srid", "")
        return int(text) if text.lstrip("-").isdecimal() else None

    @property
    def wkbType(self) -> str:
        """The geometry type that the URI claims (C{type=}), or ''."""
        return self.parameters.get("type", "")

    @property
    def isQuery(self) -> bool:
        """Whether C{table} is a query."""
        return self.table.startswith("(")


_DATABASE_FIELDS = {
    "dbname": "database",
    "host": "host",
    "port": "port",
    "user": "user",
    "username": "user",
    "password": "password",
    "service": "service",
    "sslmode": "sslMode",
    "authcfg": "authConfig",
    "key": "keyColumn",
}

#: C{name='a \\' b'}, C{name="a"} or C{name=a}
_keyed = re.compile(
    r"""\s*([^\s=]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^\s]*))""",
    re.DOTALL,
)
_tablePart = r"""(?:"((?:[^"\\]|\\.|"")*)"|'((?:[^'\\]|\\.)*)'|([^\s."'(]+))"""
_table = re.compile(rf"\s*table\s*=\s*{_tablePart}(?:\.{_tablePart})?", re.DOTALL)
_geometry = re.compile(r"""\s*\(((?:[^)\\]|\\.)*)\)""", re.DOTALL)
_word = re.compile(r"\s*\S*")
_sql = re.compile(r"\s*sql\s*=", re.IGNORECASE)


def splitDatabaseUri(uri: str) -> DatabaseUri:
    """Split a URI of the database providers and of C{WFS}."""
    fields: dict[str, str] = {}
    parameters: dict[str, str] = {}
    position = 0
    while position < len(uri):
        if found := _sql.match(uri, position):
            fields["sql"] = uri[found.end() :]
            break
        if found := _table.match(uri, position):
            first, second = _tableName(found, 1), _tableName(found, 4)
            fields["schema"], fields["table"] = ("", first or "") if second is None else (first or "", second)
            position = found.end()
            if geometry := _geometry.match(uri, position):
                fields["geometryColumn"] = _unescaped(geometry.group(1)).strip('"')
                position = geometry.end()
            continue
        found = _keyed.match(uri, position)
        if found is None:
            # a word that is no setting: step over it
            position = max(position + 1, _word.match(uri, position).end())  # type: ignore[union-attr]
            continue
        name = found.group(1)
        quoted = found.group(2) if found.group(2) is not None else found.group(3)
        value = _unescaped(quoted) if quoted is not None else found.group(4)
        if name.lower() in _DATABASE_FIELDS:
            fields[_DATABASE_FIELDS[name.lower()]] = value
        else:
            parameters[name] = value
        position = found.end()
    return DatabaseUri(parameters=parameters, **fields)


def _tableName(found: re.Match[str], group: int) -> str | None:
    double, single, bare = found.group(group, group + 1, group + 2)
    if double is not None:
        return _unescaped(double).replace('""', '"')
    return _unescaped(single) if single is not None else bare


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


@dataclass(frozen=True)
class ServiceUri:
    """
    A remote service (providers wms, wcs, vectortile, arcgis…): C{name=value&…}.

    @ivar items: (name, decoded value) pairs in order; C{layers} and C{styles} repeat.
    """

    items: tuple[tuple[str, str], ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """The first value of C{name}."""
        return next((value for key, value in self.items if key == name), default)

    def all(self, name: str) -> tuple[str, ...]:
        """All values of C{name}."""
        return tuple(value for key, value in self.items if key == name)


def splitServiceUri(uri: str) -> ServiceUri:
    """
    Split a URI of the provider C{wms} (WMS, WMTS, XYZ, MBTiles) and its kin.

    C{+} is a plus, as in QUrlQuery.
    """
    return ServiceUri(_queryItems(uri))


@dataclass(frozen=True)
class UrlUri:
    """
    A URL with settings in its query (delimitedtext, memory, virtual, gpx).

    @ivar path: the decoded path: of the file, or the geometry type of a memory layer.
    @ivar items: (name, decoded value) pairs in order.
    """

    path: str
    items: tuple[tuple[str, str], ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """The first value of C{name}."""
        return next((value for key, value in self.items if key == name), default)

    def all(self, name: str) -> tuple[str, ...]:
        """All values of C{name}."""
        return tuple(value for key, value in self.items if key == name)

    def has(self, name: str) -> bool:
        """Whether C{name} is there, with or without a value."""
        return any(key == name for key, value in self.items)


def splitUrl(uri: str) -> UrlUri:
    """Split a URI of the providers C{delimitedtext}, C{memory}, C{virtual} and C{gpx}."""
    head, _, query = uri.partition("?")
    if head.startswith("file:"):
        head = head[len("file:") :]
        if head.startswith("//"):
            head = head[2:]
        head = unquote(head)
    return UrlUri(head, _queryItems(query))


def _queryItems(query: str) -> tuple[tuple[str, str], ...]:
    items = []
    for part in query.split("&"):
        if part:
            name, _, value = part.partition("=")
            items.append((unquote(name), unquote(value)))
    return tuple(items)


def joinUrl(path: str, query: str) -> str:
    """@return: C{file://path?query}; C{query} is taken as it is, encoded."""
    url = "file://" + quote(path, safe="/:")
    return f"{url}?{query}" if query else url
