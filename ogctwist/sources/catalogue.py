# -*- test-case-name: tests.sources.test_catalogue -*-
"""From a layer of a project to the source of its features or pixels."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from ogctwist.expression import Expression, ExpressionError
from ogctwist.interfaces import ICoverageSource, IFeatureSource, IWorkPool
from ogctwist.project.datasource import splitDatabaseUri, splitFileUri, splitUrl
from ogctwist.project.layers import FieldSettings, Layer
from ogctwist.sources.computed import JoinedLayer, VirtualField
from ogctwist.sources.delimitedtext import DelimitedReader
from ogctwist.sources.features import FeatureSource
from ogctwist.sources.geopackage import geopackageReader
from ogctwist.sources.keptopen import Kept
from ogctwist.sources.late import LateReader
from ogctwist.sources.memory import MemoryReader
from ogctwist.sources.ogr import OgrReader
from ogctwist.sources.ogrschema import OgrLayer
from ogctwist.sources.postgis.database import PostgresDatabases
from ogctwist.sources.postgis.reader import PostgresReader
from ogctwist.sources.query import UNRESTRICTED, FieldType, Restriction, SourceError, SourceField
from ogctwist.sources.raster import NoCoverage, RasterSource
from ogctwist.sources.rasterfile import RasterFile, idleDatasets
from ogctwist.sources.reader import IFeatureReader
from ogctwist.sources.restricted import LayerOptions, RestrictedFeatures
from ogctwist.sources.roots import DataRoots
from ogctwist.sources.spatialite import spatialiteReader
from ogctwist.sources.sql.subset import isSelect
from ogctwist.sources.sqlfunctions import registerFunctions
from ogctwist.sources.sqlitefile import SqliteFile, idleConnections
from ogctwist.sources.warm import WarmReader, WarmStore

_VIRTUAL_TYPES = {
    1: FieldType.BOOLEAN,
    2: FieldType.INTEGER,
    4: FieldType.LONG,
    6: FieldType.DOUBLE,
    8: FieldType.MAP,
    9: FieldType.LIST,
    10: FieldType.STRING,
    11: FieldType.STRING_LIST,
    12: FieldType.BINARY,
    14: FieldType.DATE,
    15: FieldType.TIME,
    16: FieldType.DATETIME,
}


#: Layers whose shape is remembered.
_SHAPES = 1024

#: The layer of that id and what the request may see of it; None when it may not see it at all.
Neighbour = Callable[[str], "tuple[Layer, Restriction] | None"]


class SourceCatalogue:
    """
    Makes sources, and keeps what they have open.

    Nothing is opened before a source is used; a layer that cannot be opened
    gives a source whose first use fails with SourceError.

    @param pool: where everything that blocks is done.
    @param maximumOpen: connections and data sets kept open while nobody uses them.
    @param warmBytes: memory for files that are kept in it; 0: none is.
    @param rasterMegabytes: memory for blocks of rasters, in the whole process; the
        environment's GDAL_CACHEMAX comes first.  Much less makes GDAL decode
        a block again for every line.
    @param roots: folders that data may be read from, links followed; None: any.
    @param databases: connections to PostgreSQL; None: its own.
    """

    def __init__(
        self,
        pool: IWorkPool,
        maximumOpen: int = 64,
        warmBytes: int = 256 << 20,
        rasterMegabytes: int = 256,
        roots: Sequence[str] | None = None,
        databases: PostgresDatabases | None = None,
    ):
        # GDAL asks the environment at its first block; without an answer it takes a part of all memory
        os.environ.setdefault("GDAL_CACHEMAX", str(rasterMegabytes))
        self._pool = pool
        self._roots = DataRoots(roots)
        self._connections = idleConnections(maximumOpen)
        self._datasets = idleDatasets(maximumOpen)
        self._store = WarmStore(warmBytes)
        self._rasters: Kept[str, RasterFile] = Kept(_SHAPES)
        self._databases = databases or PostgresDatabases()
        self._readers: Kept[tuple[str, str, str, str], IFeatureReader] = Kept(_SHAPES)

    def features(
        self,
        layer: Layer,
        restriction: Restriction = UNRESTRICTED,
        neighbour: Neighbour | None = None,
    ) -> IFeatureSource:
        """
        The features of a vector layer as a request may see them.

        @param neighbour: gives the other layers of the project, by id, for joins,
            with what the request may see of them; without it, or where it gives
            None, joined fields do not exist.
        @return: an L{IFeatureSource}; its errors tell of a provider that is not
            supported or a file that is not there.
        """
        joins = []
        for join in layer.joins if neighbour is not None else ():
            other = neighbour(join.layerId) if neighbour is not None else None
            if other is not None:
                prefix = f"{other[0].name}_" if join.prefix is None else join.prefix
                source = self._restricted(*other, ())
                joins.append(JoinedLayer(source, join.targetField, join.joinField, prefix, join.subset))
        return FeatureSource(self._restricted(layer, restriction, tuple(joins)), self._pool)

    def coverage(self, layer: Layer, restriction: Restriction = UNRESTRICTED) -> ICoverageSource:
        """
        The pixels of a raster layer.

        @return: an L{ICoverageSource}; its errors tell of a provider that is not
            supported or a file that is not there.
        """
        provider, uri = layer.source.provider, layer.source.uri
        if provider != "gdal":
            return NoCoverage(f"layer {layer.id}: provider {provider!r} is not supported")
        return RasterSource(self._rasters.get(uri, lambda: self._rasterFile(layer)), layer.crs, self._pool)

    def close(self) -> None:
        """Close everything; sources in use go on until they end."""
        self._connections.close()
        self._datasets.close()
        self._rasters.clear()
        self._databases.close()
        self._readers.clear()
        self._store.clear()

    def _restricted(
        self, layer: Layer, restriction: Restriction, joins: tuple[JoinedLayer, ...]
    ) -> RestrictedFeatures:
        source = layer.source
        key = (source.provider, source.uri, source.subset, layer.encoding)
        reader = self._readers.get(key, lambda: LateReader(lambda: self._reader(layer)))
        return RestrictedFeatures(reader, layerOptions(layer, joins), restriction)

    def _reader(self, layer: Layer) -> IFeatureReader:
        """The reader for a layer; looks into files, so only in a worker."""
        source = layer.source
        self._roots.check(source)
        if source.provider == "ogr":
            return self._ogrReader(layer)
        if isSelect(source.subset):
            raise SourceError(
                f"layer {layer.id}: a subset of the provider {source.provider} is a condition, not a SELECT"
            )
        if source.provider == "spatialite":
            uri = splitDatabaseUri(source.uri)
            return spatialiteReader(self._file(uri.database), uri)
        if source.provider == "postgres":
            return self._postgresReader(layer)
        if source.provider == "delimitedtext":
            return WarmReader(DelimitedReader(splitUrl(source.uri)), self._store)
        if source.provider == "memory":
            return MemoryReader(splitUrl(source.uri))
        if layer.failure is not None:
            raise SourceError(f"layer {layer.id}: {layer.failure}")
        raise SourceError(f"layer {layer.id}: provider {source.provider!r} is not supported")

    def _ogrReader(self, layer: Layer) -> IFeatureReader:
        uri = splitFileUri(layer.source.uri)
        select = layer.source.subset if isSelect(layer.source.subset) else ""
        if isGeopackageFile(uri.path) and not uri.openOptions:
            return geopackageReader(self._file(uri.path), uri.layerName, uri.layerId, select)
        options = dict(option.split("=", 1) for option in uri.openOptions if "=" in option)
        name = uri.layerName or uri.layerId
        reader = OgrReader(OgrLayer(uri.path, name, select, layer.encoding, options), uri.geometryType)
        return WarmReader(reader, self._store)

    def _postgresReader(self, layer: Layer) -> IFeatureReader:
        uri = splitDatabaseUri(layer.source.uri)
        return PostgresReader(self._databases.database(uri), uri)

    def _file(self, path: str) -> SqliteFile:
        return SqliteFile(path, registerFunctions, self._connections)

    def _rasterFile(self, layer: Layer) -> RasterFile:
        uri = splitFileUri(layer.source.uri)
        options = dict(option.split("=", 1) for option in uri.openOptions if "=" in option)
        return RasterFile(uri.path, options, self._datasets, lambda: self._roots.check(layer.source))


def isGeopackageFile(path: str) -> bool:
    """
    Whether it is an SQLite file that calls itself a GeoPackage.
    @raise SourceError: it cannot be read, and is not one of GDAL's special paths.
    """
    if not path.lower().endswith((".gpkg", ".gpkx")) or path.startswith("/vsi"):
        return False
    try:
        with open(path, "rb") as file:
            return file.read(16) == b"SQLite format 3\0"
    except OSError as error:
        raise SourceError(str(error)) from error


def layerOptions(layer: Layer, joins: tuple[JoinedLayer, ...] = ()) -> LayerOptions:
    """What the project adds to the data of a layer."""
    # the reader of OGR's data reads what a SELECT says; for no other one is it left out
    isRead = layer.source.provider == "ogr" and isSelect(layer.source.subset)
    subset = "" if isRead else layer.source.subset
    virtual = tuple(_virtualField(f) for f in layer.fields if f.expression)
    return LayerOptions(subset, joins, virtual, layer.crs)


def _virtualField(settings: FieldSettings) -> VirtualField:
    kind = _VIRTUAL_TYPES.get(settings.typeCode, FieldType.STRING)
    field = SourceField(
        settings.name, kind, settings.typeName, settings.length, settings.precision, comment=settings.comment
    )
    try:
        return VirtualField(field, Expression.parse(settings.expression))
    except ExpressionError:
        return VirtualField(field, None)
