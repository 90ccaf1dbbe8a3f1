"""Filters that were written for QGIS Server: plugin_semantics 1 to 4."""

from __future__ import annotations

import sys
import threading

from twisted.internet import reactor
from twisted.internet.defer import gatherResults
from twisted.internet.task import deferLater

from ogctwist.interfaces import OWSException
from tests.doubles.server import ListedBody, ScriptedService, answering, projectOf, streaming
from tests.qgiscompat.server import PluginTestCase

THREE = """
    class Noting(QgsServerFilter):
        def __init__(self, iface, name):
            super().__init__(iface)
            self.name = name
        def requestReady(self): seen.append(f"RR({self.name})")
        def responseComplete(self): seen.append(f"RC({self.name})")
        def sendResponse(self): seen.append(f"SR({self.name})")

    def serverClassFactory(iface):
        for priority in (0, 10, -5):
            iface.registerFilter(Noting(iface, priority), priority)
"""


class OrderTests(PluginTestCase):
    async def test_lowerPrioritiesAreCalledFirst(self) -> None:
        self.plugin("order", THREE)
        self.serveCore()
        await self.ask()
        self.assertEqual(self.seenBy("order"), ["RR(-5)", "RR(0)", "RR(10)", "RC(-5)", "RC(0)", "RC(10)"])

    async def test_theLastRegisteredOfAPriorityIsCalledFirst(self) -> None:
        self.plugin(
            "same",
            """
            class Noting(QgsServerFilter):
                def requestReady(self): seen.append(self.name)

            def serverClassFactory(iface):
                for name in "abc":
                    filter = Noting(iface)
                    filter.name = name
                    iface.registerFilter(filter)
            """,
        )
        self.serveCore()
        await self.ask()
        self.assertEqual(self.seenBy("same"), ["c", "b", "a"])

    async def test_oneObjectRegisteredTwiceIsCalledTwice(self) -> None:
        self.plugin(
            "twice",
            """
            class Noting(QgsServerFilter):
                def requestReady(self): seen.append("RR")

            def serverClassFactory(iface):
                filter = Noting(iface)
                iface.registerFilter(filter, 1)
                iface.registerFilter(filter, 2)
            """,
        )
        self.serveCore()
        await self.ask()
        self.assertEqual(self.seenBy("twice"), ["RR", "RR"])

    async def test_filtersCanBeReplaced(self) -> None:
        self.plugin(
            "setting",
            """
            class Noting(QgsServerFilter):
                def __init__(self, iface, name):
                    super().__init__(iface)
                    self.name = name
                def requestReady(self): seen.append(self.name)

            def serverClassFactory(iface):
                a, b, c = (Noting(iface, name) for name in "abc")
                iface.registerFilter(a, 1)
                iface.registerFilter(b, 2)
                seen.append(iface.filters() == {1: [a], 2: [b]})
                iface.setFilters({5: [c], 3: [b]})
                seen.append(iface.filters() == {3: [b], 5: [c]})
            """,
        )
        self.serveCore()
        await self.ask()
        self.assertEqual(self.seenBy("setting"), [True, True, "b", "c"])

    async def test_pluginsMayDropTheirFilters(self) -> None:
        self.plugin(
            "dropping",
            """
            import gc

            class Noting(QgsServerFilter):
                def requestReady(self): seen.append("RR")

            def serverClassFactory(iface):
                iface.registerFilter(Noting(iface))
                gc.collect()
            """,
        )
        self.serveCore()
        await self.ask()
        self.assertEqual(self.seenBy("dropping"), ["RR"])


