"""The life cycle of a request, as filters and services see it."""

from __future__ import annotations

from twisted.internet.defer import Deferred, fail
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from ogctwist.interfaces import IDispatcher, IRequestHandler, OWSException
from ogctwist.ows.exceptions import InvalidParameterValue, SecurityException
from ogctwist.project.errors import BadLayers, ProjectError
from ogctwist.server.current import currentHandler
from ogctwist.server.dispatch import attachment
from tests.doubles.delivery import MemoryDelivery
from tests.doubles.filters import ScriptedFilter
from tests.doubles.server import DoubleServer, ScriptedApi, ScriptedService, answering


class Exchanged(SynchronousTestCase):
    """Requests against a server of doubles."""

    def ask(self, server: DoubleServer, *arguments, **named) -> MemoryDelivery:
        delivery, done = server.start(*arguments, **named)
        self.successResultOf(done)
        return delivery


class OrderTests(Exchanged):
    """plugin_semantics 1 and 2: who is called, and when."""

    def test_theDispatcherIsOne(self) -> None:
        verifyObject(IDispatcher, DoubleServer().dispatcher)

    def test_hooksAscendInPriorityAroundTheService(self) -> None:
        events: list = []
        server = DoubleServer(ScriptedService(lambda *a: events.append("core")))
        for priority in (10, -5, 0):
            server.interface.registerFilter(ScriptedFilter(str(priority), events), priority)
        self.ask(server)
        order = ["-5", "0", "10"]
        self.assertEqual(
            events,
            [(p, "requestReady") for p in order]
            + [(p, "projectReady") for p in order]
            + ["core"]
            + [(p, "responseComplete") for p in order],
        )

    def test_theLastRegisteredOfAPriorityRunsFirst(self) -> None:
        events: list = []
        server = DoubleServer(ScriptedService(answering()))
        for name in ("first", "second", "third"):
            server.interface.registerFilter(ScriptedFilter(name, events))
        self.ask(server)
        self.assertEqual(
            [name for name, hook in events if hook == "requestReady"], ["third", "second", "first"]
        )

    def test_oneFilterRegisteredTwiceRunsTwice(self) -> None:
        server = DoubleServer(ScriptedService(answering()))
        twice = ScriptedFilter()
        server.interface.registerFilter(twice)
        server.interface.registerFilter(twice, 3)
        self.ask(server)
        self.assertEqual([hook for _, hook in twice.events].count("requestReady"), 2)

    def test_sendResponseIsNotCalledForAWholeAnswer(self) -> None:
        server = DoubleServer(ScriptedService(answering()))
        watching = ScriptedFilter()
        server.interface.registerFilter(watching)
        self.ask(server)
        self.assertNotIn("sendResponse", [hook for _, hook in watching.events])

    def test_setFiltersReplacesAll(self) -> None:
        server = DoubleServer(ScriptedService(answering()))
        kept, dropped = ScriptedFilter("kept"), ScriptedFilter("dropped")
        server.interface.registerFilter(kept, 4)
        server.interface.registerFilter(dropped, 2)
        self.assertEqual(server.interface.filters(), {2: [dropped], 4: [kept]})
        server.interface.setFilters({4: [kept]})
        self.ask(server)
        self.assertEqual(dropped.events, [])
        self.assertEqual(len(kept.events), 3)

    def test_falseStopsTheLaterFiltersOfThatHookOnly(self) -> None:
        for hook in ("requestReady", "projectReady", "responseComplete"):
            events: list = []
            server = DoubleServer(ScriptedService(answering()))
            server.interface.registerFilter(ScriptedFilter("a", events, **{hook: lambda handler: False}), 0)
            server.interface.registerFilter(ScriptedFilter("b", events), 1)
            delivery = self.ask(server)
            called = [each for name, each in events if name == "b"]
            expected = [e for e in ("requestReady", "projectReady", "responseComplete") if e != hook]
            self.assertEqual((hook, called), (hook, expected))
            self.assertEqual(delivery.body, b"core")

    def test_aHookMayBeACoroutineOrADeferred(self) -> None:
        waits: Deferred[None] = Deferred()
        seen = []

        async def complete(handler):
            await waits
            handler.appendBody(b" and more")

        server = DoubleServer(ScriptedService(lambda *a: seen.append("core")))
        pending: Deferred[None] = Deferred()
        server.interface.registerFilter(
            ScriptedFilter(requestReady=lambda h: pending, responseComplete=complete)
        )
        delivery, done = server.start()
        self.assertEqual(seen, [])
        pending.callback(None)
        self.assertEqual(seen, ["core"])
        self.assertNoResult(done)
        waits.callback(None)
        self.successResultOf(done)
        self.assertEqual(delivery.body, b" and more")


