"""Services and APIs that were written for QGIS Server: plugin_semantics 6 and 7."""

from __future__ import annotations

import json
import sys

from twisted.internet.defer import Deferred

from ogctwist.interfaces import OWSException
from tests.doubles.delivery import MemoryDelivery
from tests.doubles.server import ListedBody, ScriptedService, answering, streaming
from tests.qgiscompat.server import PluginTestCase

SERVICE = """
    class Mine(QgsService):
        def __init__(self, name="MINE", version="1.0.0"):
            super().__init__()
            self._name, self._version = name, version
        def name(self): return self._name
        def version(self): return self._version
        def executeRequest(self, request, response, project):
            self.execute(request, response, project)

    {}

    services = []

    def serverClassFactory(iface):
        for service in make():
            services.append(service)
            iface.serviceRegistry().registerService(service)
"""


class ServiceTests(PluginTestCase):
    def service(self, body: str, make: str = "[Mine()]", name: str = "mine") -> None:
        inner = "\n            ".join(body.strip().splitlines())
        code = SERVICE.format(
            f"def execute(self, request, response, project):\n            {inner}\n"
            f"    Mine.execute = execute\n    def make(): return {make}"
        )
        self.plugin(name, code)

    async def test_aServiceOfAPluginAnswers(self) -> None:
        self.service(
            """
response.setStatusCode(201)
response.setHeader("Content-Type", "text/x-mine")
response.write("text ")
response.write(b"bytes ")
response.write(QtCore.QByteArray(b"array"))
seen.append((type(request).__mro__[-3].__name__, project.fileName(), request.parameters()))
seen.append((request.parameter("x"), request.parameter("X"), request.parameter("NONE", "default")))
seen.append((request.queryParameter("x"), request.method() == QgsServerRequest.GetMethod))
"""
        )
        self.serveCore()
        delivery = await self.ask("SERVICE=MINE&x=1")
        self.assertEqual((delivery.status, delivery.body), (201, b"text bytes array"))
        self.assertEqual(delivery.headers, {"Content-Type": "text/x-mine"})
        self.assertEqual(
            self.seenBy("mine"),
            [
                ("QgsServerRequest", "/projects/a.qgs", {"SERVICE": "MINE", "X": "1"}),
                ("", "1", "default"),
                ("1", True),
            ],
        )

    async def test_versionsAndDuplicates(self) -> None:
        self.service(
            "response.write(f'{self.name()} {self.version()}')",
            "[Mine(*e.split()) for e in ('WMS 9.9', 'MINE 1', 'MINE 2', 'MINE 1', 'mine 3')]",
        )
        self.serveCore()
        for query, wanted in (
            ("SERVICE=MINE", b"MINE 1"),
            ("SERVICE=MINE&VERSION=2", b"MINE 2"),
            ("SERVICE=MINE&VERSION=7", b"MINE 1"),
            ("SERVICE=mine", b"mine 3"),
            ("SERVICE=WMS&VERSION=9.9", b"WMS 9.9"),
            ("SERVICE=WMS", b"core"),
        ):
            delivery = await self.ask(query)
            self.assertEqual(delivery.body, wanted, query)

    async def test_unregistering(self) -> None:
        self.plugin(
            "leaving",
            """
            class Mine(QgsService):
                def name(self): return "MINE"
                def version(self): return self.v
                def executeRequest(self, request, response, project): response.write(self.v)

            def serverClassFactory(iface):
                registry = iface.serviceRegistry()
                for v in "123":
                    service = Mine()
                    service.v = v
                    registry.registerService(service)
                    seen.append(registry.getService("MINE", v) is service)
                seen.append(registry.unregisterService("MINE", "2"))
                seen.append(registry.unregisterService("MINE"))
                seen.append(registry.unregisterService("MINE"))
                seen.append(registry.getService("MINE"))
            """,
        )
        self.serveCore()
        self.assertEqual(self.seenBy("leaving"), [True, True, True, 1, 2, 0, None])

    async def test_failures(self) -> None:
        self.service(
            """
response.write("dropped")
how = request.parameter("HOW")
if how == "raise": raise ValueError("secret")
if how == "server": raise QgsServerException("told", 404)
if how == "ogc": raise QgsOgcServiceException("Code", "told", "X", 409)
if how == "write": response.write(QgsServerException("written", 410))
if how == "error": response.sendError(411, "a <b>")
"""
        )
        self.serveCore()
        delivery = await self.ask("SERVICE=MINE&HOW=raise")
        self.assertEqual((delivery.status, delivery.body), (500, b"Internal Server Error"))
        self.assertEqual(len(self.flushLoggedErrors(ValueError)), 1)
        for how, status, text in (
            ("server", 404, b">told<"),
            ("ogc", 409, b'code="Code" locator="X">told<'),
            ("write", 410, b"<ServerException>written<"),
            ("error", 411, b"a &lt;b&gt;"),
        ):
            delivery = await self.ask(f"SERVICE=MINE&HOW={how}")
            self.assertEqual(delivery.status, status)
            self.assertIn(text, delivery.body)
            self.assertNotIn(b"dropped", delivery.body)

    async def test_whatIsFlushedIsStreamed(self) -> None:
        self.service(
            """
import threading
response.setHeader("Content-Type", "text/csv")
for part in range(3):
    response.write(f"{part},")
    response.flush()
    seen.append((part, response.headersSent(), bytes(response.data())))
response.write("end")
"""
        )
        self.plugin(
            "watching",
            """
            class Watching(QgsServerFilter):
                def sendResponse(self):
                    seen.append(("SR", bytes(self.serverInterface().requestHandler().body())))
                def responseComplete(self):
                    seen.append(("RC", bytes(self.serverInterface().requestHandler().body())))

            def serverClassFactory(iface):
                iface.registerFilter(Watching(iface))
            """,
        )
        self.serveCore()
        delivery = await self.ask("SERVICE=MINE")
        self.assertEqual(delivery.body, b"0,1,2,end")
        self.assertFalse(delivery.wasSentWhole)
        self.assertEqual(self.seenBy("mine"), [(part, True, b"") for part in range(3)])
        self.assertEqual(
            self.seenBy("watching"), [("SR", b"0,"), ("SR", b"1,"), ("SR", b"2,"), ("RC", b"end")]
        )

    async def test_aPluginThatWatchesItsOwnStream(self) -> None:
        self.plugin(
            "own",
            """
            class Mine(QgsService):
                def name(self): return "MINE"
                def version(self): return "1"
                def executeRequest(self, request, response, project):
                    for part in "abc":
                        response.write(part)
                        response.flush()

            class Watching(QgsServerFilter):
                def sendResponse(self):
                    handler = self.serverInterface().requestHandler()
                    body = bytes(handler.body())
                    handler.clearBody()
                    handler.appendBody(body.upper())

            def serverClassFactory(iface):
                iface.serviceRegistry().registerService(Mine())
                iface.registerFilter(Watching(iface))
            """,
        )
        self.serveCore()
        delivery = await self.ask("SERVICE=MINE")
        self.assertEqual(delivery.body, b"ABC")

    async def test_aStreamIsCutWhenTheServiceFails(self) -> None:
        self.service("response.write('a'); response.flush(); raise ValueError('secret')")
        self.serveCore()
        delivery = await self.ask("SERVICE=MINE")
        self.assertEqual((delivery.body, delivery.isAborted, delivery.isFinished), (b"a", True, False))
        self.assertEqual(len(self.flushLoggedErrors(ValueError)), 1)

    async def test_aServiceIsToldThatItsClientHasGone(self) -> None:
        self.service(
            """
try:
    while True:
        response.write("x")
        response.flush()
except ConnectionError:
    seen.append("gone")
"""
        )
        self.serveCore()
        delivery = LosingDelivery()
        _, done = self.start("SERVICE=MINE", delivery=delivery)
        await delivery.written
        delivery.lose()
        done.cancel()
        await done
        await self.ask("SERVICE=WMS")
        await self.server.runtime.plugins["mine"].threads.submit(lambda: None).deferred
        self.assertEqual(self.seenBy("mine"), ["gone"])

    async def test_aServiceThatBlocksStopsNobodyElse(self) -> None:
        self.service(
            "import threading; self.go = threading.Event(); self.go.wait(10); response.write('late')"
        )
        self.serveCore()
        delivery, blocked = self.start("SERVICE=MINE")
        other = await self.ask("SERVICE=WMS")
        self.assertEqual(other.body, b"core")
        self.assertFalse(blocked.called)
        service = sys.modules["mine"].services[0]
        while not hasattr(service, "go"):
            await self.ask("SERVICE=WMS")
        service.go.set()
        await blocked
        self.assertEqual(delivery.body, b"late")