class HooksTests(PluginTestCase):
    async def test_hooksRunInTheThreadOfTheirPlugin(self) -> None:
        code = """
            import threading

            class Noting(QgsServerFilter):
                def requestReady(self): seen.append(threading.current_thread())
                def responseComplete(self): seen.append(threading.current_thread())

            def serverClassFactory(iface):
                iface.registerFilter(Noting(iface))
            """
        self.plugin("first", code)
        self.plugin("second", code)
        self.serveCore()
        await self.ask()
        await self.ask()
        first, second = set(self.seenBy("first")), set(self.seenBy("second"))
        self.assertEqual((len(first), len(second)), (1, 1))
        self.assertNotEqual(first, second)
        self.assertNotIn(threading.current_thread(), first | second)

    async def test_theRequestIsThereInHooksAndNowhereElse(self) -> None:
        self.plugin(
            "moment",
            """
            class Noting(QgsServerFilter):
                def requestReady(self):
                    handler = self.serverInterface().requestHandler()
                    seen.append(handler.parameterMap())
                    seen.append(handler is self.serverInterface().requestHandler())

            def serverClassFactory(iface):
                seen.append(iface.requestHandler())
                iface.registerFilter(Noting(iface))
            """,
        )
        server = self.serveCore()
        await self.ask("SERVICE=WMS&service2=x%20y+z")
        self.assertEqual(self.seenBy("moment"), [None, {"SERVICE": "WMS", "SERVICE2": "x y z"}, True])
        plugin = server.runtime.plugins["moment"]
        self.assertIs(plugin.interface.requestHandler(), None)

    async def test_newerHooks(self) -> None:
        self.plugin(
            "newer",
            """
            class Newer(QgsServerFilter):
                def onRequestReady(self):
                    seen.append("onRequestReady")
                    return True
                def onProjectReady(self):
                    seen.append(QgsProject.instance().fileName())
                    return True
                def onResponseComplete(self):
                    seen.append("onResponseComplete")
                    return True
                def requestReady(self): seen.append("not called")

            class Base(QgsServerFilter):
                def onRequestReady(self):
                    return super().onRequestReady()
                def requestReady(self): seen.append("through the base")

            def serverClassFactory(iface):
                iface.registerFilter(Newer(iface), 1)
                iface.registerFilter(Base(iface), 2)
            """,
        )
        self.serveCore()
        await self.ask()
        self.assertEqual(
            self.seenBy("newer"),
            ["onRequestReady", "through the base", "/projects/a.qgs", "onResponseComplete"],
        )

    async def test_falseKeepsLaterFiltersFromBeingCalled(self) -> None:
        self.plugin(
            "stopping",
            """
            class Stopping(QgsServerFilter):
                def onRequestReady(self): return False
                def onProjectReady(self): return False
                def onResponseComplete(self): return False

            class Later(QgsServerFilter):
                def onRequestReady(self): seen.append("RR"); return True
                def onProjectReady(self): seen.append("PR"); return True
                def onResponseComplete(self): seen.append("RC"); return True

            def serverClassFactory(iface):
                iface.registerFilter(Stopping(iface), 1)
                iface.registerFilter(Later(iface), 2)
            """,
        )
        self.serveCore()
        delivery = await self.ask()
        self.assertEqual(self.seenBy("stopping"), [])
        self.assertEqual((delivery.status, delivery.body), (200, b"core"))

    async def test_hooksMayAnswerDeferreds(self) -> None:
        self.plugin(
            "later",
            """
            from twisted.internet import reactor
            from twisted.internet.defer import Deferred, inlineCallbacks
            from twisted.internet.task import deferLater

            class Answering(QgsServerFilter):
                def requestReady(self):
                    seen.append("RR")
                    answer = Deferred()
                    answer.addCallback(lambda _: seen.append("fired"))
                    reactor.callFromThread(answer.callback, None)
                    return answer
                async def responseComplete(self):
                    await deferLater(reactor, 0.001, seen.append, "RC")
                    self.serverInterface().requestHandler().appendBody(b"!")

            class Stopping(QgsServerFilter):
                @inlineCallbacks
                def onResponseComplete(self):
                    yield deferLater(reactor, 0.001, seen.append, "on")
                    return False

            class Last(QgsServerFilter):
                def responseComplete(self): seen.append("not called")

            def serverClassFactory(iface):
                iface.registerFilter(Answering(iface), 1)
                iface.registerFilter(Stopping(iface), 2)
                iface.registerFilter(Last(iface), 3)
            """,
        )
        self.serveCore()
        delivery = await self.ask()
        self.assertEqual(self.seenBy("later"), ["RR", "fired", "RC", "on"])
        self.assertEqual(delivery.body, b"core!")


