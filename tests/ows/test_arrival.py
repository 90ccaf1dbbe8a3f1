"""Query string, form and XML body: one request."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.ows.arrival import arrivalFrom
from ogctwist.ows.exceptions import InvalidParameterValue, TooLarge
from ogctwist.ows.limits import RequestLimits
from ogctwist.ows.xml import XMLError

GET_FEATURE = (
    b'<?xml version="1.0"?>\n<wfs:GetFeature service="WFS" version="1.1.0" maxFeatures="5"'
    b' xmlns:wfs="http://www.opengis.net/wfs" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    b' xsi:schemaLocation="a b"><wfs:Query typeName="roads"/>+</wfs:GetFeature>'
)


class ArrivalTests(SynchronousTestCase):
    def test_get(self) -> None:
        arrival = arrivalFrom(
            "get", "/a%20b/%C3%A9", "SERVICE=WMS&LAYERS=x+y", "http://h/a?SERVICE=WMS", {"X-Thing": "1"}
        )
        self.assertEqual(arrival.method, "GET")
        self.assertEqual(arrival.path, "/a b/é")
        self.assertEqual(dict(arrival.parameters), {"SERVICE": "WMS", "LAYERS": "x y"})
        self.assertEqual(dict(arrival.headers), {"x-thing": "1"})
        self.assertIsNone(arrival.parseError)
        self.assertRaises(FrozenInstanceError, setattr, arrival, "method", "POST")

    def test_form(self) -> None:
        """The form goes over the query string."""
        for contentType in ("application/x-www-form-urlencoded; charset=utf-8", "", "text/plain"):
            arrival = arrivalFrom(
                "POST", "/", "A=1&B=2", headers={"Content-Type": contentType}, body=b"a=3&c=%C3%A9+\r\n"
            )
            self.assertEqual(dict(arrival.parameters), {"A": "3", "B": "2", "C": "é "})

    def test_xml(self) -> None:
        """As QGIS Server: REQUEST, the root's attributes, REQUEST_BODY."""
        for headers in ({}, {"content-type": "text/xml"}, {"content-type": "application/gml+xml"}):
            arrival = arrivalFrom("POST", "/", "MAP=m&VERSION=1.0.0", headers=headers, body=GET_FEATURE)
            self.assertEqual(
                dict(arrival.parameters),
                {
                    "MAP": "m",
                    "REQUEST": "GetFeature",
                    "SERVICE": "WFS",
                    "VERSION": "1.1.0",
                    "MAXFEATURES": "5",
                    "REQUEST_BODY": GET_FEATURE.decode(),
                },
            )
            assert arrival.document is not None
            self.assertEqual(arrival.document[0].get("typeName"), "roads")
            self.assertEqual(arrival.body, GET_FEATURE)

    def test_xmlInAnotherEncoding(self) -> None:
        """Filters read in REQUEST_BODY the very text that the service reads in the document."""
        body = '<?xml version="1.0" encoding="iso-8859-1"?><a>é</a>'.encode("iso-8859-1")
        arrival = arrivalFrom("POST", "/", body=body)
        self.assertIn("<a>é</a>", arrival.parameters["REQUEST_BODY"])

    def test_namespacedAttributesAreNoParameters(self) -> None:
        body = b'<GetMap xmlns:a="urn:a" a:service="WFS" service="WMS"/>'
        self.assertEqual(arrivalFrom("POST", "/", body=body).parameters["SERVICE"], "WMS")

    def test_json(self) -> None:
        for contentType in ("application/json", "application/geo+json; charset=utf-8"):
            arrival = arrivalFrom(
                "PUT", "/x", "a=1", headers={"Content-Type": contentType}, body=b'{"b": "c=1&d=2"}'
            )
            self.assertEqual(dict(arrival.parameters), {"A": "1"})
            self.assertIsNone(arrival.parseError)

    def test_otherBodies(self) -> None:
        arrival = arrivalFrom("POST", "/", headers={"Content-Type": "image/png"}, body=b"\x89PNG=1&\xff")
        self.assertEqual((dict(arrival.parameters), arrival.parseError), ({}, None))

    def test_bodiesOfOtherMethods(self) -> None:
        for method in ("GET", "HEAD", "DELETE"):
            self.assertEqual(dict(arrivalFrom(method, "/", "a=1", body=b"a=2").parameters), {"A": "1"})

    def test_malformedXml(self) -> None:
        arrival = arrivalFrom("POST", "/", "SERVICE=WFS", body=b"<GetFeature service='WMS'>")
        self.assertIsInstance(arrival.parseError, XMLError)
        self.assertEqual(dict(arrival.parameters), {"SERVICE": "WFS"})
        self.assertIsNone(arrival.document)

    def test_badQuery(self) -> None:
        arrival = arrivalFrom("GET", "/", "SERVICE=WFS&A=%FF")
        self.assertIsInstance(arrival.parseError, InvalidParameterValue)
        self.assertEqual(dict(arrival.parameters), {})

    def test_badPath(self) -> None:
        for path in ("/%ff", "/a%00"):
            self.assertIsInstance(arrivalFrom("GET", path).parseError, InvalidParameterValue)

    def test_parametersAreCountedTogether(self) -> None:
        limits = RequestLimits(parameters=3)
        self.assertIsNone(arrivalFrom("POST", "/", "a=&b=", body=b"c=", limits=limits).parseError)
        arrival = arrivalFrom("POST", "/", "a=&b=", body=b"c=&d=", limits=limits)
        self.assertIsInstance(arrival.parseError, TooLarge)
