# -*- test-case-name: tests.project.test_sourcepaths -*-
"""Data source URIs with their paths made absolute, provider by provider."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote, unquote

from ogctwist.project.datasource import joinUrl, splitDatabaseUri, splitFileUri, splitServiceUri, splitUrl
from ogctwist.project.layers import DataSource
from ogctwist.project.paths import PathResolver

__all__ = ["absoluteSource", "localFiles"]


def absoluteSource(provider: str, uri: str, resolver: PathResolver) -> DataSource:
    """
    @param uri: the C{datasource} of a project file.
    @return: the source with absolute paths, and the subset that its URI holds.
    """
    resolve = _resolvers.get(provider)
    absolute = uri if resolve is None else resolve(uri, resolver)
    return DataSource(provider, absolute, _subsetOf(provider, absolute))


def localFiles(source: DataSource) -> tuple[str, ...]:
    """
    The files or folders of this machine without which the source cannot be
    opened; empty when it has none (databases, services, memory).
    """
    paths: tuple[str, ...] = ()
    if source.provider in ("ogr", "mdal", "pdal", "ept", "copc"):
        paths = (splitFileUri(source.uri).path,)
    elif source.provider == "gdal":
        paths = (_gdalFile(source.uri),)
    elif source.provider == "spatialite":
        paths = (splitDatabaseUri(source.uri).database,)
    elif source.provider in ("delimitedtext", "gpx"):
        paths = (splitUrl(source.uri).path,)
    elif source.provider in ("wms", "vectortile", "mbtilesvectortiles"):
        url = splitServiceUri(source.uri).get("url")
        if splitServiceUri(source.uri).get("type") in ("mbtiles", "vtpk"):
            paths = (splitUrl(url).path,)
    return tuple(_onDisk(path) for path in paths if _onDisk(path))


_vsiArchive = re.compile(
    r"^/vsi(?:zip|gzip|tar|7z|rar)/(.*?\.(?:zip|gz|tgz|tar|kmz|7z|rar|gpkg))(?:/|$)", re.I
)


def _onDisk(path: str) -> str:
    """The real file behind a path, or '' when it is none of this machine's."""
    archive = _vsiArchive.match(path)
    if archive:
        path = archive.group(1)
    return path if path.startswith("/") and not path.startswith("/vsi") else ""


def _subsetOf(provider: str, uri: str) -> str:
    if provider == "ogr":
        return splitFileUri(uri).subset
    if provider in ("postgres", "spatialite", "mssql", "oracle", "hana", "DB2", "WFS", "OAPIF"):
        return splitDatabaseUri(uri).sql
    if provider in ("delimitedtext", "virtual", "memory"):
        return splitUrl(uri).get("subset")
    return ""


def _file(uri: str, resolver: PathResolver) -> str:
    path, separator, rest = uri.partition("|")
    return resolver.resolve(path) + separator + rest


#: GDAL's names of data sets inside a file: prefix, file, rest.
_gdalNames = (
    re.compile(
        r'^((?:NETCDF|HDF[45]|HDF4_SDS|HDF5Image|GMLJP2|ZARR)(?::[A-Za-z0-9_]+)?:)"([^"]*)"(.*)$', re.S | re.I
    ),
    re.compile(r"^(NETCDF:|HDF5:|GRIB:|GPKG:|RASTERLITE2?:|NITF_IM:\d+:)([^:\"]+)(:.*|)$", re.S | re.I),
    re.compile(r"^(GTIFF_DIR:(?:off:)?\d+:|NITF_IM:\d+:|RADARSAT_2_CALIB:[A-Z0-9]+:)(.+?)()$", re.S | re.I),
    re.compile(r"^(HDF4_SDS:[A-Za-z0-9_]+:|SENTINEL2_[A-Z0-9_]+:)([^:\"]+)(:.*|)$", re.S | re.I),
    re.compile(r"^(RASTERLITE:)([^,]+)(,.*)$", re.S | re.I),
)


def _gdal(uri: str, resolver: PathResolver) -> str:
    parts = _gdalParts(uri)
    if parts is not None:
        prefix, path, rest = parts
        return prefix + resolver.resolve(path) + rest
    return _file(uri, resolver)


def _gdalParts(uri: str) -> tuple[str, str, str] | None:
    for number, pattern in enumerate(_gdalNames):
        found = pattern.match(uri)
        if found:
            prefix, path, rest = found.groups()
            return (prefix + '"', path, '"' + rest) if number == 0 else (prefix, path, rest)
    return None


def _gdalFile(uri: str) -> str:
    parts = _gdalParts(uri)
    return parts[1] if parts is not None else splitFileUri(uri).path


_dbname = re.compile(r"(\bdbname\s*=\s*)'((?:[^'\\]|\\.)*)'")


def _spatialite(uri: str, resolver: PathResolver) -> str:
    path = splitDatabaseUri(uri).database
    absolute = resolver.resolve(path)
    if absolute == path:
        return uri
    escaped = absolute.replace("\\", "\\\\").replace("'", "\\'")
    return _dbname.sub(lambda found: f"{found.group(1)}'{escaped}'", uri, count=1)


def _url(uri: str, resolver: PathResolver) -> str:
    path = splitUrl(uri).path
    if not path or re.match(r"[a-z]+://", path):
        return uri
    # old files have file:///./x.csv
    path = path[1:] if path.startswith(("/./", "/../")) else path
    return joinUrl(resolver.resolve(path), uri.partition("?")[2])


def _service(uri: str, resolver: PathResolver) -> str:
    service = splitServiceUri(uri)
    url = service.get("url")
    if service.get("type") not in ("mbtiles", "vtpk") or not url.startswith(("file:", "./", "../", "/")):
        return uri
    path = splitUrl(url).path
    path = path[1:] if path.startswith(("/./", "/../")) else path
    replaced = quote(joinUrl(resolver.resolve(path), ""), safe="/:%")
    return re.sub(r"(^|&)url=[^&]*", lambda found: f"{found.group(1)}url={replaced}", uri, count=1)


def _virtual(uri: str, resolver: PathResolver) -> str:
    """C{layer=provider:source:name:encoding}: the source is a URI of its own."""
    head, separator, query = uri.partition("?")
    parts = []
    for part in query.split("&"):
        name, equals, value = part.partition("=")
        if name == "layer" and ":" in value:
            value = _virtualLayer(value, resolver)
        parts.append(name + equals + value)
    return head + separator + "&".join(parts)


def _virtualLayer(value: str, resolver: PathResolver) -> str:
    provider, _, rest = value.partition(":")
    source, separator, naming = rest.partition(":")
    absolute = absoluteSource(unquote(provider), unquote(source), resolver).uri
    return f"{provider}:{quote(absolute, safe='')}{separator}{naming}"


_resolvers: dict[str, Callable[[str, PathResolver], str]] = {
    "ogr": _file,
    "mdal": _file,
    "pdal": _file,
    "ept": _file,
    "copc": _file,
    "gdal": _gdal,
    "spatialite": _spatialite,
    "delimitedtext": _url,
    "gpx": _url,
    "wms": _service,
    "vectortile": _service,
    "mbtilesvectortiles": _service,
    "virtual": _virtual,
}