class BodyTests(PluginTestCase):
    async def test_whatIsSetBeforeTheServiceStaysAsAPrefix(self) -> None:
        self.plugin(
            "prefix",
            """
            class Prefix(QgsServerFilter):
                def requestReady(self):
                    handler = self.serverInterface().requestHandler()
                    handler.appendBody(b"before ")
                    handler.setResponseHeader("X-Mine", "1")
                    handler.setStatusCode(201)

            def serverClassFactory(iface):
                iface.registerFilter(Prefix(iface))
            """,
        )
        self.serveCore()
        delivery = await self.ask()
        self.assertEqual(delivery.body, b"before core")
        self.assertEqual((delivery.status, delivery.headers["X-Mine"]), (201, "1"))
        failed = await self.ask("SERVICE=NONE")
        self.assertNotIn(b"before", failed.body)

    async def test_theAnswerIsReplacedAtTheEnd(self) -> None:
        self.plugin(
            "service",
            """
            class Hello(QgsServerFilter):
                def responseComplete(self):
                    handler = self.serverInterface().requestHandler()
                    if handler.parameter("service") == "HELLO":
                        seen.append((handler.statusCode(), handler.exceptionRaised()))
                        handler.clear()
                        handler.setStatusCode(200)
                        handler.setResponseHeader("Content-Type", "text/plain")
                        handler.appendBody(b"Hello")

            def serverClassFactory(iface):
                iface.registerFilter(Hello(iface))
            """,
        )
        self.serveCore()
        delivery = await self.ask("SERVICE=HELLO")
        self.assertEqual((delivery.status, delivery.body), (200, b"Hello"))
        self.assertEqual(delivery.headers, {"Content-Type": "text/plain"})
        self.assertEqual(self.seenBy("service"), [(200, False)])

    async def test_mapDecidesOnTheProject(self) -> None:
        self.plugin(
            "mapping",
            """
            class Mapping(QgsServerFilter):
                def requestReady(self):
                    iface = self.serverInterface()
                    seen.append(iface.configFilePath())
                    iface.setConfigFilePath("/somewhere/else.qgs")
                    seen.append(iface.configFilePath())
                    if iface.requestHandler().parameter("TO_B"):
                        iface.requestHandler().setParameter("MAP", "b")

            def serverClassFactory(iface):
                iface.registerFilter(Mapping(iface))
            """,
        )
        server = self.serve(ScriptedService(lambda q, r, project: r.write(project.path.encode())))
        delivery = await self.ask("SERVICE=WMS&TO_B=1")
        self.assertEqual(delivery.body, b"/projects/b.qgs")
        delivery = await self.ask("SERVICE=WMS")
        self.assertEqual(delivery.body, b"/projects/a.qgs")
        self.assertEqual(self.seenBy("mapping"), ["/projects/a.qgs", "/somewhere/else.qgs"] * 2)
        self.assertEqual(server.runtime.plugins["mapping"].interface.configFilePath(), "")


STREAMED = """
    class Streamed(QgsServerFilter):
        def sendResponse(self):
            handler = self.serverInterface().requestHandler()
            seen.append(("SR", bytes(handler.body()), handler.headersSent()))
        def responseComplete(self):
            handler = self.serverInterface().requestHandler()
            seen.append(("RC", bytes(handler.body()), handler.headersSent()))

    def serverClassFactory(iface):
        iface.registerFilter(Streamed(iface))
"""