class ProjectTests(Exchanged):
    """plugin_semantics 1.5: which project, and when it is there."""

    def test_theProjectIsThereFromProjectReadyOn(self) -> None:
        seen: list = []

        def note(handler):
            seen.append(handler.project and handler.project.path)

        server = DoubleServer(ScriptedService(lambda q, r, project: seen.append(project.path)))
        server.interface.registerFilter(
            ScriptedFilter(requestReady=note, projectReady=note, responseComplete=note)
        )
        self.ask(server, "SERVICE=WMS&MAP=b")
        self.assertEqual(seen, [None, "/projects/b.qgs", "/projects/b.qgs", "/projects/b.qgs"])

    def test_mapSetInRequestReadyIsServed(self) -> None:
        served = []
        server = DoubleServer(ScriptedService(lambda q, r, project: served.append(project.path)))
        server.interface.registerFilter(ScriptedFilter(requestReady=lambda h: h.setParameter("map", "b")))
        self.ask(server)
        self.assertEqual(served, ["/projects/b.qgs"])
        self.assertEqual(server.projects.asked, ["/projects/b.qgs"])

    def test_configFilePathIsKnownInRequestReady(self) -> None:
        seen = []
        server = DoubleServer(ScriptedService(answering()))
        interface = server.interface
        interface.registerFilter(
            ScriptedFilter(requestReady=lambda h: seen.append(interface.configFilePath()))
        )
        self.ask(server, "SERVICE=WMS&MAP=b")
        self.assertEqual(seen, ["/projects/b.qgs"])
        self.assertEqual(interface.configFilePath(), "")

    def test_noProject(self) -> None:
        watching = ScriptedFilter()
        server = DoubleServer(ScriptedService(answering()))
        del server.projects.byName[""]
        server.interface.registerFilter(watching)
        delivery = self.ask(server)
        self.assertEqual(delivery.status, 500)
        self.assertEqual(delivery.headers["Content-Type"], "text/xml; charset=utf-8")
        self.assertIn(b"<ServerException>Project file error.", delivery.body)
        self.assertEqual(watching.events[-1][1], "responseComplete")

    def test_aMapThatMayNotBeNamed(self) -> None:
        server = DoubleServer(ScriptedService(answering()))
        delivery = self.ask(server, "SERVICE=WMS&MAP=/etc/passwd")
        self.assertEqual(delivery.status, 404)
        self.assertIn(b"<ServerException>Project file error.", delivery.body)
        self.assertNotIn(b"passwd", delivery.body)

    def test_aProjectThatCannotBeRead(self) -> None:
        server = DoubleServer(ScriptedService(answering()))

        def broken(path):
            raise ProjectError("line 3 is not XML", path)

        server.projects.project = broken
        delivery = self.ask(server)
        self.assertEqual(delivery.status, 500)
        self.assertNotIn(b"line 3", delivery.body)

    def test_aProjectWithBadLayers(self) -> None:
        server = DoubleServer(ScriptedService(answering()))
        server.projects.project = lambda path: fail(BadLayers({"a": "/secret is missing"}, path))
        delivery = self.ask(server)
        self.assertEqual(delivery.status, 500)
        self.assertIn(b"<ServerException>Layer(s) not valid</ServerException>", delivery.body)