class LosingDelivery(MemoryDelivery):
    """Tells when something was written."""

    def __init__(self):
        super().__init__()
        self.written: Deferred[None] = Deferred()

    def write(self, data):
        super().write(data)
        if data and not self.written.called:
            self.written.callback(None)


class CallingServicesTests(PluginTestCase):
    CALLING = """
        class Calling(QgsServerFilter):
            def responseComplete(self):
                handler = self.serverInterface().requestHandler()
                if handler.parameter("INNER"):
                    return
                registry = self.serverInterface().serviceRegistry()
                service = registry.getService("WMS", "1.3.0")
                seen.append((service.name(), service.version()))
                request = QgsBufferServerRequest("http://x/?SERVICE=WMS&INNER=1&A=b%20c")
                response = QgsBufferServerResponse()
                service.executeRequest(request, response, QgsProject.instance())
                seen.append((response.statusCode(), response.headers(), bytes(response.body()),
                             bytes(response.data())))

        def serverClassFactory(iface):
            iface.registerFilter(Calling(iface))
    """

    async def test_aPluginCallsOneOfOurServices(self) -> None:
        self.plugin("calling", self.CALLING)
        self.serve(ScriptedService(lambda q, r, p: r.write(q.parameters.text("A", "outer").encode())))
        delivery = await self.ask()
        self.assertEqual(delivery.body, b"outer")
        self.assertEqual(self.seenBy("calling"), [("WMS", "1.3.0"), (200, {}, b"", b"b c")])

    async def test_whatIsStreamedIsFlushed(self) -> None:
        self.plugin("calling", self.CALLING)
        self.serve(ScriptedService(lambda q, r, p: streaming(ListedBody(b"<a>", b"<b/>"))(q, r, p)))
        await self.ask()
        _, (status, headers, body, data) = self.seenBy("calling")
        self.assertEqual((status, headers), (200, {"Content-Type": "text/xml"}))
        self.assertEqual((body, data), (b"<a><b/>", b"</end>"))

    async def test_aFailureIsWrittenAsItsReport(self) -> None:
        def execute(request, response, project):
            if request.parameters.text("INNER"):
                raise OWSException("no", "Code", status=404)
            response.write(b"outer")

        self.plugin("calling", self.CALLING)
        self.serve(ScriptedService(execute))
        await self.ask()
        _, (status, _, _, data) = self.seenBy("calling")
        self.assertEqual(status, 404)
        self.assertIn(b'code="Code">no<', data)

    async def test_theWholeServerCanBeAsked(self) -> None:
        self.plugin(
            "asking",
            """
            class Mine(QgsService):
                def name(self): return "MINE"
                def version(self): return "1"
                def executeRequest(self, request, response, project):
                    inner = QgsBufferServerResponse()
                    QgsServer().handleRequest(QgsBufferServerRequest("http://x/?SERVICE=WMS"), inner)
                    response.write(b"inner: " + bytes(inner.body()))

            def serverClassFactory(iface):
                iface.serviceRegistry().registerService(Mine())
            """,
        )
        self.serveCore()
        delivery = await self.ask("SERVICE=MINE")
        self.assertEqual(delivery.body, b"inner: core")


