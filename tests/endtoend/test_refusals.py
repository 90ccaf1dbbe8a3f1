"""What must not be carried out is refused, in the format of its service, and the server goes on."""

from __future__ import annotations

import time

from lxml import etree
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol
from twisted.internet.protocol import Protocol

from tests.endtoend.running import ServerTestCase

MAP = {
    "SERVICE": "WMS",
    "VERSION": "1.3.0",
    "REQUEST": "GetMap",
    "LAYERS": "countries",
    "STYLES": "",
    "CRS": "EPSG:4326",
    "BBOX": "40,-10,60,30",
    "WIDTH": 64,
    "HEIGHT": 32,
    "FORMAT": "image/png",
}


def reported(body: bytes) -> tuple[str, str]:
    """(code, text) of a ServiceExceptionReport."""
    root = etree.fromstring(body)
    exception = next(e for e in root.iter() if str(e.tag).endswith("Exception"))
    return exception.get("code", ""), exception.text or ""


class WmsRefusalTests(ServerTestCase):
    async def refused(self, code: str, status: int = 400, **changes: object) -> str:
        started = time.monotonic()
        response, body = await self.ask(**{**MAP, **changes})
        self.assertEqual(response.code, status, body[:300])
        self.assertEqual(response.headers.getRawHeaders("content-type"), ["text/xml; charset=utf-8"])
        found, text = reported(body)
        self.assertEqual(found, code)
        self.assertLess(len(text), 500)
        self.assertLess(time.monotonic() - started, 5)
        return text

    async def test_theMapItself(self) -> None:
        """The request that the other tests change is a good one."""
        response, body = await self.ask(**MAP)
        self.assertEqual((response.code, body[:8]), (200, b"\x89PNG\r\n\x1a\n"))

    async def test_unknownLayer(self) -> None:
        text = await self.refused("LayerNotDefined", LAYERS="nowhere" + "x" * 5000)
        self.assertLess(len(text), 300)

    async def test_unknownStyle(self) -> None:
        await self.refused("StyleNotDefined", STYLES="nothing")

    async def test_unknownCrs(self) -> None:
        await self.refused("InvalidCRS", CRS="EPSG:999999")
        await self.refused("InvalidCRS", CRS="+proj=longlat")
        await self.refused("InvalidCRS", CRS="")

    async def test_unknownFormat(self) -> None:
        await self.refused("InvalidFormat", FORMAT="image/gif89")

    async def test_hugePicture(self) -> None:
        await self.refused("InvalidParameterValue", WIDTH=1000000)
        await self.refused("InvalidParameterValue", WIDTH=8000, HEIGHT=8000)
        await self.refused("Invalid Parameter", WIDTH="9" * 400)

    async def test_boxes(self) -> None:
        await self.refused("Invalid Parameter", BBOX="NaN,-10,60,30")
        await self.refused("Invalid Parameter", BBOX="inf,-10,60,30")
        await self.refused("InvalidParameterValue", BBOX="40,-10,40,30")
        await self.refused("Invalid Parameter", BBOX="60,-10,40,30")
        await self.refused("Invalid Parameter", BBOX="40,-10,60")
        await self.refused("MissingParameterValue", BBOX="")

    async def test_unknownOperation(self) -> None:
        await self.refused("OperationNotSupported", status=501, REQUEST="GetEverything")

    async def test_unknownVersionIsAnswered(self) -> None:
        """Version negotiation: the nearest version answers (WMS 1.3.0, 6.2.4)."""
        response, body = await self.ask(SERVICE="WMS", VERSION="33.33", REQUEST="GetCapabilities")
        self.assertEqual(response.code, 200)
        self.assertEqual(etree.fromstring(body).get("version"), "1.3.0")

    async def test_picturesOfErrors(self) -> None:
        """EXCEPTIONS=INIMAGE tells it in a picture of the map's size."""
        response, body = await self.ask(**{**MAP, "LAYERS": "nowhere", "EXCEPTIONS": "INIMAGE"})
        self.assertEqual((response.code, body[:4]), (200, b"\x89PNG"))

    async def test_filterThatIsNoCondition(self) -> None:
        await self.refused("Security", status=403, FILTER="countries:\"name\" = env('HOME')")

    async def test_filterOnUnknownField(self) -> None:
        await self.refused("InvalidParameterValue", FILTER="countries:\"nothing\" = 'x'")


class ArrivalRefusalTests(ServerTestCase):
    async def test_malformedXml(self) -> None:
        response, body = await self.post(b"<GetFeature><unclosed></GetFeature>", path="?SERVICE=WFS")
        self.assertEqual(response.code, 400)
        self.assertIn(b"Exception", body)

    async def test_entities(self) -> None:
        bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><GetFeature service="WFS">&a;</GetFeature>'
        response, body = await self.post(bomb)
        self.assertEqual(response.code, 400)
        self.assertNotIn(b"aaaa", body)

    async def test_mapOutsideTheRoots(self) -> None:
        """Whatever lies outside is one and the same 404, without its path."""
        answers = []
        for name in ("/etc/passwd", "../../../../etc/passwd", "/no/such/project.qgs"):
            response, body = await self.ask(SERVICE="WMS", REQUEST="GetCapabilities", MAP=name)
            self.assertEqual(response.code, 404)
            answers.append(body)
        self.assertEqual(len(set(answers)), 1)
        self.assertNotIn(b"passwd", answers[0])

    async def test_hugeBody(self) -> None:
        """20 MB are refused as they arrive: the answer comes before they are all sent."""
        answered: Deferred[bytes] = Deferred()

        class Client(Protocol):
            received = b""

            def dataReceived(self, data: bytes) -> None:
                self.received += data

            def connectionLost(self, reason) -> None:
                answered.callback(self.received)

        port = int(self.root.rsplit(":", 1)[1].strip("/"))
        client = await connectProtocol(TCP4ClientEndpoint(reactor, "127.0.0.1", port), Client())
        head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n\r\n"
        client.transport.write(head + b"x" * 1000)
        body = await answered
        self.assertTrue(body.startswith(b"HTTP/1.1 413"), body[:100])
