"""The whole server, put together."""

from __future__ import annotations

import socket
from pathlib import Path

from twisted.internet import reactor
from twisted.internet.defer import inlineCallbacks
from twisted.internet.error import CannotListenError
from twisted.trial.unittest import TestCase
from twisted.web.client import Agent, HTTPConnectionPool, readBody
from twisted.web.http_headers import Headers

from ogctwist.assemble import makeService
from ogctwist.settings import readSettings

FILTERS = Path(__file__).resolve().parents[2] / "filters"

PROJECT = """<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis projectname="Small" version="3.34.0">
  <title>Small</title>
  <projectCrs><spatialrefsys><authid>EPSG:4326</authid></spatialrefsys></projectCrs>
  <layer-tree-group/>
  <projectlayers/>
  <properties/>
</qgis>
"""


class AssembleTests(TestCase):
    def setUp(self) -> None:
        self.folder = Path(self.mktemp()).resolve()
        self.folder.mkdir()
        (self.folder / "small.qgs").write_text(PROJECT)
        self.filters = self.folder / "filters"
        self.filters.mkdir()
        for name in ("hello", "request_log"):
            (self.filters / name).symlink_to(FILTERS / name)
        self.pool = HTTPConnectionPool(reactor, persistent=False)

    def start(self, **options):
        """A running server on a port of its own."""
        settings = readSettings(
            {
                "projectsRoots": [str(self.folder)],
                "plugins": [str(self.filters)],
                "listen": ["tcp:0:interface=127.0.0.1"],
                **options,
            }
        )
        service = makeService(settings, reactor)
        service.privilegedStartService()
        service.startService()
        self.addCleanup(service.stopService)
        (listener,) = service.door.services
        self.port = listener._waitingForPort.result.getHost().port
        return service

    @inlineCallbacks
    def ask(self, target: str):
        url = f"http://127.0.0.1:{self.port}{target}".encode()
        agent = Agent(reactor, pool=self.pool)
        response = yield agent.request(b"GET", url, Headers({"User-Agent": ["test"]}))
        body = yield readBody(response)
        return response.code, body

    @inlineCallbacks
    def test_requestsGoAllTheWay(self):
        self.start()
        status, body = yield self.ask("/?SERVICE=HELLO&NAME=you")
        self.assertEqual((status, body), (200, b"Hello, you!\n"))
        status, body = yield self.ask("/?SERVICE=WMS&REQUEST=GetCapabilities&MAP=small.qgs")
        self.assertEqual(status, 200)
        self.assertIn(b"<WMS_Capabilities", body)
        status, body = yield self.ask("/?SERVICE=WMS&REQUEST=GetCapabilities&MAP=/etc/passwd.qgs")
        self.assertEqual(status, 404)

    @inlineCallbacks
    def test_capabilitiesAreMadeOnceUntilTheyAreForgotten(self):
        service = self.start()
        counts = service.server.documents.memory.counts
        for _ in range(3):
            yield self.ask("/?SERVICE=WMS&REQUEST=GetCapabilities&MAP=small.qgs")
        self.assertEqual((counts.hits, counts.misses, counts.entries), (2, 1, 1))
        service.server.forget(str(self.folder / "small.qgs"))
        self.assertEqual(counts.entries, 0)

    @inlineCallbacks
    def test_theStatusPageNamesPluginsLoadedAndRefused(self):
        broken = self.folder / "plugins" / "broken_one"
        broken.mkdir(parents=True)
        (broken / "metadata.txt").write_text("[general]\nname=Broken\nserver=True\nversion=2\n")
        (broken / "__init__.py").write_text("import no_such_module_at_all")
        self.start(plugins=[str(self.filters), str(broken.parent)])
        status, body = yield self.ask("/status.json")
        self.assertEqual(status, 200)
        self.assertIn(b"no_such_module_at_all", body)
        self.assertIn(b'"Request log"', body)
        self.assertEqual(len(self.flushLoggedErrors(ImportError)), 1)

    def test_aPortThatIsTaken(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            listen = [f"tcp:{taken.getsockname()[1]}:interface=127.0.0.1"]
            service = makeService(readSettings({"listen": listen}), reactor)
            self.assertRaises(CannotListenError, service.privilegedStartService)

    def test_withoutAPluginsFolderNothingIsLoaded(self):
        service = makeService(readSettings({}), reactor)
        service.server.startService()
        self.addCleanup(service.server.stopService)
        self.assertEqual((service.server.plugins.plugins, len(service.server.interface.filters)), ([], 0))
