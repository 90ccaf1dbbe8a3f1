"""A server with a WFS over features in memory."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pyarrow as pa
import shapely
from lxml import etree
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from ogctwist.cache.documents import DocumentCache
from ogctwist.cache.lru import ByteBudgetCache
from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.geo.geometry import GeometryColumn
from ogctwist.project.layers import DataSource, Layer, LayerKind, WfsPublication
from ogctwist.services.wfs.editing import Editing
from ogctwist.services.wfs.kit import WfsKit
from ogctwist.services.wfs.service import wfsServices
from ogctwist.sources.editing import EditRefused
from ogctwist.sources.query import FieldType, SourceField, SourceSchema
from tests.doubles.delivery import MemoryDelivery
from tests.doubles.features import ImmediatePool, memoryFeatures
from tests.doubles.server import DoubleServer, projectOf

WGS84 = CRS.fromAuthid("EPSG:4326")
SPACES = {
    "wfs": "http://www.opengis.net/wfs",
    "gml": "http://www.opengis.net/gml",
    "qgs": "http://www.qgis.org/gml",
    "ogc": "http://www.opengis.net/ogc",
    "ows": "http://www.opengis.net/ows",
    "xsd": "http://www.w3.org/2001/XMLSchema",
}

PLACES = SourceSchema(
    (
        SourceField("fid", FieldType.LONG, isNullable=False),
        SourceField("name", FieldType.STRING),
        SourceField("pop", FieldType.INTEGER),
    ),
    keyFields=("fid",),
    wkbType="Point",
    geometryName="geom",
    crs=WGS84,
)


def layerOf(name: str, **changes: Any) -> Layer:
    """A published layer in degrees."""
    layer = Layer(
        id=f"{name}_id",
        name=name,
        kind=LayerKind.VECTOR,
        source=DataSource("memory", name),
        crs=WGS84,
        extent=Box(0.0, 0.0, 10.0, 20.0),
        wkbType="Point",
        wfs=WfsPublication(published=True, precision=3),
    )
    return replace(layer, **changes)


def points(n: int, first: int = 1) -> FeatureBatch:
    """n features with ids from C{first} on: feature i is at (i, 2i), is called C{p<i>} and has 10i people."""
    ids = np.arange(first, first + n)
    columns = {
        "fid": pa.array(ids),
        "name": pa.array([f"p{i}" for i in ids]),
        "pop": pa.array(ids * 10, pa.int32()),
    }
    return FeatureBatch(ids, GeometryColumn.fromShapes(shapely.points(ids, ids * 2.0)), columns)


class MemoryLayers:
    """A catalogue of layers in memory: by layer id, the schema and the batches."""

    def __init__(self, pool: Any) -> None:
        self.pool = pool
        self.contents: dict[str, tuple[SourceSchema, list[FeatureBatch]]] = {}
        self.broken: dict[str, Exception] = {}

    def features(self, layer: Layer, restriction: Any) -> Any:
        if layer.id in self.broken:
            return BrokenSource(self.broken[layer.id])
        schema, batches = self.contents[layer.id]
        return memoryFeatures(schema, batches, restriction, self.pool)


class EditedInMemory:
    """
    What opens sessions on layers in memory: nothing is ever changed.

    @ivar isEditable: whether they can be.
    """

    def __init__(self, isEditable: bool = True):
        self.isEditable = lambda layer, schema: isEditable

    def sourceOf(self, layer: Layer) -> str:
        return layer.id

    def session(self, layer: Layer) -> Any:
        raise EditRefused("this is only in memory")


def waited(function: Any) -> Any:
    """What L{Editing.inReactor} is where everything is there at once."""
    results: list[Any] = []
    Deferred.fromCoroutine(_awaited(function)).addBoth(results.append)
    (result,) = results
    if isinstance(result, Failure):
        result.raiseException()
    return result


async def _awaited(function: Any) -> Any:
    return await function()


class BrokenSource:
    """A source of which every use fails."""

    def __init__(self, error: Exception):
        self.error = error

    def _fail(self, *arguments: Any) -> Deferred[Any]:
        failing: Deferred[Any] = Deferred()
        failing.errback(self.error)
        return failing

    describe = open = count = extent = _fail


class ServedWfs:
    """
    A WFS of one project.

    @ivar layers: the catalogue; C{add} fills it and the project.
    """

    def __init__(self, pool: Any = None, editing: Editing | None = None, **publication: Any):
        """
        @param editing: what Transactions work with; None for no Transactions.
        """
        self.pool = pool or ImmediatePool()
        self.layers = MemoryLayers(self.pool)
        self.double = DoubleServer()
        self.double.catalogue.features = self.layers.features
        caches = DocumentCache(
            self.double.server.serverCaches, self.double.caller, ByteBudgetCache(1_000_000)
        )
        self.documents = caches
        kit = WfsKit(self.pool, caches, self.double.clock, mostActions=20, editing=editing)
        for service in wfsServices(kit):
            self.double.server.services.registerService(service)
        self._publication = publication
        self._project: list[Layer] = []

    def add(self, name: str, *batches: FeatureBatch, schema: SourceSchema = PLACES, **changes: Any) -> Layer:
        """Add a layer to the project."""
        layer = layerOf(name, **changes)
        self._project.append(layer)
        self.layers.contents[layer.id] = (schema, list(batches))
        project = projectOf("/projects/a.qgs", *self._project, **self._publication)
        self.double.projects.byName[""] = project
        return layer

    def start(self, body: bytes = b"", **parameters: Any) -> tuple[MemoryDelivery, Deferred[None]]:
        """Send a request; with a body a POST of XML."""
        query = urlencode({"SERVICE": "WFS", **parameters})
        if not body:
            return self.double.start(query)
        return self.double.start(query, method="POST", body=body, headers={"Content-Type": "text/xml"})

    def get(self, body: bytes = b"", **parameters: Any) -> MemoryDelivery:
        """The whole answer."""
        delivery, done = self.start(body, **parameters)
        failures: list[Any] = []
        done.addErrback(failures.append)
        if failures:
            failures[0].raiseException()
        assert delivery.isFinished or delivery.isAborted, "the answer is not complete"
        return delivery

    def root(self, body: bytes = b"", **parameters: Any) -> etree._Element:
        """The root of an XML answer."""
        delivery = self.get(body, **parameters)
        assert delivery.status == 200, delivery.body
        return etree.fromstring(delivery.body)

    def refusal(self, body: bytes = b"", **parameters: Any) -> tuple[int, str, str]:
        """Status, code and message of an exception report."""
        delivery = self.get(body, **parameters)
        report = etree.fromstring(delivery.body)
        (error,) = (e for e in report.iter() if e.get("code") or e.get("exceptionCode"))
        text = "".join(error.itertext()).strip()
        return delivery.status, error.get("code") or error.get("exceptionCode"), text


def ids(root: etree._Element) -> list[str]:
    """The feature ids of a collection, in its order."""
    gmlId = f"{{{SPACES['gml']}}}id"
    features = root.findall("gml:featureMember/*", SPACES)
    return [feature.get("fid") or feature.get(gmlId) for feature in features]
