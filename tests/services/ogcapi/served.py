"""A server with the API over features in memory."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

from ogctwist.geo.batch import FeatureBatch
from ogctwist.project.layers import Layer
from ogctwist.services.ogcapi.api import FeaturesApi
from ogctwist.services.ogcapi.kit import ApiKit
from ogctwist.sources.query import SourceSchema
from tests.doubles.delivery import MemoryDelivery
from tests.doubles.features import ImmediatePool
from tests.doubles.server import DoubleServer, projectOf
from tests.services.wfs.served import PLACES, MemoryLayers, layerOf


class ServedApi:
    """
    The API of one project.

    @ivar layers: the catalogue; C{add} fills it and the project.
    """

    def __init__(self, editing: Any = None, **options: Any):
        pool = ImmediatePool()
        self.layers = MemoryLayers(pool)
        self.double = DoubleServer()
        self.double.catalogue.features = self.layers.features
        self.api = FeaturesApi(ApiKit(pool, self.double.clock, editing, **options))
        self.double.server.services.registerApi(self.api)
        self._project: list[Layer] = []

    def add(self, name: str, *batches: FeatureBatch, schema: SourceSchema = PLACES, **changes: Any) -> Layer:
        """Add a collection to the project."""
        layer = layerOf(name, **changes)
        self._project.append(layer)
        self.layers.contents[layer.id] = (schema, list(batches))
        self.double.projects.byName[""] = projectOf("/projects/a.qgs", *self._project)
        return layer

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        **parameters: Any,
    ) -> MemoryDelivery:
        """The whole answer."""
        query = urlencode(parameters)
        delivery, done = self.double.start(
            query, path=quote(f"/wfs3{path}"), method=method, body=body, headers=headers
        )
        failures: list[Any] = []
        done.addErrback(failures.append)
        if failures:
            failures[0].raiseException()
        assert delivery.isFinished or delivery.isAborted, "the answer is not complete"
        return delivery

    def json(self, path: str, **named: Any) -> Any:
        """A JSON answer."""
        delivery = self.ask(path, **named)
        assert delivery.status == 200, delivery.body
        return json.loads(delivery.body)

    def refusal(self, path: str, **named: Any) -> tuple[int, str]:
        """Status and code of a failure."""
        delivery = self.ask(path, **named)
        ((error,),) = (json.loads(delivery.body),)
        assert delivery.headers["Content-Type"] == "application/json"
        return delivery.status, error["code"]


def identifiers(document: Any) -> list[str]:
    """The ids of the features of a page."""
    return [feature["id"] for feature in document["features"]]
