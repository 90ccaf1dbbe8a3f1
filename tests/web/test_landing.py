"""The page at /."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from lxml import html
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.settings import Settings
from ogctwist.web.landing import readCapabilities
from tests.web.memory import Server

CAPABILITIES = b"""<?xml version="1.0"?>
<!DOCTYPE WMT_MS_Capabilities SYSTEM "http://schemas.opengis.net/wms/1.1.1/WMS_MS_Capabilities.dtd">
<WMT_MS_Capabilities version="1.1.1">
 <Service><Name>WMS</Name><Title>Roads &amp; &lt;b>rivers&lt;/b></Title>
  <Abstract>All of them</Abstract></Service>
 <Capability><Layer><Name>root</Name><Title>Root</Title>
  <LatLonBoundingBox minx="10" miny="45" maxx="12" maxy="46"/>
  <BoundingBox SRS="EPSG:25832" minx="600000" miny="5000000" maxx="800000" maxy="5100000"/>
  <Layer><Name>top</Name><Title>&lt;/script>Top</Title></Layer>
  <Layer><Title>no name</Title></Layer>
  <Layer><Name>bottom, "one"</Name></Layer>
 </Layer></Capability>
</WMT_MS_Capabilities>"""


def serve(arrival: Any, delivery: Any) -> Any:
    """Capabilities of one project; a report for all else."""
    if arrival.parameters.text("REQUEST") == "GetCapabilities" and arrival.parameters.text("MAP") in (
        "",
        "m&n",
    ):
        return delivery.send(200, {"Content-Type": "text/xml"}, CAPABILITIES)
    return delivery.send(404, {"Content-Type": "text/xml"}, b"<ServerException/>")


class LandingPageTests(SynchronousTestCase):
    def page(self, target: str = "/", *headers: str, **arguments: Any) -> tuple[Any, Any]:
        self.server = Server(serve, **arguments)
        answer = self.server.ask(target, *headers)
        self.assertEqual(answer.status, 200)
        return html.fromstring(answer.body), answer

    def test_page(self) -> None:
        page, answer = self.page()
        self.assertEqual(page.findtext(".//h1"), "Roads & <b>rivers</b>")
        self.assertEqual(answer.headers["Content-Type"], "text/html; charset=utf-8")
        links = [link.get("href") for link in page.xpath("//a")]
        self.assertIn("?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetCapabilities", links)
        self.assertIn("?SERVICE=WFS&VERSION=1.1.0&REQUEST=GetCapabilities", links)

    def test_map(self) -> None:
        page, _ = self.page()
        (source,) = page.xpath("//img/@src")
        query = {name: values[0] for name, values in parse_qs(source[1:], keep_blank_values=True).items()}
        self.assertEqual(query["SERVICE"], "WMS")
        self.assertEqual(query["REQUEST"], "GetMap")
        self.assertEqual(query["LAYERS"], 'bottom, "one",top')
        self.assertEqual(query["SRS"], "EPSG:25832")
        xmin, ymin, xmax, ymax = map(float, query["BBOX"].split(","))
        self.assertAlmostEqual((xmax - xmin) / (ymax - ymin), int(query["WIDTH"]) / int(query["HEIGHT"]))
        self.assertTrue(xmin <= 600000 and xmax >= 800000 and ymin <= 5000000 and ymax >= 5100000)

    def test_nothingOfTheProjectIsMarkup(self) -> None:
        page, answer = self.page()
        view = json.loads(page.get_element_by_id("view").text)
        self.assertEqual(len(view["box"]), 4)
        self.assertNotIn(b"</script>Top", answer.body)
        self.assertEqual(page.xpath("//h1/b"), [])

    def test_selfContained(self) -> None:
        """Nothing is loaded but the map; scripts run only with this answer's nonce."""
        page, answer = self.page()
        policy = answer.headers["Content-Security-Policy"]
        nonce = answer.headers["X-Request-Id"]
        self.assertIn(f"script-src 'nonce-{nonce}'", policy)
        self.assertIn("default-src 'none'", policy)
        for element in page.xpath("//script | //style"):
            self.assertEqual(element.get("nonce"), nonce)
            self.assertIsNone(element.get("src"))

    def test_asked(self) -> None:
        """The capabilities are asked for with the visitor's own rights."""
        self.page("/", "Authorization: Basic eDp5", "Accept-Encoding: gzip", "If-None-Match: x")
        (asked,) = self.server.dispatcher.arrivals
        self.assertEqual(asked.headers["authorization"], "Basic eDp5")
        self.assertNotIn("if-none-match", asked.headers)
        self.assertEqual(asked.url, "http://example.org/?SERVICE=WMS&REQUEST=GetCapabilities&VERSION=1.1.1")

    def test_namedProject(self) -> None:
        page, _ = self.page("/?MAP=m%26n")
        (source,) = page.xpath("//img/@src")
        self.assertEqual(parse_qs(source[1:])["MAP"], ["m&n"])
        for link in page.xpath("//table//a/@href"):
            self.assertEqual(parse_qs(link[1:])["MAP"], ["m&n"])

    def test_noProject(self) -> None:
        page, _ = self.page("/?MAP=other")
        self.assertEqual(page.findtext(".//h1"), "ogctwist")
        self.assertEqual(page.xpath("//img | //script"), [])
        self.assertIn("MAP", page.text_content())

    def test_projectList(self) -> None:
        folder = Path(self.mktemp()).absolute()
        folder.mkdir()
        for name in ("b.qgs", "a.qgz", "note.txt"):
            (folder / name).touch()
        settings = Settings(landingPageProjectsDirectories=(str(folder), "/no/such"))
        page, _ = self.page(settings=settings)
        links = [link for link in page.xpath("//a/@href") if "SERVICE" not in link]
        self.assertEqual([parse_qs(link[1:])["MAP"] for link in links], [
            [os.fspath(folder / "a.qgz")], [os.fspath(folder / "b.qgs")]
        ])  # fmt: skip

    def test_disabled(self) -> None:
        server = Server(serve, Settings(disabledApis=("Landing Page",)))
        self.assertEqual(server.ask("/").status, 404)

    def test_prefix(self) -> None:
        server = Server(serve, Settings(landingPagePrefix="/maps"))
        self.assertEqual(server.ask("/maps/").status, 200)
        self.assertEqual(server.ask("/").status, 404)

    def test_services(self) -> None:
        """A request for a service is never taken for a visit."""
        for target in ("/?SERVICE=X", "/?REQUEST=GetMap", "/x", "/?a=%FF"):
            self.assertEqual(Server(serve).ask(target).status, 404)
        self.assertEqual(Server(serve).ask("/", method="POST").status, 404)

    def test_unreadableCapabilities(self) -> None:
        for body in (b"", b"<a", b"<a/>"):
            self.assertIsNone(readCapabilities(body))

    def test_extents(self) -> None:
        """A degenerate or missing extent means no map, not a wrong one."""
        flat = CAPABILITIES.replace(b'maxx="800000"', b'maxx="600000"')
        shown = readCapabilities(flat)
        assert shown is not None
        self.assertEqual((shown.crs, shown.box), ("EPSG:4326", (10.0, 45.0, 12.0, 46.0)))
        none = readCapabilities(flat.replace(b'maxx="12"', b'maxx="x"'))
        assert none is not None
        self.assertIsNone(none.box)
