"""The URL that capabilities tell: plugin_semantics 5, last point."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.ows.arrival import arrivalFrom
from ogctwist.ows.reports import serviceExceptionReport
from ogctwist.project.publication import WmsPublication, WmtsSettings
from ogctwist.server.handler import RequestHandler
from ogctwist.server.serviceurl import forwardedPairs, serviceUrl
from ogctwist.settings import Settings
from tests.doubles.server import projectOf


def handlerOf(query: str = "MAP=/p/a.qgs&SERVICE=WMS", body: bytes = b"", **headers: str) -> RequestHandler:
    arrival = arrivalFrom(
        "POST" if body else "GET", "/ows", query, f"https://host:8443/ows?{query}",
        {name.replace("_", "-"): value for name, value in headers.items()}, body,
    )  # fmt: skip
    return RequestHandler(arrival, lambda handler, error: serviceExceptionReport(error))


class PrecedenceTests(SynchronousTestCase):
    def urlOf(self, service="WMS", settings=None, project=None, handler=None) -> str:
        return serviceUrl(handler or handlerOf(), settings or Settings(), service, project or projectOf())

    def test_eachGoesBeforeTheNext(self) -> None:
        handler = handlerOf(
            X_Qgis_WMS_Service_Url="http://header-wms", X_Qgis_Service_Url="http://header", Forwarded="host=f"
        )
        project = projectOf(wms=WmsPublication(serviceUrl="http://project"))
        settings = Settings(wmsServiceUrl="http://wms", serviceUrl="http://all")
        self.assertEqual(self.urlOf("WMS", settings, project, handler), "http://wms")
        self.assertEqual(self.urlOf("WFS", settings, project, handler), "http://all")
        self.assertEqual(self.urlOf("WMS", None, project, handler), "http://project")
        self.assertEqual(self.urlOf("WMS", None, None, handler), "http://header-wms")
        self.assertEqual(self.urlOf("WFS", None, None, handler), "http://header")
        self.assertEqual(
            self.urlOf("WFS", handler=handlerOf(Forwarded="host=f")), "https://f/ows?MAP=/p/a.qgs"
        )
        self.assertEqual(self.urlOf("WFS"), "https://host:8443/ows?MAP=/p/a.qgs")

    def test_everyServiceHasASettingAndAProjectUrlOfItsOwn(self) -> None:
        settings = Settings(
            wmsServiceUrl="s-wms", wfsServiceUrl="s-wfs", wcsServiceUrl="s-wcs", wmtsServiceUrl="s-wmts"
        )
        project = projectOf(
            wms=WmsPublication(serviceUrl="p-wms"), wfsServiceUrl="p-wfs", wcsServiceUrl="p-wcs",
            wmts=WmtsSettings(serviceUrl="p-wmts"),
        )  # fmt: skip
        for service in ("WMS", "WFS", "WCS", "WMTS"):
            self.assertEqual(self.urlOf(service, settings, project), f"s-{service.lower()}")
            self.assertEqual(self.urlOf(service, None, project), f"p-{service.lower()}")

    def test_mapIsKeptAsItWasSpelled(self) -> None:
        url = self.urlOf(handler=handlerOf("SERVICE=WMS&map=%2Fp%2Fa.qgs&LAYERS=x"))
        self.assertEqual(url, "https://host:8443/ows?MAP=%2Fp%2Fa.qgs")
        self.assertEqual(self.urlOf(handler=handlerOf("SERVICE=WMS")), "https://host:8443/ows")

    def test_mapOfAForm(self) -> None:
        url = self.urlOf(handler=handlerOf("", b"map=%2Fp%2Fa+b.qgs"))
        self.assertEqual(url, "https://host:8443/ows?MAP=/p/a%20b.qgs")

    def test_aMapThatAFilterSet(self) -> None:
        handler = handlerOf()
        handler.setParameter("MAP", "other")
        self.assertEqual(self.urlOf(handler=handler), "https://host:8443/ows?MAP=other")


class ForwardedTests(SynchronousTestCase):
    def hostOf(self, **headers: str) -> str:
        return serviceUrl(handlerOf("SERVICE=WMS", **headers), Settings(), "WMS", projectOf())

    def test_forwarded(self) -> None:
        for header, expected in (
            ("host=test3;proto=https", "https://test3/ows"),
            ("host=a;proto=http, host=b;proto=https", "http://a/ows"),
            ('for="[2001:db8::1]:4711";Host="a.org:81" ; proto=http', "http://a.org:81/ows"),
            ("for=192.0.2.60", "https://host:8443/ows"),
            ("host=a/b;proto=http", "http://host:8443/ows"),
            ("proto=javascript;host=a", "https://a/ows"),
            ('host="a', "https://host:8443/ows"),
        ):
            self.assertEqual((header, self.hostOf(Forwarded=header)), (header, expected))

    def test_xForwarded(self) -> None:
        self.assertEqual(self.hostOf(X_Forwarded_Host="a, b", X_Forwarded_Proto="http,https"), "http://a/ows")
        self.assertEqual(self.hostOf(X_Forwarded_Host='a"><script>'), "https://host:8443/ows")
        self.assertEqual(self.hostOf(X_Forwarded_Host="[2001:db8::1]:80"), "https://[2001:db8::1]:80/ows")

    def test_forwardedGoesFirst(self) -> None:
        self.assertEqual(self.hostOf(Forwarded="host=a", X_Forwarded_Host="b"), "https://a/ows")

    def test_quotedPairs(self) -> None:
        self.assertEqual(forwardedPairs(r'Host="a\"b;c"; by=x,proto=http'), [("host", 'a"b;c'), ("by", "x")])

    @given(st.text())
    def test_anythingIsRead(self, header: str) -> None:
        for name, _ in forwardedPairs(header):
            self.assertEqual(name, name.lower())
