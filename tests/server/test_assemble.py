"""The whole server, put together."""

from __future__ import annotations

import socket
from pathlib import Path

from twisted.internet import reactor
from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol
from twisted.internet.error import CannotListenError
from twisted.internet.protocol import Protocol, connectionDone
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

LAYER = """
<maplayer type="vector" geometry="Point">
  <id>a_1</id><layername>a</layername>
  <datasource>file:points.csv?xField=x&amp;yField=y&amp;crs=EPSG:4326</datasource>
  <provider encoding="UTF-8">delimitedtext</provider>
  <srs><spatialrefsys><authid>EPSG:4326</authid></spatialrefsys></srs>
  <renderer-v2 type="strange"><symbols/></renderer-v2>
</maplayer>
"""


class Greeted(Protocol):
    """A client that waits for the first words of the server, and for the end."""

    def __init__(self) -> None:
        self.greeting: Deferred[bytes] = Deferred()
        self._gone: Deferred[None] = Deferred()

    def dataReceived(self, data: bytes) -> None:
        greeting, self.greeting = self.greeting, Deferred()
        greeting.callback(data)

    def connectionLost(self, reason=connectionDone) -> None:
        self._gone.callback(None)

    def gone(self, close) -> Deferred[None]:
        """Close, and wait until it is."""
        close()
        return self._gone


class RunningServer(TestCase):
    """A server with a small project and two plugins."""

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


class AssembleTests(RunningServer):
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

    @inlineCallbacks
    def test_theStatusPageNamesLayersThatFail(self):
        """Until they can be drawn again; and what is asked for and not drawn."""
        service = self.start()
        (self.folder / "small.qgs").write_text(
            PROJECT.replace(
                "<layer-tree-group/>",
                '<layer-tree-group><layer-tree-layer id="a_1" name="a"/></layer-tree-group>',
            ).replace("<projectlayers/>", f"<projectlayers>{LAYER}</projectlayers>")
        )
        data = self.folder / "points.csv"
        data.write_text("x,y\n1,2\n")
        query = "LAYERS=a&STYLES=&CRS=EPSG:4326&BBOX=40,0,41,1&WIDTH=8&HEIGHT=8&FORMAT=image/png"
        target = f"/?MAP=small.qgs&SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&{query}"
        told = service.server.sections()["layers"]
        status, _ = yield self.ask(target)
        self.assertEqual(status, 200)
        self.assertEqual([problem["problem"] for problem in told()], ["not drawn: renderer strange"])
        data.unlink()
        status, _ = yield self.ask(target)
        self.assertEqual(status, 500)
        self.assertEqual({problem["layer"] for problem in told()}, {"a_1"})
        self.assertIn("points.csv", " ".join(problem["problem"] for problem in told()))
        data.write_text("x,y\n1,2\n")
        status, _ = yield self.ask(target)
        self.assertEqual((status, len(told())), (200, 1))
        status, body = yield self.ask("/status.json")
        self.assertIn(b"renderer strange", body)

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


class ManholeTests(RunningServer):
    """The prompt in a server that runs."""

    def setUp(self) -> None:
        super().setUp()
        try:
            from twisted.conch.ssh.keys import Key
        except ImportError:
            self.skipTest("the extra manhole is not installed")
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self.key = Key(Ed25519PrivateKey.generate())
        self.keys = self.folder / "keys"
        self.keys.write_bytes(self.key.public().toString("openssh") + b"\n")

    @inlineCallbacks
    def test_itIsThereWhileTheServerIs(self):
        service = self.start(manhole="0", manholeKeys=str(self.keys))
        manhole = service._manhole
        address = manhole._waitingForPort.result.getHost()
        self.assertEqual(address.host, "127.0.0.1")
        client = yield connectProtocol(TCP4ClientEndpoint(reactor, address.host, address.port), Greeted())
        greeting = yield client.greeting
        self.assertTrue(greeting.startswith(b"SSH-2.0"))
        yield client.gone(client.transport.loseConnection)
        yield service.stopService()
        self.assertFalse(manhole.running)

    def test_oneWorkerOffersIt(self):
        settings = readSettings({"manhole": "0", "manholeKeys": str(self.keys), "listen": ["tcp:0"]})
        offered = [makeService(settings, reactor, worker=number)._manhole is not None for number in range(4)]
        self.assertEqual(offered, [True, True, False, False])