class ServiceTests(Exchanged):
    """plugin_semantics 1.5 d to f, 6: which service."""

    def test_unknownServices(self) -> None:
        server = DoubleServer(ScriptedService(answering()))
        for query in ("SERVICE=wms", "SERVICE=XYZ", "REQUEST=GetCapabilities"):
            delivery = self.ask(server, query)
            self.assertEqual(delivery.status, 200)
            self.assertIn(b'code="Service configuration error"', delivery.body)
            self.assertIn(b"(case-sensitive): WMS", delivery.body)

    def test_getMapWithoutServiceIsWms(self) -> None:
        server = DoubleServer(ScriptedService(answering()))
        self.assertEqual(self.ask(server, "request=getmap").body, b"core")
        self.assertEqual(self.ask(server, "REQUEST=GetFeatureInfo").body, b"core")

    def test_versionsFallBackToTheFirst(self) -> None:
        server = DoubleServer(
            ScriptedService(answering(b"130")), ScriptedService(answering(b"111"), version="1.1.1")
        )
        self.assertEqual(self.ask(server, "SERVICE=WMS&VERSION=1.1.1").body, b"111")
        self.assertEqual(self.ask(server, "SERVICE=WMS&VERSION=9").body, b"130")
        self.assertEqual(self.ask(server, "SERVICE=WMS").body, b"130")

    def test_anApiIsAskedWhenThereIsNoService(self) -> None:
        server = DoubleServer(ScriptedService(answering()))
        projects = []
        server.server.services.registerApi(ScriptedApi(lambda q, r, project: projects.append(project)))
        del server.projects.byName[""]
        self.assertEqual(self.ask(server, "", path="/api/collections").status, 200)
        self.assertEqual(projects, [None])
        self.assertEqual(self.ask(server, "SERVICE=WMS", path="/api/collections").status, 500)
        self.assertEqual(projects, [None])

    def test_apisReportInTheirFormat(self) -> None:
        def refuse(*arguments):
            raise OWSException("no such collection", "Not found", status=404)

        server = DoubleServer()
        server.server.services.registerApi(ScriptedApi(refuse))
        delivery = self.ask(server, "", path="/api/x")
        self.assertEqual((delivery.status, delivery.headers["Content-Type"]), (404, "application/json"))

    def test_fileName(self) -> None:
        server = DoubleServer(ScriptedService(answering()))
        delivery = self.ask(server, "SERVICE=WMS&FILE_NAME=map.png")
        self.assertEqual(delivery.headers["Content-Disposition"], 'attachment; filename="map.png"')

    def test_fileNamesOfStrangers(self) -> None:
        self.assertEqual(attachment("../../etc/x\r\n.png"), 'attachment; filename="x.png"')
        self.assertEqual(
            attachment('a"é.png'), "attachment; filename=\"a__.png\"; filename*=UTF-8''a%22%C3%A9.png"
        )

    def test_theRequestIsASnapshotOfWhatFiltersLeft(self) -> None:
        seen = []
        server = DoubleServer(ScriptedService(lambda request, r, p: seen.append(request.parameters)))
        server.interface.registerFilter(
            ScriptedFilter(projectReady=lambda h: h.setParameter("layers", "a,b"))
        )
        self.ask(server, "SERVICE=WMS&extra=1")
        self.assertEqual(seen[0].items("LAYERS"), ["a", "b"])
        self.assertEqual(seen[0]["EXTRA"], "1")