class LifeTests(PluginTestCase):
    """What filters see around services that fail, or are not there: plugin_semantics 1."""

    NOTING = """
        class Noting(QgsServerFilter):
            def noted(self, hook):
                handler = self.serverInterface().requestHandler()
                seen.append((hook, handler.exceptionRaised(), handler.statusCode()))
            def requestReady(self): self.noted("RR")
            def onProjectReady(self):
                self.noted("PR")
                return True
            def responseComplete(self): self.noted("RC")

        def serverClassFactory(iface):
            iface.registerFilter(Noting(iface))
    """

    async def test_aServiceThatIsNotThere(self) -> None:
        self.plugin("noting", self.NOTING)
        self.serveCore()
        delivery = await self.ask("SERVICE=NONE")
        self.assertEqual(delivery.status, 200)
        self.assertIn(b'code="Service configuration error"', delivery.body)
        self.assertEqual(self.seenBy("noting"), [("RR", False, 200), ("PR", False, 200), ("RC", False, 200)])

    async def test_aProjectThatIsNotThere(self) -> None:
        self.plugin("noting", self.NOTING)
        self.serveCore()
        delivery = await self.ask("SERVICE=WMS&MAP=nowhere")
        self.assertIn(b"<ServerException>Project file error", delivery.body)
        self.assertEqual(self.seenBy("noting"), [("RR", False, 200), ("RC", False, delivery.status)])

    async def test_aRequestThatCannotBeRead(self) -> None:
        self.plugin("noting", self.NOTING)
        self.serveCore()
        delivery = await self.ask(
            "SERVICE=WMS", method="POST", body=b"<a", headers={"Content-Type": "text/xml"}
        )
        self.assertEqual([each[:2] for each in self.seenBy("noting")], [("RR", True), ("RC", True)])
        self.assertNotEqual(delivery.status, 200)

    async def test_requestsOfWmsMayDoWithoutService(self) -> None:
        self.plugin("noting", self.NOTING)
        self.serveCore()
        delivery = await self.ask("REQUEST=GetMap&FILE_NAME=map.png")
        self.assertEqual(delivery.body, b"core")
        self.assertIn("map.png", delivery.headers["Content-Disposition"])

    async def test_aServiceThatFails(self) -> None:
        self.plugin("noting", self.NOTING)
        self.serve(ScriptedService(lambda *_: 1 // 0))
        delivery = await self.ask()
        self.assertEqual((delivery.status, delivery.body), (500, b"Internal Server Error"))
        self.assertEqual(self.seenBy("noting")[-1], ("RC", False, 500))
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)


class StreamingTests(PluginTestCase):
    async def test_sendResponseIsCalledForStreamedAnswersOnly(self) -> None:
        self.plugin("streamed", STREAMED)
        self.serveCore()
        await self.ask()
        self.assertEqual(self.seenBy("streamed"), [("RC", b"core", False)])

    async def test_eachChunkPassesAndTheEndIsThereAtTheEnd(self) -> None:
        self.plugin("streamed", STREAMED)
        self.serve(ScriptedService(streaming(ListedBody(b"<a>", b"<b/>", tail=b"</a>"))))
        delivery = await self.ask()
        self.assertEqual(
            self.seenBy("streamed"),
            [("SR", b"<a>", False), ("SR", b"<b/>", True), ("RC", b"</a>", True)],
        )
        self.assertEqual(delivery.body, b"<a><b/></a>")

    async def test_chunksCanBeReplacedAndCollected(self) -> None:
        self.plugin(
            "collecting",
            """
            class Collecting(QgsServerFilter):
                def requestReady(self): self.parts = []
                def sendResponse(self):
                    handler = self.serverInterface().requestHandler()
                    self.parts.append(bytes(handler.body()))
                    handler.clearBody()
                def responseComplete(self):
                    handler = self.serverInterface().requestHandler()
                    seen.append(handler.headersSent())
                    handler.clear()
                    handler.setResponseHeader("Content-Type", "text/csv")
                    handler.appendBody(b",".join(self.parts))

            def serverClassFactory(iface):
                iface.registerFilter(Collecting(iface))
            """,
        )
        self.serve(ScriptedService(streaming(ListedBody(b"1", b"2", tail=b"end"))))
        delivery = await self.ask()
        self.assertEqual((delivery.body, delivery.headers["Content-Type"]), (b"1,2", "text/csv"))
        self.assertEqual(self.seenBy("collecting"), [False])

    async def test_falseFromOnSendResponseKeepsTheChunk(self) -> None:
        self.plugin(
            "keeping",
            """
            class Keeping(QgsServerFilter):
                def onSendResponse(self): return False
                def onResponseComplete(self):
                    handler = self.serverInterface().requestHandler()
                    body = handler.body()
                    handler.clearBody()
                    handler.appendBody(body.replace(b"2", b"two"))
                    return True

            class Later(QgsServerFilter):
                def sendResponse(self): seen.append("not called")

            def serverClassFactory(iface):
                iface.registerFilter(Keeping(iface), 1)
                iface.registerFilter(Later(iface), 2)
            """,
        )
        self.serve(ScriptedService(streaming(ListedBody(b"1", b"2", tail=b"3"))))
        delivery = await self.ask()
        self.assertEqual((delivery.body, self.seenBy("keeping")), (b"1two3", []))

    async def test_sendResponseOfTheHandlerLetsTheBufferLeave(self) -> None:
        self.plugin(
            "flushing",
            """
            class Flushing(QgsServerFilter):
                def responseComplete(self):
                    handler = self.serverInterface().requestHandler()
                    handler.sendResponse()
                    seen.append((bytes(handler.body()), handler.headersSent()))
                    handler.setStatusCode(500)
                    handler.clear()
                    handler.appendBody(b" and more")
                def sendResponse(self): seen.append("not called")

            def serverClassFactory(iface):
                iface.registerFilter(Flushing(iface))
            """,
        )
        self.serveCore()
        delivery = await self.ask()
        self.assertEqual((delivery.status, delivery.body), (200, b"core and more"))
        self.assertEqual(self.seenBy("flushing"), [(b"", True)])


class FailureTests(PluginTestCase):
    FAILING = """
        class Failing(QgsServerFilter):
            def requestReady(self): self.fail("RR")
            def responseComplete(self): self.fail("RC")
            def fail(self, hook):
                seen.append(hook)
                how = self.serverInterface().requestHandler().parameter(hook)
                if how == "raise": raise ValueError("secret")
                if how == "exit": raise SystemExit(3)
                if how == "return": return 5
                if how == "ows": raise QgsOgcServiceException("MyCode", "told", "LAYERS", 400)
                if how == "server": raise QgsServerException("told", 418)

            def requestReady(self): return self.fail("RR")
            def responseComplete(self): return self.fail("RC")

        class Later(QgsServerFilter):
            def requestReady(self): seen.append("RR later")
            def responseComplete(self): seen.append("RC later")

        def serverClassFactory(iface):
            iface.registerFilter(Failing(iface), 1)
            iface.registerFilter(Later(iface), 2)
        """

    def serveFailing(self) -> ScriptedService:
        self.plugin("failing", self.FAILING)
        core = ScriptedService(answering())
        self.executed: list[str] = []
        execute = core.executeRequest

        def noting(request, response, project):
            self.executed.append("core")
            return execute(request, response, project)

        core.executeRequest = noting
        self.serve(core)
        return core

    async def assertFails(self, query: str, seen: list[str], executed: int) -> None:
        delivery = await self.ask(f"SERVICE=WMS&{query}")
        self.assertEqual((delivery.status, delivery.body), (500, b"Internal Server Error"))
        self.assertEqual(delivery.headers["Content-Type"], "text/plain; charset=utf-8")
        self.assertEqual((self.seenBy("failing"), len(self.executed)), (seen, executed))

    async def test_requestReadyRaises(self) -> None:
        self.serveFailing()
        await self.assertFails("RR=raise", ["RR", "RC", "RC later"], 0)
        self.assertEqual(len(self.flushLoggedErrors(ValueError)), 1)

    async def test_requestReadyExits(self) -> None:
        self.serveFailing()
        await self.assertFails("RR=exit", ["RR", "RC", "RC later"], 0)
        self.assertEqual(len(self.flushLoggedErrors()), 1)

    async def test_requestReadyAnswersSomething(self) -> None:
        self.serveFailing()
        await self.assertFails("RR=return", ["RR", "RC", "RC later"], 0)
        self.assertEqual(len(self.flushLoggedErrors(TypeError)), 1)

    async def test_responseCompleteRaises(self) -> None:
        self.serveFailing()
        await self.assertFails("RC=raise", ["RR", "RR later", "RC"], 1)
        self.assertEqual(len(self.flushLoggedErrors(ValueError)), 1)

    async def test_aRaisedServiceExceptionIsTheReportOfTheService(self) -> None:
        self.serveFailing()
        for hook in ("RR", "RC"):
            delivery = await self.ask(f"SERVICE=WMS&{hook}=ows")
            self.assertEqual(delivery.status, 400)
            self.assertIn(b'<ServiceException code="MyCode" locator="LAYERS">told<', delivery.body)
        delivery = await self.ask("SERVICE=WMS&RR=server")
        self.assertEqual(delivery.status, 418)
        self.assertIn(b"<ServiceExceptionReport", delivery.body)
        self.assertIn(b">told<", delivery.body)

    async def test_laterFiltersSeeARaisedException(self) -> None:
        self.serveFailing()
        await self.ask("SERVICE=WMS&RR=server")
        self.assertEqual(self.seenBy("failing"), ["RR", "RR later", "RC", "RC later"])
        self.assertEqual(self.executed, [])

    async def test_sendResponseRaises(self) -> None:
        self.plugin(
            "sending",
            """
            class Sending(QgsServerFilter):
                def sendResponse(self): raise ValueError("secret")

            def serverClassFactory(iface):
                iface.registerFilter(Sending(iface))
            """,
        )
        self.serve(ScriptedService(streaming(ListedBody(b"1", b"2"))))
        delivery = await self.ask()
        self.assertEqual((delivery.status, delivery.body), (500, b"Internal Server Error"))
        self.assertEqual(len(self.flushLoggedErrors(ValueError)), 1)

    async def test_aHookThatAnswersNoTruthValueFails(self) -> None:
        self.plugin(
            "none",
            """
            class Untrue(QgsServerFilter):
                def onRequestReady(self): pass

            def serverClassFactory(iface):
                iface.registerFilter(Untrue(iface))
            """,
        )
        self.serveCore()
        delivery = await self.ask()
        self.assertEqual(delivery.status, 500)
        self.assertEqual(len(self.flushLoggedErrors(TypeError)), 1)

    async def test_nativeExceptionsCanBeRaisedToo(self) -> None:
        self.plugin(
            "native",
            """
            from ogctwist.interfaces import OWSException

            class Native(QgsServerFilter):
                def requestReady(self): raise OWSException("no", "NoCode", status=409)

            def serverClassFactory(iface):
                iface.registerFilter(Native(iface))
            """,
        )
        self.serveCore()
        delivery = await self.ask()
        self.assertEqual(delivery.status, 409)
        self.assertIn(b'code="NoCode">no<', delivery.body)
        self.assertTrue(issubclass(OWSException, Exception))


class ServiceExceptionTests(PluginTestCase):
    SETTING = """
        class Plain(QgsServerException):
            def responseCode(self): return 999
            def formatResponse(self): return QtCore.QByteArray(b"mine"), "text/x-mine"

        class Setting(QgsServerFilter):
            def requestReady(self): self.set("RR")
            def responseComplete(self): self.set("RC")
            def set(self, hook):
                handler = self.serverInterface().requestHandler()
                what = handler.parameter(hook)
                if what == "server": handler.setServiceException(QgsServerException("a < b", 418))
                if what == "mine": handler.setServiceException(Plain("x", 402))
                if what == "ogc":
                    try:
                        handler.setServiceException(QgsOgcServiceException("C", "m"))
                    except TypeError:
                        seen.append("TypeError")

        class Later(QgsServerFilter):
            def raised(self): return self.serverInterface().requestHandler().exceptionRaised()
            def requestReady(self): seen.append(("RR", self.raised()))
            def responseComplete(self): seen.append(("RC", self.raised()))

        def serverClassFactory(iface):
            iface.registerFilter(Setting(iface), 1)
            iface.registerFilter(Later(iface), 2)
        """

    async def test_aSetExceptionIsTheAnswer(self) -> None:
        self.plugin("setting", self.SETTING)
        core = ScriptedService(lambda *_: self.fail("the service was called"))
        self.serve(core)
        delivery = await self.ask("SERVICE=WMS&RR=server")
        self.assertEqual(delivery.status, 418)
        self.assertEqual(delivery.headers["Content-Type"], "text/xml; charset=utf-8")
        self.assertIn(b"<ServerException>a &lt; b</ServerException>", delivery.body)
        self.assertEqual(self.seenBy("setting"), [("RR", True), ("RC", True)])

    async def test_anExceptionMayFormatItself(self) -> None:
        self.plugin("setting", self.SETTING)
        self.serveCore()
        delivery = await self.ask("SERVICE=WMS&RC=mine")
        self.assertEqual((delivery.status, delivery.body), (402, b"mine"))
        self.assertEqual(delivery.headers["Content-Type"], "text/x-mine")
        self.assertEqual(self.seenBy("setting"), [("RR", False), ("RC", True)])

    async def test_anotherKindOfExceptionIsRefused(self) -> None:
        self.plugin("setting", self.SETTING)
        self.serveCore()
        delivery = await self.ask("SERVICE=WMS&RR=ogc")
        self.assertEqual(delivery.body, b"core")
        self.assertEqual(self.seenBy("setting"), ["TypeError", ("RR", False), ("RC", False)])

    async def test_theFailureOfAServiceIsNotRaised(self) -> None:
        self.plugin("setting", self.SETTING)
        self.serve(ScriptedService(lambda *_: (_ for _ in ()).throw(OWSException("no", "X"))))
        delivery = await self.ask("SERVICE=WMS")
        self.assertEqual(delivery.status, 400)
        self.assertEqual(self.seenBy("setting"), [("RR", False), ("RC", False)])


class ProjectTests(PluginTestCase):
    async def test_instanceIsTheProjectOfTheRequest(self) -> None:
        self.plugin(
            "instance",
            """
            class Noting(QgsServerFilter):
                def requestReady(self): seen.append(QgsProject.instance().fileName())
                def responseComplete(self): seen.append(QgsProject.instance().fileName())

            def serverClassFactory(iface):
                seen.append(QgsProject.instance().fileName())
                iface.registerFilter(Noting(iface))
            """,
        )
        self.serveCore()
        await self.ask("SERVICE=WMS&MAP=b")
        await self.ask("SERVICE=WMS")
        self.assertEqual(self.seenBy("instance"), ["", "", "/projects/b.qgs", "", "/projects/a.qgs"])

    async def test_theConfigCacheHasTheVeryObject(self) -> None:
        self.plugin(
            "cache",
            """
            class Noting(QgsServerFilter):
                def requestReady(self):
                    self.project = QgsConfigCache.instance().project(self.serverInterface().configFilePath())
                    again = QgsConfigCache.instance().project(self.serverInterface().configFilePath())
                    seen.append(self.project is again)
                    seen.append(QgsConfigCache.instance().project("/no/such.qgs"))
                def onProjectReady(self):
                    seen.append(self.project is QgsProject.instance())
                    return True

            def serverClassFactory(iface):
                iface.registerFilter(Noting(iface))
            """,
        )
        self.serveCore()
        await self.ask()
        self.assertEqual(self.seenBy("cache"), [True, None, True])

    async def test_requestsOneAfterAnotherGetTheSameObject(self) -> None:
        self.plugin(
            "again",
            """
            class Noting(QgsServerFilter):
                def responseComplete(self): seen.append(QgsProject.instance())

            def serverClassFactory(iface):
                iface.registerFilter(Noting(iface))
            """,
        )
        server = self.serveCore()
        await self.ask()
        await self.ask()
        server.projects.byName[""] = projectOf(version="2")
        await self.ask()
        first, second, third = self.seenBy("again")
        self.assertIs(first, second)
        self.assertIsNot(second, third)


NATIVE = """
from zope.interface import implementer
from twisted.internet import reactor
from twisted.internet.task import deferLater
from ogctwist.interfaces import IServerFilter

@implementer(IServerFilter)
class Native:
    def requestReady(self, handler):
        handler.notes["native"] = handler.parameter("TOKEN")
    def projectReady(self, handler):
        return deferLater(reactor, 0, lambda: None)
    def sendResponse(self, handler):
        pass
    def responseComplete(self, handler):
        handler.setResponseHeader("X-Native", handler.notes["native"])

def serverClassFactory(serverIface):
    serverIface.registerFilter(Native())
"""


class ConcurrencyTests(PluginTestCase):
    STATEFUL = """
        import time

        class Stateful(QgsServerFilter):
            def requestReady(self):
                self.token = self.serverInterface().requestHandler().parameter("TOKEN")
            def responseComplete(self):
                handler = self.serverInterface().requestHandler()
                handler.setResponseHeader("X-Token", self.token)
                handler.setResponseHeader("X-Mine", handler.parameter("TOKEN"))

        def serverClassFactory(iface):
            iface.registerFilter(Stateful(iface))
        """

    async def test_noRequestSeesTheStateOfAnother(self) -> None:
        self.plugin("stateful", self.STATEFUL)
        self.plugin("other", self.STATEFUL.replace("X-", "X-Other-"))
        (self.folder / "native").mkdir()
        (self.folder / "native" / "metadata.txt").write_text("[general]\nname=native\nserver=True\n")
        (self.folder / "native" / "__init__.py").write_text(NATIVE)
        self.serve(ScriptedService(self.slowly))
        started = [self.start(f"SERVICE=WMS&TOKEN={n}") for n in range(200)]
        await gatherResults([done for _, done in started])
        for number, (delivery, _) in enumerate(started):
            self.assertEqual(delivery.headers["X-Token"], str(number))
            self.assertEqual(delivery.headers["X-Other-Token"], str(number))
            self.assertEqual(delivery.headers["X-Native"], str(number))

    async def test_withoutItsTurnARequestWouldSeeAnother(self) -> None:
        self.plugin("stateful", self.STATEFUL, metadata="concurrent=True\n")
        self.serve(ScriptedService(self.slowly))
        started = [self.start(f"SERVICE=WMS&TOKEN={n}") for n in range(50)]
        await gatherResults([done for _, done in started])
        mine = [delivery.headers["X-Mine"] for delivery, _ in started]
        kept = [delivery.headers["X-Token"] for delivery, _ in started]
        self.assertEqual(mine, [str(number) for number in range(50)])
        self.assertNotEqual(kept, mine)

    def slowly(self, request, response, project):
        """A service whose answer is there after a turn of the reactor."""
        return deferLater(reactor, 0, response.write, b"core")


class BlockingTests(PluginTestCase):
    async def test_aHookThatNeverAnswersIsCutOff(self) -> None:
        self.plugin(
            "hanging",
            """
            import threading
            go = threading.Event()

            class Hanging(QgsServerFilter):
                def requestReady(self):
                    if self.serverInterface().requestHandler().parameter("HANG"):
                        go.wait()
                        seen.append("woken")
                        self.serverInterface().requestHandler().appendBody(b"too late")
                def responseComplete(self): seen.append("RC")

            def serverClassFactory(iface):
                iface.registerFilter(Hanging(iface))
            """,
        )
        self.serveCore(hookTime=0.2)
        delivery = await self.ask("SERVICE=WMS&HANG=1")
        self.assertEqual((delivery.status, delivery.body), (500, b"Internal Server Error"))
        delivery = await self.ask("SERVICE=WMS")
        self.assertEqual(delivery.body, b"core")
        self.assertEqual(self.seenBy("hanging"), ["RC", "RC"])
        sys.modules["hanging"].go.set()

    async def test_aHookThatRunsForEverIsEnded(self) -> None:
        self.plugin(
            "spinning",
            """
            import threading
            ended = threading.Event()

            class Spinning(QgsServerFilter):
                def requestReady(self):
                    try:
                        while True:
                            try:
                                sum(range(100))
                            except Exception:
                                pass
                    finally:
                        ended.set()

            def serverClassFactory(iface):
                iface.registerFilter(Spinning(iface))
            """,
        )
        self.serveCore(hookTime=0.1)
        delivery = await self.ask()
        self.assertEqual(delivery.status, 500)
        self.assertTrue(sys.modules["spinning"].ended.wait(5))

    async def test_aRequestThatIsNotWantedAnyMoreLeavesInOrder(self) -> None:
        """The next one enters when the hook of the first has ended, and its last hook was called."""
        self.plugin(
            "leaving",
            """
            import threading
            begun, go = threading.Event(), threading.Event()

            class Leaving(QgsServerFilter):
                def requestReady(self):
                    name = self.serverInterface().requestHandler().parameter("NAME")
                    seen.append(f"RR {name}")
                    if name == "first":
                        begun.set()
                        go.wait(10)
                        seen.append("RR first ends")
                def responseComplete(self):
                    seen.append("RC " + self.serverInterface().requestHandler().parameter("NAME"))

            def serverClassFactory(iface):
                iface.registerFilter(Leaving(iface))
            """,
        )
        self.serveCore()
        _, first = self.start("SERVICE=WMS&NAME=first")
        plugin = sys.modules["leaving"]
        while not plugin.begun.is_set():
            await deferLater(reactor, 0, lambda: None)
        _, waiting = self.start("SERVICE=WMS&NAME=gone")
        _, second = self.start("SERVICE=WMS&NAME=second")
        waiting.cancel()
        first.cancel()
        await deferLater(reactor, 0.01, lambda: None)
        self.assertEqual(self.seenBy("leaving"), ["RR first"])
        plugin.go.set()
        await second
        self.assertEqual(
            self.seenBy("leaving"),
            ["RR first", "RR first ends", "RC first", "RR second", "RC second"],
        )
        self.failureResultOf(waiting)

    async def test_aDeferredThatNeverFiresIsCutOff(self) -> None:
        self.plugin(
            "never",
            """
            from twisted.internet.defer import Deferred

            class Never(QgsServerFilter):
                def requestReady(self):
                    return Deferred(lambda _: seen.append("cancelled"))

            def serverClassFactory(iface):
                iface.registerFilter(Never(iface))
            """,
        )
        self.serveCore(hookTime=0.1)
        delivery = await self.ask()
        self.assertEqual(delivery.status, 500)
        self.assertEqual(self.seenBy("never"), ["cancelled"])
