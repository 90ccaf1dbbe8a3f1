"""Capabilities of a project of a thousand layers."""

from __future__ import annotations

import time

from lxml import etree
from twisted.internet.defer import succeed
from twisted.trial.unittest import TestCase

from ogctwist.cache.documents import DocumentCache
from ogctwist.cache.lru import ByteBudgetCache
from ogctwist.project.model import GroupNode, LayerNode
from ogctwist.services.wms.getcapabilities import GetCapabilitiesOperation
from ogctwist.services.wms.kit import WmsKit
from ogctwist.services.wms.versions import WMS_1_3_0
from tests.services.wms.projects import project, vectorLayer


class View:
    """An authorised view that counts what is opened."""

    denied: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.opened = 0

    def features(self, layerId: str):
        self.opened += 1
        raise AssertionError(f"{layerId} was opened")

    coverage = features


class Request:
    handler = None

    def __init__(self, view: View):
        self._view = view

    def serviceUrl(self, service, made) -> str:
        return "http://maps.example/"

    def view(self, made, layerIds, contents=True):
        return succeed(self._view)

    def cacheKey(self, made):
        return succeed("")


class Response:
    def __init__(self) -> None:
        self.body = b""

    def setHeader(self, name, value) -> None:
        """No test looks at them."""

    def write(self, data: bytes) -> None:
        self.body += data


class Pool:
    """Work done at once."""

    def run(self, function, *arguments):
        return succeed(function(*arguments))


class ThousandLayersTests(TestCase):
    async def setUp(self) -> None:
        layers = [vectorLayer(f"layer{n}") for n in range(1000)]
        tree = GroupNode("", tuple(LayerNode(layer.id, layer.name) for layer in layers))
        self.project = project(layers={layer.id: layer for layer in layers}, tree=tree)
        documents = DocumentCache((), None, ByteBudgetCache(100_000_000))
        self.operation = GetCapabilitiesOperation(
            WMS_1_3_0, WmsKit(Pool(), None, documents), frozenset({"getmap"})
        )
        self.view = View()

    async def answer(self) -> tuple[bytes, float]:
        response, began = Response(), time.perf_counter()
        await self.operation(Request(self.view), response, self.project)
        return response.body, time.perf_counter() - began

    async def test_noSourceIsOpened(self) -> None:
        """Made from the project alone, once; well within a second, and then from memory."""
        first, cold = await self.answer()
        again, warm = await self.answer()
        self.assertEqual(self.view.opened, 0)
        self.assertEqual(len(etree.fromstring(first).findall(".//{*}Layer")), 1001)
        self.assertEqual(first, again)
        self.assertLess(warm, cold / 20)
        self.assertLess(warm, 0.005)
