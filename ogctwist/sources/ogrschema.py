# -*- test-case-name: tests.sources.test_ogr -*-
"""What GDAL says of a layer, in QGIS's words."""

from __future__ import annotations

import os
import re
import threading
import warnings
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError
from pyogrio.raw import open_arrow

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS, UnknownCRS
from ogctwist.sources.query import FieldType, SourceError, SourceField, SourceSchema
from ogctwist.sources.stamp import Stamp, stampOf
from ogctwist.sources.wkbtypes import typeNameOf

_TYPES = {
    "OFTInteger": FieldType.INTEGER,
    "OFTInteger64": FieldType.LONG,
    "OFTReal": FieldType.DOUBLE,
    "OFTString": FieldType.STRING,
    "OFTDate": FieldType.DATE,
    "OFTTime": FieldType.TIME,
    "OFTDateTime": FieldType.DATETIME,
    "OFTBinary": FieldType.BINARY,
    "OFTStringList": FieldType.STRING_LIST,
    "OFTIntegerList": FieldType.LIST,
    "OFTInteger64List": FieldType.LIST,
    "OFTRealList": FieldType.LIST,
}
#: What pyogrio raises when GDAL cannot do something.
GDAL_ERRORS = (DataSourceError, DataLayerError, ValueError, OSError)

_LOCAL = re.compile(r"/?vsi(?:zip|gzip|tar|7z|rar|subfile|mem)/\{?", re.IGNORECASE)
_REMOTE = re.compile(
    r"\s*(?:/?vsi\w+[/?]|<|[a-z][a-z0-9+.]+://|(?:WFS|OAPIF|PG|MYSQL|MSSQL|OCI|ODBC|CSW|ES|CARTO|NGW|MVT|"
    r"PLSCENES|AMIGOCLOUD|EEDA|EEDAI|WMS|WMTS|WCS|RASDAMAN|PLMOSAIC|DAAS|OGCAPI|STACIT|STACTA|ZARR):)",
    re.IGNORECASE,
)
_ARCHIVE = re.compile(
    r"^/vsi(?:zip|gzip|tar|7z|rar)/\{?(.+?\.(?:zip|gz|tgz|tar|kmz|7z|rar))(?:\}?/|\}?$)", re.I
)
#: What changes with a shapefile, as far as it matters; looking at each takes its time.
_SIDECARS = (".dbf", ".cpg")


def isRemote(path: str) -> bool:
    """Whether GDAL would connect to somewhere to open it, or is told how by the path itself."""
    while inner := _LOCAL.match(path):
        path = path[inner.end() :]
    return _REMOTE.match(path) is not None


def watchedFiles(path: str) -> tuple[str, ...]:
    """The files whose change makes what is known of C{path} void."""
    archive = _ARCHIVE.match(path)
    if archive:
        return (archive.group(1),)
    stem, extension = os.path.splitext(path)
    if extension.lower() in (".shp", ".dbf"):
        return (path, *(stem + sidecar for sidecar in _SIDECARS))
    return (path,)


@dataclass(frozen=True)
class OgrLayer:
    """
    Which layer of which data set.

    @ivar layer: its name or number; None for the only one.
    @ivar sql: a SELECT instead of a layer, or ''.
    @ivar encoding: that the project declares, or ''.
    """

    path: str
    layer: str | int | None = None
    sql: str = ""
    encoding: str = ""
    openOptions: Mapping[str, str] = field(default_factory=dict)

    @property
    def identity(self) -> tuple[Hashable, ...]:
        """Equal for layers that are the same."""
        return (self.path, self.layer, self.sql, self.encoding, *sorted(self.openOptions.items()))


@dataclass(frozen=True)
class OgrShape:
    """
    What GDAL says of a layer.

    @ivar encoding: to be given to GDAL, or None.
    @ivar isText8Bit: whether texts may be in another encoding than UTF-8.
    @ivar asMulti: whether single lines and polygons become multi ones, as QGIS
        does with shapefiles.
    @ivar fid: the name of the field that shows the feature id, or ''.
    """

    schema: SourceSchema
    driver: str
    encoding: str | None
    isText8Bit: bool
    asMulti: bool
    fid: str
    hasRandomRead: bool


class OgrDataset:
    """What is known of an L{OgrLayer}, read again when its files change."""

    def __init__(self, layer: OgrLayer):
        self.layer = layer
        self._watched = watchedFiles(layer.path)
        self._known: tuple[Stamp, OgrShape] | None = None
        self._bounds: tuple[Stamp, tuple[Box | None, int]] | None = None
        self._lock = threading.Lock()

    def stamp(self) -> Stamp:
        """The stamp of its files as they are now."""
        return stampOf(self._watched)

    def shape(self) -> OgrShape:
        """@raise SourceError: when GDAL cannot open it."""
        stamp = self.stamp()
        known = self._known
        if known is None or known[0] != stamp:
            with self._lock:
                known = (stamp, _shapeOf(self.layer))
                self._known = known
        return known[1]

    def extentAndCount(self) -> tuple[Box | None, int]:
        """Of all features; GDAL may have to read them."""
        stamp = self.stamp()
        known = self._bounds
        if known is None or known[0] != stamp:
            info = layerInfo(self.layer, self.shape().encoding, everything=True)
            bounds = info["total_bounds"]
            box = None if bounds is None or info["features"] == 0 else Box(*map(float, bounds))
            known = (stamp, (box, int(info["features"])))
            self._bounds = known
        return known[1]