class FailureTests(Exchanged):
    """plugin_semantics 4, with its recommendations."""

    def test_aServicesExceptionIsReportedAndNotToldAsRaised(self) -> None:
        raised = []

        def refuse(request, response, project):
            response.write(b"half an answer")
            raise InvalidParameterValue("no", locator="CRS")

        server = DoubleServer(ScriptedService(refuse))
        server.interface.registerFilter(
            ScriptedFilter(
                requestReady=lambda h: h.appendBody(b"prefix"),
                responseComplete=lambda h: raised.append(h.exceptionRaised()),
            )
        )
        delivery = self.ask(server)
        self.assertEqual(delivery.status, 400)
        self.assertTrue(delivery.body.startswith(b"<?xml"))
        self.assertNotIn(b"half", delivery.body)
        self.assertNotIn(b"prefix", delivery.body)
        self.assertEqual(raised, [False])

    def test_anyOtherExceptionOfAServiceIsA500WithoutText(self) -> None:
        def crash(*arguments):
            raise KeyError("secret")

        server = DoubleServer(ScriptedService(crash))
        watching = ScriptedFilter()
        server.interface.registerFilter(watching)
        delivery = self.ask(server)
        self.assertEqual((delivery.status, delivery.body), (500, b"Internal Server Error"))
        self.assertEqual(delivery.headers["Content-Type"], "text/plain; charset=utf-8")
        self.assertEqual(watching.events[-1][1], "responseComplete")
        self.assertEqual(len(self.flushLoggedErrors(KeyError)), 1)

    def test_requestReadyFails(self) -> None:
        """The service does not run: a filter that checks passwords may have failed."""
        events: list = []

        def crash(handler):
            raise RuntimeError("secret")

        server = DoubleServer(ScriptedService(lambda *a: events.append("core")))
        server.interface.registerFilter(ScriptedFilter("a", events, requestReady=crash), 0)
        server.interface.registerFilter(ScriptedFilter("b", events), 1)
        delivery = self.ask(server)
        self.assertEqual((delivery.status, delivery.body), (500, b"Internal Server Error"))
        self.assertEqual(
            events, [("a", "requestReady"), ("a", "responseComplete"), ("b", "responseComplete")]
        )
        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)

    def test_responseCompleteFails(self) -> None:
        events: list = []

        def crash(handler):
            raise RuntimeError("secret")

        server = DoubleServer(ScriptedService(answering()))
        server.interface.registerFilter(ScriptedFilter("a", events, responseComplete=crash), 0)
        server.interface.registerFilter(ScriptedFilter("b", events), 1)
        delivery = self.ask(server)
        self.assertEqual((delivery.status, delivery.body), (500, b"Internal Server Error"))
        self.assertNotIn(("b", "responseComplete"), events)
        self.flushLoggedErrors(RuntimeError)

    def test_aRaisedOwsExceptionIsTheAnswerAndLaterFiltersSeeIt(self) -> None:
        raised = []

        def refuse(handler):
            raise SecurityException("not you")

        core = []
        server = DoubleServer(ScriptedService(lambda *a: core.append(1)))
        server.interface.registerFilter(ScriptedFilter(requestReady=refuse), 0)
        server.interface.registerFilter(
            ScriptedFilter(requestReady=lambda h: raised.append(h.exceptionRaised())), 1
        )
        delivery = self.ask(server)
        self.assertEqual(delivery.status, 403)
        self.assertIn(b'code="Security"', delivery.body)
        self.assertEqual((raised, core, server.projects.asked), ([True], [], []))

    def test_setServiceException(self) -> None:
        for hook in ("requestReady", "projectReady", "responseComplete"):
            server = DoubleServer(ScriptedService(answering(b"core")))
            error = OWSException("stop", "Stopped", status=418)
            refusing = ScriptedFilter(**{hook: lambda h, error=error: h.setServiceException(error)})
            server.interface.registerFilter(refusing)
            delivery = self.ask(server)
            self.assertEqual((hook, delivery.status), (hook, 418))
            self.assertIn(b'code="Stopped"', delivery.body)
            self.assertNotIn(b"core", delivery.body)

    def test_anExceptionThatFormatsItself(self) -> None:
        class Custom(Exception):
            def responseCode(self):
                return 402

            def formatResponse(self):
                return b"pay", "text/plain"

        server = DoubleServer(ScriptedService(answering()))
        server.interface.registerFilter(
            ScriptedFilter(requestReady=lambda h: h.setServiceException(Custom()))
        )
        delivery = self.ask(server)
        self.assertEqual((delivery.status, delivery.body), (402, b"pay"))

    def test_aRequestThatCannotBeDecoded(self) -> None:
        raised, core = [], []
        server = DoubleServer(ScriptedService(lambda *a: core.append(1)))
        server.interface.registerFilter(
            ScriptedFilter(requestReady=lambda h: raised.append(h.exceptionRaised()))
        )
        delivery = self.ask(server, "SERVICE=WMS", method="POST", body=b"<broken")
        self.assertEqual(delivery.status, 400)
        self.assertIn(b"ServiceException", delivery.body)
        self.assertEqual((raised, core), ([True], []))

    def test_aReportThatCannotBeWritten(self) -> None:
        def refuse(*arguments):
            raise InvalidParameterValue("no")

        service = ScriptedService(refuse)
        service.formatException = lambda error, request: {}["missing"]
        delivery = self.ask(DoubleServer(service))
        self.assertEqual((delivery.status, delivery.body), (500, b"Internal Server Error"))
        self.assertEqual(len(self.flushLoggedErrors(KeyError)), 1)


