"""The suites of what plugins provide, over the doubles and the shipped filters."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.interfaces import OWSException
from tests.conformance.accesscontrol import AccessControlSuite
from tests.conformance.servercache import ServerCacheSuite
from tests.conformance.serverfilter import ServerFilterSuite
from tests.doubles.access import FixedAccess
from tests.doubles.caches import MemoryServerCache
from tests.doubles.filters import ScriptedFilter

FILTERS = Path(__file__).resolve().parents[2] / "filters"


def shipped(name: str) -> ModuleType:
    """The main module of a shipped plugin, imported on its own."""
    path = FILTERS / name / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"tested_{name}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class ScriptedFilterTests(ServerFilterSuite, SynchronousTestCase):
    def makeFilter(self) -> Any:
        return ScriptedFilter()


class HelloTests(ServerFilterSuite, SynchronousTestCase):
    def makeFilter(self) -> Any:
        return shipped("hello").HelloFilter()

    def test_hello(self) -> None:
        delivery, done = self.server().start("service=hello&name=Åse")
        self.successResultOf(done)
        self.assertEqual((delivery.status, delivery.body), (200, "Hello, Åse!\n".encode()))
        self.assertEqual(delivery.headers, {"Content-Type": "text/plain; charset=utf-8"})

    def test_helloWithoutAProject(self) -> None:
        server = self.server()
        del server.projects.byName[""]
        delivery, done = server.start("SERVICE=HELLO")
        self.successResultOf(done)
        self.assertEqual((delivery.status, delivery.body), (200, b"Hello, world!\n"))

    def test_whatAnotherFilterRefusedStaysRefused(self) -> None:
        def refuse(handler):
            raise OWSException("Who are you?", "Security", status=401)

        server = self.server()
        server.interface.registerFilter(ScriptedFilter(requestReady=refuse), -1000)
        delivery, done = server.start("SERVICE=HELLO")
        self.successResultOf(done)
        self.assertEqual(delivery.status, 401)
        self.assertIn(b"Who are you?", delivery.body)


class RequestLogTests(ServerFilterSuite, SynchronousTestCase):
    def makeFilter(self) -> Any:
        return shipped("request_log").RequestLog()

    def test_oneLine(self) -> None:
        from twisted.logger import capturedLogs, formatEvent

        seconds = iter((10.0, 10.25))
        server = self.server()
        server.interface.setFilters({0: [shipped("request_log").RequestLog(lambda: next(seconds))]})
        with capturedLogs() as events:
            _, done = server.start("SERVICE=WMS&REQUEST=GetMap&LAYERS=a%0Ab&PASSWORD=x")
            self.successResultOf(done)
        lines = [formatEvent(e) for e in events if e["log_namespace"].endswith("RequestLog")]
        self.assertEqual(lines, ["request-1 GET SERVICE=WMS REQUEST=GetMap LAYERS=a?b 200 250 ms"])

    def test_nothingIsKept(self) -> None:
        server = self.server()
        (logging,) = (entry.provider for entry in server.server.filters)
        before = dict(vars(logging))
        for query in ("SERVICE=WMS", "SERVICE=XYZ", "SERVICE=WFS"):
            self.successResultOf(server.start(query)[1])
        self.assertEqual(vars(logging), before)


class FixedAccessTests(AccessControlSuite, SynchronousTestCase):
    def makeAccessControl(self) -> Any:
        return FixedAccess(
            expression="role = 'a'", attributes=lambda layer, names: [n for n in names if n != "role"]
        )

    def makeHandler(self, project: Any) -> Any:
        return None


class MemoryServerCacheTests(ServerCacheSuite, SynchronousTestCase):
    def makeCache(self) -> Any:
        return MemoryServerCache()


class RefusingServerCacheTests(ServerCacheSuite, SynchronousTestCase):
    def makeCache(self) -> Any:
        return MemoryServerCache(takes=False)
