"""The request handler, request and response as QGIS plugins see them: plugin_semantics 5."""

from __future__ import annotations

from ogctwist.qgiscompat.qt import qtModule
from tests.doubles.server import ScriptedService, answering
from tests.qgiscompat.server import PluginTestCase

NOTING = """
    class Noting(QgsServerFilter):
        def {hook}(self):
            iface = self.serverInterface()
            handler = iface.requestHandler()
{body}

    def serverClassFactory(iface):
        iface.registerFilter(Noting(iface))
"""


class HandlerTests(PluginTestCase):
    async def note(self, code: str, *arguments, hook: str = "requestReady", **named):
        lines = "".join(f"            {line}\n" for line in code.strip().splitlines())
        self.plugin("noting", NOTING.format(hook=hook, body=lines))
        self.serve(ScriptedService(answering()))
        self.delivery = await self.ask(*arguments, **named)
        return self.seenBy("noting")

    async def test_parameters(self) -> None:
        seen = await self.note(
            """
seen.append(handler.parameterMap())
handler.parameterMap()["X"] = "not kept"
for name in ("service", "Service", "MYPARAM", "myparam", "NONE"):
    seen.append(handler.parameter(name))
handler.setParameter("new", "1 2")
handler.setParameter("EMPTY", "")
seen.append((handler.parameter("NEW"), "EMPTY" in handler.parameterMap()))
handler.removeParameter("new")
seen.append("NEW" in handler.parameterMap())
handler.removeParameter("NEW")
seen.append("NEW" in handler.parameterMap())
seen.append(handler.url())
""",
            "service=WMS&MyParam=a+b%26",
        )
        self.assertEqual(seen[0], {"SERVICE": "WMS", "MYPARAM": "a b&"})
        self.assertEqual(seen[1:6], ["WMS", "WMS", "a b&", "", ""])
        self.assertEqual(seen[6:9], [("1 2", False), True, False])
        self.assertEqual(seen[9], "http://maps.example.org/?service=WMS&MyParam=a+b%26")

    async def test_headersOfTheRequest(self) -> None:
        seen = await self.note(
            """
seen.append((handler.requestHeader("X-Foo"), handler.requestHeader("x-foo"), handler.requestHeader("X_FOO")))
seen.append(handler.requestHeader("HTTP_X_FOO"))
seen.append(handler.requestHeaders())
handler.setRequestHeader("X-Mine", "1")
handler.removeRequestHeader("X-Foo")
seen.append((handler.requestHeader("X-Mine"), handler.requestHeader("X-Foo")))
seen.append((iface.getEnv("HTTP_USER_AGENT"), iface.getEnv("REMOTE_ADDR"), iface.getEnv("QUERY_STRING")))
seen.append((iface.getEnv("SERVER_NAME"), iface.getEnv("SERVER_PORT"), iface.getEnv("NO_SUCH_THING")))
""",
            "SERVICE=WMS&A=b",
            headers={"X-Foo": "bar", "User-Agent": "test"},
        )
        self.assertEqual(seen[:2], [("bar", "bar", ""), ""])
        self.assertEqual(seen[2], {"X-Foo": "bar", "User-Agent": "test"})
        self.assertEqual(seen[3:5], [("1", ""), ("test", "192.0.2.7", "SERVICE=WMS&A=b")])
        self.assertEqual(seen[5], ("maps.example.org", "80", ""))

    async def test_theBodyOfTheRequest(self) -> None:
        seen = await self.note(
            """
data = handler.data()
seen.append((type(data) is QtCore.QByteArray, bytes(data), str(data, "utf8"), data == b"<GetMap a='1'/>"))
seen.append((handler.path(), handler.parameter("REQUEST"), handler.parameter("REQUEST_BODY")))
""",
            "SERVICE=WMS",
            path="/ows",
            method="POST",
            body=b"<GetMap a='1'/>",
            headers={"Content-Type": "text/xml"},
        )
        text = "<GetMap a='1'/>"
        self.assertEqual(seen, [(True, text.encode(), text, True), ("/ows", "GetMap", text)])

    async def test_theBodyOfTheResponseIsACopy(self) -> None:
        seen = await self.note(
            """
body = handler.body()
seen.append(bytes(body.replace(b"core", b"changed")))
seen.append(bytes(handler.body()))
handler.clearBody()
handler.appendBody(body)
handler.appendBody(b"!")
""",
            hook="responseComplete",
        )
        self.assertEqual(seen, [b"changed", b"core"])
        self.assertEqual(self.delivery.body, b"changed!")

    async def test_headersOfTheResponse(self) -> None:
        seen = await self.note(
            """
handler.setResponseHeader("x-a", "1")
handler.setResponseHeader("X-A", "2")
seen.append((handler.responseHeader("x-a"), handler.responseHeader("X-A"), handler.responseHeader("X-a")))
handler.removeResponseHeader("x-a")
seen.append(handler.responseHeaders())
seen.append((handler.statusCode(), handler.headersSent()))
handler.setResponseHeader("Status", "418 Teapot")
seen.append((handler.statusCode(), "Status" in handler.responseHeaders()))
""",
            hook="responseComplete",
        )
        self.assertEqual(seen[0], ("1", "2", ""))
        self.assertEqual(seen[1], {"Content-Type": "text/plain", "X-A": "2"})
        self.assertEqual(seen[2:], [(200, False), (418, False)])
        self.assertEqual(self.delivery.status, 418)

    async def test_headersCannotBeSmuggledIn(self) -> None:
        await self.note("handler.setResponseHeader('X-A', 'b\\r\\nSet-Cookie: c')")
        self.assertEqual(self.delivery.status, 500)
        self.assertEqual(len(self.flushLoggedErrors(ValueError)), 1)

    async def test_clear(self) -> None:
        await self.note("handler.clear(); handler.appendBody(b'mine')", hook="responseComplete")
        self.assertEqual((self.delivery.headers, self.delivery.body), ({}, b"mine"))

    async def test_format(self) -> None:
        seen = await self.note(
            """
for value in ("image/png", "image/png; mode=8bit", "image/jpeg", "JPG", "image/svg+xml", "PDF", "x/y"):
    handler.setParameter("FORMAT", value)
    seen.append(handler.format())
handler.setParameter("REQUEST", "GetFeatureInfo")
handler.setParameter("INFO_FORMAT", "text/html")
seen.append(handler.format())
""",
            "SERVICE=WMS&REQUEST=GetMap",
        )
        self.assertEqual(seen, ["PNG", "PNG", "JPG", "JPG", "SVG", "PDF", "x/y", "text/html"])

    async def test_aHandlerMadeByHand(self) -> None:
        seen = await self.note(
            """
request = QgsBufferServerRequest("http://h/p?service=WMS&Foo=b+c", data=b"body")
response = QgsBufferServerResponse()
mine = QgsRequestHandler(request, response)
seen.append((mine.parameterMap(), mine.parameter("Service"), mine.path(), bytes(mine.data())))
mine.setServiceException(QgsServerException("no", 404))
seen.append((mine.exceptionRaised(), mine.statusCode(), b"<ServerException>no<" in bytes(mine.body())))
mine.sendResponse()
seen.append((mine.headersSent(), response.headersSent(), bytes(mine.body())))
"""
        )
        self.assertEqual(seen[0], ({"SERVICE": "WMS", "FOO": "b c"}, "WMS", "/p", b"body"))
        self.assertEqual(seen[1:], [(True, 404, True), (True, True, b"")])