def layerInfo(layer: OgrLayer, encoding: str | None, everything: bool = False) -> dict[str, Any]:
    """
    C{pyogrio.read_info} with its errors translated.

    @param everything: whether extent and number of features are wanted at any cost.
    """
    if isRemote(layer.path):
        raise SourceError(f"not a local file: {layer.path}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of pyogrio: several layers, no layer given
            return dict(
                pyogrio.read_info(
                    layer.path,
                    layer=layer.layer,
                    encoding=encoding,
                    force_feature_count=everything,
                    force_total_bounds=everything,
                    **layer.openOptions,
                )
            )
    except GDAL_ERRORS as error:
        raise SourceError(f"{layer.path}: {error}") from error


def _shapeOf(layer: OgrLayer) -> OgrShape:
    info = layerInfo(replace(layer, layer=None) if layer.sql else layer, None)
    encoding = None
    if info["encoding"] not in ("UTF-8", None):
        # GDAL does not know the encoding: the project's word, else UTF-8 as QGIS assumes
        encoding = layer.encoding if layer.encoding.upper() not in ("", "SYSTEM") else "UTF-8"
        info = layerInfo(layer, encoding)
    if layer.sql:
        info.update(_selectInfo(layer, encoding), fid_column="")
    names = [str(name) for name in info["fields"]]
    fid = info["fid_column"] if info["fid_column"] and info["fid_column"] not in names else ""
    fields = [_field(*item) for item in zip(names, info["ogr_types"], info["ogr_subtypes"], strict=True)]
    if fid:
        fields.insert(0, SourceField(fid, FieldType.LONG, "Integer64", isNullable=False, isUnique=True))
    wkbType = wkbTypeOf(info["geometry_type"])
    if wkbType == "Unknown":
        wkbType = _typeOfFirst(layer, encoding)
    asMulti = info["driver"] == "ESRI Shapefile" and wkbType.startswith(("LineString", "Polygon"))
    geometryName = info["geometry_name"] or "geometry"
    schema = SourceSchema(
        tuple(fields),
        (fid,) if fid else (),
        f"Multi{wkbType}" if asMulti else wkbType,
        "" if wkbType == "NoGeometry" else geometryName,
        crsOf(info["crs"]),
        isEditable=False,
    )
    return OgrShape(
        schema,
        info["driver"],
        encoding,
        encoding is not None,
        asMulti,
        fid,
        bool(info["capabilities"]["random_read"]),
    )


def _selectInfo(layer: OgrLayer, encoding: str | None) -> dict[str, Any]:
    """What a SELECT gives: fields, their types, geometry."""
    try:
        with open_arrow(layer.path, sql=layer.sql, encoding=encoding, **layer.openOptions) as (meta, _):
            return {
                key: meta[key]
                for key in ("fields", "ogr_types", "ogr_subtypes", "geometry_type", "geometry_name", "crs")
            }
    except GDAL_ERRORS as error:
        raise SourceError(f"{layer.path}: {error}") from error


def _typeOfFirst(layer: OgrLayer, encoding: str | None) -> str:
    """The type of the first geometry is what QGIS takes for that of a layer of any type."""
    options: dict[str, Any] = {"sql": layer.sql} if layer.sql else {"layer": layer.layer}
    try:
        with open_arrow(
            layer.path,
            encoding=encoding,
            columns=[],
            batch_size=64,
            use_pyarrow=True,
            **options,
            **layer.openOptions,
        ) as (_, reader):
            for record in reader:
                column = record.column(record.num_columns - 1).drop_null()
                if len(column):
                    return typeNameOf(column[0].as_py())
    except (*GDAL_ERRORS, pa.ArrowException) as error:
        raise SourceError(f"{layer.path}: {error}") from error
    return "Unknown"


def _field(name: str, kind: str, subtype: str) -> SourceField:
    typeName = kind.removeprefix("OFT")
    if subtype == "OFSTBoolean":
        return SourceField(name, FieldType.BOOLEAN, "Boolean")
    if subtype == "OFSTJSON":
        return SourceField(name, FieldType.MAP, "JSON")
    return SourceField(name, _TYPES.get(kind, FieldType.STRING), typeName)


def wkbTypeOf(geometryType: str | None) -> str:
    """
    QGIS's name of a geometry type from GDAL's: C{3D Measured Multi Point} is MultiPointZM.

    @param geometryType: as pyogrio gives it; None without geometry.
    """
    if geometryType is None:
        return "NoGeometry"
    for prefix in ("3D Measured ", "2.5D ", "3D ", "Measured "):
        if geometryType.startswith(prefix):
            suffix = {"3D Measured ": "ZM", "Measured ": "M"}.get(prefix, "Z")
            return _plain(geometryType.removeprefix(prefix)) + suffix
    for suffix, short in ((" ZM", "ZM"), (" Z", "Z"), (" M", "M")):
        if geometryType.endswith(suffix):
            return _plain(geometryType.removesuffix(suffix)) + short
    return _plain(geometryType)


def _plain(name: str) -> str:
    compact = name.replace(" ", "")
    return "Unknown" if compact in ("Unknown", "Geometry", "Unknown(any)") else compact


def crsOf(definition: str | None) -> CRS | None:
    """The CRS that pyogrio names: C{EPSG:2154} or WKT."""
    if not definition:
        return None
    try:
        return CRS.fromAuthid(definition)
    except UnknownCRS:
        return CRS(definition)