API = """
    class Handler(QgsServerOgcApiHandler):
        def __init__(self, pattern="/items/(?<id>[0-9]+)"):
            super().__init__()
            self.pattern = pattern
            self.setContentTypes([QgsServerOgcApi.JSON, QgsServerOgcApi.HTML])
        def path(self): return QtCore.QRegularExpression(self.pattern)
        def operationId(self): return "getItem"
        def summary(self): return "an item"
        def description(self): return "an item"
        def linkTitle(self): return "item"
        def linkType(self): return QgsServerOgcApi.item
        def parameters(self, context):
            Type = QgsServerQueryStringParameter.Type
            size = QgsServerQueryStringParameter("size", False, Type.Double, "how large", 1.5)
            even = QgsServerQueryStringParameter("even", False, Type.Integer, "Even numbers only.")
            even.setCustomValidator(lambda context, value: value % 2 == 0)
            return [size, even,
                    QgsServerQueryStringParameter("must", True),
                    QgsServerQueryStringParameter("list", False, Type.List),
                    QgsServerQueryStringParameter("flag", False, Type.Boolean)]
        def templatePath(self, context):
            return FOLDER + "/item.html"
        def handleRequest(self, context):
            how = context.request().parameter("HOW")
            if how == "raise": raise ValueError("secret")
            if how == "bad": raise QgsServerApiBadRequestException("bad of you")
            if how == "internal": raise QgsServerApiInternalServerError("broken")
            if how == "list": return self.write([1], context)
            data = {"values": self.values(context), "href": self.href(context, "/more", "json"),
                    "paths": [context.apiRootPath(), context.matchedPath(), context.handlerPath()],
                    "project": context.project().fileName() if context.project() else None}
            self.write(data, context, {"pageTitle": "T"})

    def serverClassFactory(iface):
        api = QgsServerOgcApi(iface, "/mine", "Mine", "My own API", "1.0")
        api.registerHandler(Handler())
        api.registerHandler(Handler("/items"))
        seen.append(iface.serviceRegistry().registerApi(api))
        seen.append(iface.serviceRegistry().registerApi(api))
        seen.append(iface.serviceRegistry().getApi("Mine") is api)
        seen.append((api.name(), api.version(), api.rootPath(), api.description()))
        seen.append(api.accept(QtCore.QUrl("http://h/x/mine/y")))
"""