class ResponseTests(Exchanged):
    """plugin_semantics 5."""

    def test_aBodySetInRequestReadyStaysAsAPrefix(self) -> None:
        def prepare(handler):
            handler.appendBody(b"prefix ")
            handler.setStatusCode(202)
            handler.setResponseHeader("X-Mine", "1")

        server = DoubleServer(ScriptedService(answering()))
        server.interface.registerFilter(ScriptedFilter(requestReady=prepare))
        delivery = self.ask(server)
        self.assertEqual((delivery.status, delivery.body), (202, b"prefix core"))
        self.assertEqual(delivery.headers["X-Mine"], "1")

    def test_replacingInResponseComplete(self) -> None:
        def replace(handler):
            self.assertEqual(handler.body(), b"core")
            handler.clear()
            handler.setStatusCode(201)
            handler.setResponseHeader("Content-type", "text/html")
            handler.appendBody(b"new")

        server = DoubleServer(ScriptedService(answering()))
        server.interface.registerFilter(ScriptedFilter(responseComplete=replace))
        delivery = self.ask(server)
        self.assertEqual((delivery.status, delivery.body), (201, b"new"))
        self.assertEqual(delivery.headers, {"Content-type": "text/html"})

    def test_aServiceOfAFilterReplacesTheErrorOfTheCore(self) -> None:
        def hello(handler):
            if handler.parameter("SERVICE") == "HELLO":
                handler.clear()
                handler.setStatusCode(200)
                handler.appendBody(b"hello")

        server = DoubleServer(ScriptedService(answering()))
        server.interface.registerFilter(ScriptedFilter(responseComplete=hello))
        self.assertEqual(self.ask(server, "SERVICE=HELLO").body, b"hello")

    def test_theHandlerIsTheCurrentOneInAndOnlyInTheRequest(self) -> None:
        seen = []

        def note(handler):
            verifyObject(IRequestHandler, handler)
            seen.append(server.interface.requestHandler() is handler)
            seen.append(server.interface.getEnv("REMOTE_ADDR"))

        server = DoubleServer(ScriptedService(lambda q, r, p: seen.append(currentHandler.get() is q.handler)))
        server.interface.registerFilter(ScriptedFilter(requestReady=note))
        self.ask(server)
        self.assertEqual(seen, [True, "192.0.2.7", True])
        self.assertIs(server.interface.requestHandler(), None)