class RequestTests(PluginTestCase):
    async def test_changesOfTheRequestReachTheService(self) -> None:
        self.plugin(
            "changing",
            """
            class Service(QgsService):
                def name(self): return "MINE"
                def version(self): return "1"
                def executeRequest(self, request, response, project):
                    url = QtCore.QUrl(request.url())
                    url.setQuery("SERVICE=MINE&other=1+2")
                    request.setUrl(url)
                    seen.append(request.parameters())
                    request.setMethod(QgsServerRequest.PostMethod)
                    seen.append((request.method() == QgsServerRequest.PostMethod, request.methodToString(3)))
                    request.setParameter("added", "x")
                    request.removeParameter("OTHER")
                    seen.append(request.url().query())
                    seen.append((request.originalUrl().query(), request.baseUrl().toString()))
                    request.setHeader("X-Mine", "y")
                    seen.append((request.header("x-mine"), request.header(QgsServerRequest.USER_AGENT)))
                    parameters = request.serverParameters()
                    seen.append((parameters.service(), parameters.value("ADDED")))

            def serverClassFactory(iface):
                iface.serviceRegistry().registerService(Service())
            """,
        )
        self.serve()
        await self.ask("SERVICE=MINE&A=b", headers={"User-Agent": "test"})
        self.assertEqual(
            self.seenBy("changing"),
            [
                {"SERVICE": "MINE", "OTHER": "1 2"},
                (True, "POST"),
                "SERVICE=MINE&ADDED=x",
                ("SERVICE=MINE&A=b", "http://maps.example.org/"),
                ("y", "test"),
                ("MINE", "x"),
            ],
        )

    async def test_theBufferOfTheResponseIsADevice(self) -> None:
        self.plugin(
            "writing",
            """
            class Service(QgsService):
                def name(self): return "MINE"
                def version(self): return "1"
                def executeRequest(self, request, response, project):
                    response.write("text ")
                    device = response.io()
                    device.write(b"device ")
                    response.write(QtCore.QByteArray(b"array"))
                    seen.append(bytes(response.data()))
                    response.truncate()
                    response.io().write(b"after")
                    seen.append(response.feedback().isCanceled())

            def serverClassFactory(iface):
                iface.serviceRegistry().registerService(Service())
            """,
        )
        self.serve()
        delivery = await self.ask("SERVICE=MINE")
        self.assertEqual(self.seenBy("writing"), [b"text device array", False])
        self.assertEqual(delivery.body, b"after")

    def test_bufferResponses(self) -> None:
        from ogctwist.qgiscompat.server import QgsBufferServerResponse, QgsServerException

        response = QgsBufferServerResponse()
        self.assertEqual((response.write("é"), response.write(b"abc")), (None, 3))
        self.assertEqual((bytes(response.data()), bytes(response.body())), ("éabc".encode(), b""))
        self.assertEqual((response.headersSent(), response.statusCode()), (False, 200))
        response.flush()
        self.assertEqual((bytes(response.data()), bytes(response.body())), (b"", "éabc".encode()))
        self.assertTrue(response.headersSent())
        response.setHeader("A", "b")
        self.assertEqual(response.headers(), {})
        response.write("x")
        response.truncate()
        response.write("yy")
        response.finish()
        self.assertEqual((bytes(response.body()), response.headers()), ("éabcyy".encode(), {}))

        response = QgsBufferServerResponse()
        response.write("abc")
        response.finish()
        self.assertEqual((response.headers(), bytes(response.body())), ({"Content-Length": "3"}, b"abc"))

        response = QgsBufferServerResponse()
        response.sendError(404, "no <x>")
        headers = {"Content-Length": "6", "Content-Type": "text/plain; charset=utf-8"}
        self.assertEqual((response.headers(), bytes(response.body())), (headers, b"no <x>"))
        self.assertEqual((response.statusCode(), response.headersSent()), (404, True))

        response = QgsBufferServerResponse()
        response.write(QgsServerException("ex", 501))
        self.assertEqual(response.statusCode(), 501)
        self.assertEqual(response.headers(), {"Content-Type": "text/xml; charset=utf-8"})
        self.assertIsInstance(response.io(), qtModule("QtCore").QIODevice)

    def test_bufferRequests(self) -> None:
        from ogctwist.qgiscompat.server import QgsBufferServerRequest, QgsServerRequest

        request = QgsBufferServerRequest("http://h/p?service=WMS&Foo=b+c&x=%2B", headers={"X-A": "1"})
        self.assertEqual(request.parameters(), {"SERVICE": "WMS", "FOO": "b c", "X": "+"})
        self.assertEqual([request.parameter(n, "d") for n in ("foo", "FOO", "no")], ["d", "b c", "d"])
        self.assertEqual([request.queryParameter(n, "d") for n in ("Foo", "FOO", "x")], ["b+c", "d", "+"])
        self.assertEqual(request.methodToString(request.method()), "GET")
        self.assertEqual(request.originalUrl().toString(), "http://h/p?service=WMS&Foo=b+c&x=%2B")
        self.assertEqual((request.header("X-A"), request.header("x-a")), ("1", "1"))
        self.assertEqual(bytes(request.data()), b"")
        copy = QgsServerRequest(request)
        self.assertEqual(copy.parameters(), request.parameters())
        request.setParameter("y", "1 2")
        request.removeParameter("service")
        self.assertEqual(request.parameters(), {"FOO": "b c", "X": "+", "Y": "1 2"})
        self.assertEqual(
            QgsBufferServerRequest(request.url()).parameters(), {"FOO": "b c", "X": "+", "Y": "1 2"}
        )
