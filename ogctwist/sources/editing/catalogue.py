# -*- test-case-name: tests.sources.editing.test_catalogue -*-
"""From a layer of a project to a transaction on its data source."""

from __future__ import annotations

import os
from collections.abc import Callable

from ogctwist.project.datasource import splitDatabaseUri, splitFileUri
from ogctwist.project.layers import Layer
from ogctwist.sources.catalogue import isGeopackageFile, layerOptions
from ogctwist.sources.editing.blobs import gpkgBlob, spatialiteBlob
from ogctwist.sources.editing.edits import EditRefused, EditSession
from ogctwist.sources.editing.shapefilesession import ShapefileSession
from ogctwist.sources.editing.sqlitesession import SqliteSession, WritableFile
from ogctwist.sources.geopackage import geopackageReader
from ogctwist.sources.postgis.editing import PostgresSession, sourceName
from ogctwist.sources.query import SourceError, SourceSchema
from ogctwist.sources.spatialite import spatialiteReader
from ogctwist.sources.sql.subset import isSelect
from ogctwist.sources.sqlitereader import SqliteReader


class EditCatalogue:
    """
    Makes sessions.  Everything here looks into files: for worker threads only.

    @param applicationName: what connections to PostgreSQL call themselves.
    """

    def __init__(self, applicationName: str = "ogctwist"):
        self._applicationName = applicationName

    def sourceOf(self, layer: Layer) -> str:
        """
        What names the data source of a layer: layers of one source change together.

        @raise EditRefused: its format cannot be written to.
        """
        return self._known(layer)[0]

    def session(self, layer: Layer) -> EditSession:
        """
        A session on the data source of a layer; it takes all layers of that source.

        @raise EditRefused: its format cannot be written to.
        """
        return self._known(layer)[1]()

    def isEditable(self, layer: Layer, schema: SourceSchema) -> bool:
        """
        Whether the data of a layer can be changed at all.

        @param schema: as the source describes itself for reading.
        """
        try:
            self._known(layer)
        except EditRefused:
            return False
        path = dataFile(layer)
        if path and not os.access(path, os.W_OK):
            return False
        return schema.isEditable or path.lower().endswith(".shp")

    def _known(self, layer: Layer) -> tuple[str, Callable[[], EditSession]]:
        source = layer.source
        if layer.failure is not None or layer.isReadOnly or isSelect(source.subset):
            raise EditRefused("The layer cannot be changed")
        try:
            if source.provider == "spatialite":
                uri = splitDatabaseUri(source.uri)
                if uri.isQuery:
                    raise EditRefused("A query cannot be changed")
                return uri.database, lambda: spatialiteSession(uri.database)
            if source.provider == "postgres":
                uri = splitDatabaseUri(source.uri)
                if uri.isQuery:
                    raise EditRefused("A query cannot be changed")
                return sourceName(uri), lambda: PostgresSession(uri, layerOptions, self._applicationName)
            if source.provider == "ogr":
                return self._ogr(splitFileUri(source.uri).path)
        except SourceError as error:
            raise EditRefused("The data cannot be opened") from error
        raise EditRefused(f"Data of the provider {source.provider} cannot be changed")

    def _ogr(self, path: str) -> tuple[str, Callable[[], EditSession]]:
        if isGeopackageFile(path):
            return path, lambda: geopackageSession(path)
        if path.lower().endswith(".shp"):
            return path, lambda: ShapefileSession(path, layerOptions)
        raise EditRefused("Data of this format cannot be changed")


def dataFile(layer: Layer) -> str:
    """The file that a layer is in; '' when it is in none."""
    source = layer.source
    if source.provider == "ogr":
        return splitFileUri(source.uri).path
    return splitDatabaseUri(source.uri).database if source.provider == "spatialite" else ""


def geopackageSession(path: str) -> SqliteSession:
    """A session on a GeoPackage."""

    def reader(file: WritableFile, layer: Layer) -> SqliteReader:
        uri = splitFileUri(layer.source.uri)
        return geopackageReader(file, uri.layerName, uri.layerId)  # type: ignore[arg-type]

    return SqliteSession(path, reader, gpkgBlob, layerOptions)


def spatialiteSession(path: str) -> SqliteSession:
    """A session on a SpatiaLite database."""

    def reader(file: WritableFile, layer: Layer) -> SqliteReader:
        return spatialiteReader(file, splitDatabaseUri(layer.source.uri))  # type: ignore[arg-type]

    return SqliteSession(path, reader, spatialiteBlob, layerOptions)
