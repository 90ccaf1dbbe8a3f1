"""The request handler: plugin_semantics 5."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from ogctwist.interfaces import IRequestHandler, OWSException
from ogctwist.ows.arrival import arrivalFrom
from ogctwist.ows.reports import serviceExceptionReport
from ogctwist.server.handler import RequestHandler


def handlerOf(query: str = "SERVICE=WMS&Layers=a+b%2Cc&custom=x", **named) -> RequestHandler:
    arrival = arrivalFrom(
        named.pop("method", "GET"), "/ows/x", query, f"http://h:81/ows/x?{query}",
        headers={"X-Foo": "bar", "Host": "h:81"}, remoteAddress="192.0.2.1", requestId="r1", **named,
    )  # fmt: skip
    return RequestHandler(arrival, lambda handler, error: serviceExceptionReport(error))


class RequestTests(SynchronousTestCase):
    def test_itIsOne(self) -> None:
        verifyObject(IRequestHandler, handlerOf())

    def test_parameters(self) -> None:
        handler = handlerOf()
        self.assertEqual(handler.parameterMap(), {"SERVICE": "WMS", "LAYERS": "a b,c", "CUSTOM": "x"})
        self.assertEqual(handler.parameter("layers"), "a b,c")
        self.assertEqual(handler.parameter("missing"), "")
        handler.parameterMap()["SERVICE"] = "changed"
        self.assertEqual(handler.parameter("SERVICE"), "WMS")

    def test_setParameter(self) -> None:
        handler = handlerOf()
        handler.setParameter("layers", "d é&")
        handler.setParameter("new", "1")
        handler.setParameter("custom", "")
        self.assertEqual(handler.parameter("LAYERS"), "d é&")
        self.assertEqual(handler.parameter("custom"), "x")
        self.assertEqual(handler.url(), "http://h:81/ows/x?SERVICE=WMS&LAYERS=d%20%C3%A9%26&custom=x&NEW=1")

    def test_removeParameter(self) -> None:
        handler = handlerOf()
        handler.removeParameter("custom")
        self.assertEqual(handler.parameter("CUSTOM"), "x")
        handler.removeParameter("CUSTOM")
        handler.removeParameter("NEVER")
        self.assertEqual(handler.parameter("CUSTOM"), "")
        self.assertEqual(handler.url(), "http://h:81/ows/x?SERVICE=WMS&Layers=a+b%2Cc")

    def test_whatComesTwiceIsSetOnce(self) -> None:
        handler = handlerOf("a=1&b=2&A=3")
        self.assertEqual(handler.parameter("a"), "3")
        handler.setParameter("A", "4")
        self.assertEqual(handler.url(), "http://h:81/ows/x?A=4&b=2")

    @given(
        st.lists(
            st.tuples(
                st.booleans(), st.sampled_from("aBcD"), st.text(st.characters(exclude_categories=("Cs",)))
            ),
            max_size=8,
        )
    )
    def test_theUrlStaysInStepWithTheParameters(self, changes) -> None:
        handler = handlerOf("a=1&b=2&x=")
        for adds, name, value in changes:
            if adds:
                handler.setParameter(name, value)
            else:
                handler.removeParameter(name.upper())
        value = {k: v for k, v in handler.parameterMap().items() if "\0" not in v}
        again = arrivalFrom("GET", "/", handler.query())
        if again.parseError is None:
            self.assertEqual(dict(again.parameters.items()), value)

    def test_requestParts(self) -> None:
        handler = handlerOf("", method="POST", body=b"a=1")
        self.assertEqual((handler.path(), handler.method(), handler.data()), ("/ows/x", "POST", b"a=1"))
        self.assertEqual(handler.url(), "http://h:81/ows/x")
        self.assertEqual(handler.requestHeader("x-foo"), "bar")
        self.assertEqual(handler.requestHeader("X-Foo"), "bar")
        self.assertEqual(handler.requestHeader("HTTP_X_FOO"), "")
        self.assertEqual(handler.requestHeaders(), {"x-foo": "bar", "host": "h:81"})
        handler.setRequestHeader("X-New", "1")
        self.assertEqual(handler.requestHeader("x-new"), "1")
        handler.removeRequestHeader("x-NEW")
        self.assertEqual(handler.requestHeader("x-new"), "")

    def test_environment(self) -> None:
        handler = handlerOf("a=1")
        expected = {
            "REMOTE_ADDR": "192.0.2.1", "QUERY_STRING": "a=1", "HTTP_X_FOO": "bar", "SERVER_NAME": "h",
            "SERVER_PORT": "81", "REQUEST_URI": "/ows/x?a=1", "REQUEST_METHOD": "GET", "HTTPS": "",
            "HTTP_MISSING": "", "HTTP_PROXY": "",
        }  # fmt: skip
        self.assertEqual({name: handler.environment(name) for name in expected}, expected)
        import os

        os.environ["OGCTWIST_TEST_X"] = "process"
        self.addCleanup(os.environ.pop, "OGCTWIST_TEST_X")
        self.assertEqual(handler.environment("OGCTWIST_TEST_X"), "process")


class ResponseTests(SynchronousTestCase):
    def test_buffer(self) -> None:
        handler = handlerOf()
        handler.appendBody(b"ab")
        handler.appendBody(b"c")
        body = handler.body()
        self.assertEqual(body, b"abc")
        handler.clearBody()
        self.assertEqual((handler.body(), body), (b"", b"abc"))

    def test_headersAreCaseSensitive(self) -> None:
        handler = handlerOf()
        handler.setResponseHeader("Content-Type", "a/b")
        handler.setResponseHeader("Content-type", "c/d")
        self.assertEqual(handler.responseHeaders(), {"Content-Type": "a/b", "Content-type": "c/d"})
        handler.removeResponseHeader("Content-type")
        self.assertEqual(handler.responseHeader("Content-Type"), "a/b")
        self.assertEqual(handler.responseHeader("content-type"), "")

    def test_headersOfStrangers(self) -> None:
        handler = handlerOf()
        for name, value in (("X", "a\r\nSet-Cookie: b"), ("X\n", "a"), ("", "a"), ("X Y", "a")):
            self.assertRaises(ValueError, handler.setResponseHeader, name, value)

    def test_status(self) -> None:
        handler = handlerOf()
        self.assertEqual(handler.statusCode(), 200)
        handler.setStatusCode(204)
        self.assertEqual(handler.statusCode(), 204)
        handler.setResponseHeader("Status", "302 Found")
        self.assertEqual((handler.statusCode(), handler.responseHeaders()), (302, {}))
        self.assertRaises(ValueError, handler.setStatusCode, 99)

    def test_clear(self) -> None:
        handler = handlerOf()
        handler.setResponseHeader("X", "1")
        handler.appendBody(b"ab")
        handler.clear()
        self.assertEqual((handler.body(), handler.responseHeaders()), (b"", {}))

    def test_afterTheFirstByteHeadersAreFixed(self) -> None:
        handler = handlerOf()
        handler.setResponseHeader("X", "1")
        handler.answer.headersSent = True
        handler.setResponseHeader("Y", "1")
        handler.removeResponseHeader("X")
        handler.setStatusCode(404)
        handler.appendBody(b"x")
        handler.clear()
        self.assertEqual(
            (handler.statusCode(), handler.responseHeaders(), handler.body()), (200, {"X": "1"}, b"")
        )

    def test_setServiceException(self) -> None:
        handler = handlerOf()
        handler.appendBody(b"half")
        self.assertFalse(handler.exceptionRaised())
        handler.setServiceException(OWSException("no", "Code", status=409))
        self.assertTrue(handler.exceptionRaised())
        self.assertEqual(handler.statusCode(), 409)
        self.assertIn(b'code="Code"', handler.body())
        self.assertNotIn(b"half", handler.body())

    def test_anExceptionAfterTheHeadersIsOnlyLogged(self) -> None:
        handler = handlerOf()
        handler.answer.headersSent = True
        handler.appendBody(b"chunk")
        handler.setServiceException(OWSException("no"))
        self.assertTrue(handler.exceptionRaised())
        self.assertEqual((handler.statusCode(), handler.body()), (200, b"chunk"))