class ApiTests(PluginTestCase):
    def serveApi(self) -> None:
        path = self.plugin("mine", API.replace("FOLDER", "__import__('os').path.dirname(__file__)"))
        path.joinpath("item.html").write_text(
            "<h1>{{ metadata.pageTitle }}</h1>{% for k, v in values %}{{ loop.index1 }}{{ k }}={{ v }};"
            "{% endfor %}{{ upper(href) }} {{ exists('nope') }}"
        )
        self.serveCore()

    async def get(self, path: str, query: str = "", status: int = 200, **headers: str) -> object:
        delivery = await self.ask(query, path=path, headers=headers)
        self.assertEqual(delivery.status, status, delivery.body)
        self.assertEqual(delivery.headers["Content-Type"], "application/json")
        return json.loads(delivery.body)

    async def test_registration(self) -> None:
        self.serveApi()
        self.assertEqual(
            self.seenBy("mine"), [True, False, True, ("Mine", "1.0", "/mine", "My own API"), True]
        )

    async def test_values(self) -> None:
        self.serveApi()
        found = await self.get("/pre/mine/items/7", "must=a%20b&list=x,y&flag=true&even=4")
        self.assertEqual(
            found["values"],
            {"id": "7", "must": "a b", "list": ["x", "y"], "flag": True, "even": 4, "size": 1.5},
        )
        self.assertEqual(found["paths"], ["/mine", "/pre/mine", "/items/7"])
        self.assertEqual(found["project"], "/projects/a.qgs")
        self.assertTrue(found["href"].endswith("/mine/items/7/more.json?must=a b&list=x,y&flag=true&even=4"))
        self.assertRegex(found["timeStamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")

    async def test_withoutAProject(self) -> None:
        self.serveApi()
        del self.server.projects.byName[""]
        found = await self.get("/mine/items/7", "must=1")
        self.assertIs(found["project"], None)

    async def test_pathsAreSanitized(self) -> None:
        self.serveApi()
        found = await self.get("//mine//items//7/", "must=1")
        self.assertEqual(found["values"]["id"], "7")

    async def test_failures(self) -> None:
        self.serveApi()
        for query, description in (
            ("", "Missing required argument: 'must'"),
            ("must=1&size=x", "Argument 'size' could not be converted to Double"),
            ("must=1&even=x", "Argument 'even' could not be converted to Integer"),
            ("must=1&even=3", "Argument 'even' is not valid. Even numbers only."),
            ("HOW=bad", "bad of you"),
            ("HOW=list", "unknown"),
        ):
            found = await self.get("/mine/items/7", query, 400)
            self.assertEqual(found, [{"code": "Bad request error", "description": description}])
        found = await self.get("/mine/other", "", 400)
        self.assertEqual(found[0]["description"], "Requested URI does not match any registered API handler")
        found = await self.get("/mine/items/7.xml", "must=1", 400)
        self.assertEqual(found[0]["description"], "Unsupported Content-Type: XML")
        found = await self.get("/mine/items/7", "HOW=internal", 500)
        self.assertEqual(found, [{"code": "Internal server error", "description": "broken"}])

    async def test_otherFailuresTellNothing(self) -> None:
        self.serveApi()
        found = await self.get("/mine/items/7", "HOW=raise", 500)
        self.assertEqual(found, [{"code": "Internal server error", "description": "Internal server error"}])
        self.assertEqual(len(self.flushLoggedErrors(ValueError)), 1)

    async def test_html(self) -> None:
        self.serveApi()
        for path, headers in (("/mine/items/7.html", {}), ("/mine/items/7", {"Accept": "text/html"})):
            delivery = await self.ask("must=%3Cb%3E", path=path, headers=headers)
            self.assertEqual(delivery.headers["Content-Type"], "text/html")
            text = delivery.body.decode()
            self.assertIn("<h1>T</h1>", text)
            self.assertIn("must=&lt;b&gt;;", text)
            self.assertIn("/MORE.JSON", text)
        (self.folder / "mine" / "item.html").unlink()
        found = await self.get("/mine/items/7.html", "must=1", 400)
        self.assertEqual(found[0]["description"], "Template not found: item.html")

    async def test_serviceGoesBeforeApi(self) -> None:
        self.serveApi()
        delivery = await self.ask("SERVICE=WMS", path="/mine/items/7")
        self.assertEqual(delivery.body, b"core")

    async def test_filtersSurroundApis(self) -> None:
        self.plugin(
            "around",
            """
            class Around(QgsServerFilter):
                def requestReady(self):
                    seen.append(self.serverInterface().requestHandler().parameterMap().get("SERVICE"))
                def responseComplete(self): seen.append("RC")

            def serverClassFactory(iface):
                iface.registerFilter(Around(iface))
            """,
        )
        self.serveApi()
        await self.get("/mine/items/7", "must=1")
        self.assertEqual(self.seenBy("around"), [None, "RC"])

    async def test_anApiWithItsOwnAccept(self) -> None:
        self.plugin(
            "own",
            """
            class Own(QgsServerApi):
                def name(self): return "Own"
                def rootPath(self): return ""
                def description(self): return ""
                def accept(self, url): return url.path() == "/exactly" and "q" in url.query()
                def executeRequest(self, context):
                    context.response().setHeader("Content-Type", "text/plain")
                    context.response().write("own")

            def serverClassFactory(iface):
                iface.serviceRegistry().registerApi(Own(iface))
            """,
        )
        self.serve(ScriptedService(answering()))
        delivery = await self.ask("q=1", path="/exactly")
        self.assertEqual(delivery.body, b"own")
        delivery = await self.ask("x=1", path="/exactly")
        self.assertIn(b"Service configuration error", delivery.body)

    async def test_aRaisedExceptionIsAnApiReport(self) -> None:
        self.plugin(
            "refusing",
            """
            class Refusing(QgsServerFilter):
                def requestReady(self): raise QgsServerException("not today", 403)

            def serverClassFactory(iface):
                iface.registerFilter(Refusing(iface))
            """,
        )
        self.serveApi()
        found = await self.get("/mine/items/7", "must=1", 403)
        self.assertEqual(found[0]["description"], "not today")