class ConcurrencyTests(Exchanged):
    def test_requestsDoNotSeeEachOther(self) -> None:
        """Two hundred requests, all of them waiting in hooks at the same time."""
        waiting: list[Deferred[None]] = []
        wrong = []

        async def hook(handler):
            mine = handler.parameter("N")
            waiting.append(Deferred())
            await waiting[-1]
            current = server.interface.requestHandler()
            if current is not handler or current.parameter("N") != mine:
                wrong.append(mine)

        def echo(request, response, project):
            response.write(request.parameters.text("N").encode())

        server = DoubleServer(ScriptedService(echo))
        server.interface.registerFilter(ScriptedFilter(requestReady=hook, responseComplete=hook))
        started = [server.start(f"SERVICE=WMS&N={n}") for n in range(200)]
        self.assertEqual(len(waiting), 200)
        while waiting:
            waiting.pop(len(waiting) // 2).callback(None)
        for n, (delivery, done) in enumerate(started):
            self.successResultOf(done)
            self.assertEqual(delivery.body, str(n).encode())
        self.assertEqual(wrong, [])

    def test_aHookThatWaitsHoldsUpItsOwnRequestOnly(self) -> None:
        server = DoubleServer(ScriptedService(answering()))
        never: Deferred[None] = Deferred()
        server.interface.registerFilter(
            ScriptedFilter(requestReady=lambda h: never if h.parameter("SLOW") else None)
        )
        _, slow = server.start("SERVICE=WMS&SLOW=1")
        self.assertEqual(self.ask(server).body, b"core")
        self.assertNoResult(slow)
        never.callback(None)
        self.successResultOf(slow)


class TimeoutTests(Exchanged):
    def test_aHookThatNeverAnswersIsCutOff(self) -> None:
        cancelled = []
        core = []
        server = DoubleServer(ScriptedService(lambda *a: core.append(1)))
        server.interface.registerFilter(
            ScriptedFilter("sleeper", requestReady=lambda h: Deferred(lambda d: cancelled.append(1)))
        )
        delivery, done = server.start()
        server.clock.advance(9.9)
        self.assertNoResult(done)
        server.clock.advance(0.2)
        self.successResultOf(done)
        self.assertEqual((delivery.status, delivery.body), (500, b"Internal Server Error"))
        self.assertEqual((cancelled, core), ([1], []))

    def test_noTimerIsLeftBehind(self) -> None:
        server = DoubleServer(ScriptedService(answering()))
        waiting: Deferred[None] = Deferred()
        server.interface.registerFilter(ScriptedFilter(requestReady=lambda h: waiting))
        _, done = server.start()
        waiting.callback(None)
        self.successResultOf(done)
        self.assertEqual(server.clock.getDelayedCalls(), [])

    def test_aLateFailureIsNotLoggedAsUnhandled(self) -> None:
        server = DoubleServer(ScriptedService(answering()))
        stubborn: Deferred[None] = Deferred()
        stubborn.cancel = lambda: None  # type: ignore[method-assign]
        server.interface.registerFilter(ScriptedFilter(requestReady=lambda h: stubborn))
        delivery, done = server.start()
        server.clock.advance(11)
        self.successResultOf(done)
        stubborn.errback(RuntimeError("late"))
        self.assertEqual(delivery.status, 500)


class CancellationTests(Exchanged):
    def test_theWorkOfTheServiceIsCancelledAndFiltersAreToldOfTheEnd(self) -> None:
        cancelled, seen = [], []
        server = DoubleServer(ScriptedService(lambda *a: Deferred(lambda d: cancelled.append("work"))))
        server.interface.registerFilter(ScriptedFilter(responseComplete=lambda h: seen.append(h.isLost)))
        delivery, done = server.start()
        done.cancel()
        self.successResultOf(done)
        self.assertEqual((cancelled, seen), (["work"], [True]))
        self.assertFalse(delivery.isBegun)

    def test_aHookIsCancelled(self) -> None:
        cancelled = []
        server = DoubleServer(ScriptedService(answering()))
        server.interface.registerFilter(
            ScriptedFilter(requestReady=lambda h: Deferred(lambda d: cancelled.append(1)))
        )
        delivery, done = server.start()
        done.cancel()
        self.successResultOf(done)
        self.assertEqual(cancelled, [1])
        self.assertEqual(server.clock.getDelayedCalls(), [])
        self.assertFalse(delivery.isBegun)

    def test_aDeferredThatAFilterCancelsItselfIsItsFailure(self) -> None:
        server = DoubleServer(ScriptedService(answering()))
        mine: Deferred[None] = Deferred()
        server.interface.registerFilter(ScriptedFilter(requestReady=lambda h: mine))
        delivery, done = server.start()
        mine.cancel()
        self.successResultOf(done)
        self.assertEqual(delivery.status, 500)
        self.assertEqual(len(self.flushLoggedErrors()), 1)


class ScopeTests(Exchanged):
    def test_requestsWaitForTheScopeAndAlwaysLeaveIt(self) -> None:
        from twisted.internet.defer import DeferredLock
        from zope.interface import implementer

        from ogctwist.server.filters import IRequestScope

        @implementer(IRequestScope)
        class One:
            lock = DeferredLock()

            def enter(self, handler):
                return self.lock.acquire()

            def serving(self, handler):
                pass

            def completed(self, handler):
                pass

            def leave(self, handler):
                self.lock.release()

        running = []
        server = DoubleServer(ScriptedService(lambda q, r, p: running.append(Deferred()) or running[-1]))
        server.server.addScope(One(), "tested")
        started = [server.start() for _ in range(4)]
        self.assertEqual(len(running), 1)
        running[0].errback(InvalidParameterValue("no"))
        self.assertEqual(len(running), 2)
        started[2][1].cancel()
        started[1][1].cancel()
        self.assertEqual(len(running), 3)
        running[2].callback(None)
        self.assertFalse(One.lock.locked)
        self.successResultOf(started[0][1])
        self.successResultOf(started[1][1])
        self.successResultOf(started[3][1])
        started[2][1].addErrback(lambda f: None)
