"""Streamed answers through the filters: plugin_semantics 3."""

from __future__ import annotations

from functools import partial

from twisted.internet.defer import Deferred, succeed
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from ogctwist.interfaces import IStreamedBody, OWSException
from ogctwist.server.current import currentHandler
from ogctwist.server.streamed import FilteredBody
from tests.doubles.delivery import MemoryDelivery
from tests.doubles.filters import ScriptedFilter
from tests.doubles.server import DoubleServer, ListedBody, ScriptedService, streaming


class StreamTests(SynchronousTestCase):
    def server(self, body: ListedBody, *filters: ScriptedFilter) -> DoubleServer:
        server = DoubleServer(ScriptedService(streaming(body), "WFS", "1.1.0"))
        for priority, each in enumerate(filters):
            server.interface.registerFilter(each, priority)
        return server

    def ask(self, server: DoubleServer, delivery: MemoryDelivery | None = None) -> MemoryDelivery:
        delivery, done = server.start("SERVICE=WFS", delivery=delivery)
        self.successResultOf(done)
        return delivery

    def test_theBodyIsOne(self) -> None:
        async def complete() -> None:
            pass

        verifyObject(IStreamedBody, FilteredBody(ListedBody(), [], None, complete))  # type: ignore[arg-type]

    def test_withoutFilters(self) -> None:
        body = ListedBody(b"a", succeed(b"b"), b"", b"c")
        delivery = self.ask(self.server(body))
        self.assertEqual(delivery.body, b"abc</end>")
        self.assertEqual(delivery.headers["Content-Type"], "text/xml")
        self.assertTrue(delivery.isFinished)
        self.assertFalse(delivery.wasSentWhole)
        self.assertEqual(body.closed, 1)

    def test_sendResponseSeesEachChunkAndNeverTheTail(self) -> None:
        seen = []

        def note(handler):
            seen.append((handler.body(), handler.headersSent()))

        watching = ScriptedFilter(sendResponse=note, responseComplete=note)
        delivery = self.ask(self.server(ListedBody(b"a", succeed(b"b"), b"", b"c"), watching))
        self.assertEqual(seen, [(b"a", False), (b"b", True), (b"c", True), (b"</end>", True)])
        self.assertEqual(delivery.body, b"abc</end>")
        self.assertEqual([hook for _, hook in watching.events].count("sendResponse"), 3)

    def test_aChunkMayBeReplacedOrCleared(self) -> None:
        def change(handler):
            body = handler.body()
            handler.clearBody()
            if body != b"b":
                handler.appendBody(body.upper())

        delivery = self.ask(self.server(ListedBody(b"a", b"b", b"c"), ScriptedFilter(sendResponse=change)))
        self.assertEqual(delivery.body, b"AC</end>")

    def test_headersMayBeChangedBeforeTheFirstChunkLeaves(self) -> None:
        def change(handler):
            handler.setResponseHeader("X-Chunk", handler.body().decode())

        delivery = self.ask(self.server(ListedBody(b"a", b"b"), ScriptedFilter(sendResponse=change)))
        self.assertEqual(delivery.headers["X-Chunk"], "a")

    def test_falseKeepsTheBufferAndStopsLaterFilters(self) -> None:
        """A filter can so collect the whole stream and rewrite it at the end."""

        def rewrite(handler):
            self.assertFalse(handler.headersSent())
            body = handler.body()
            handler.clear()
            handler.setResponseHeader("Content-Type", "text/csv")
            handler.appendBody(body[::-1])

        events: list = []
        collecting = ScriptedFilter("a", events, sendResponse=lambda h: False, responseComplete=rewrite)
        delivery = self.ask(self.server(ListedBody(b"1", b"2"), collecting, ScriptedFilter("b", events)))
        self.assertEqual(delivery.body, b">dne/<21")
        self.assertTrue(delivery.wasSentWhole)
        self.assertEqual(delivery.headers, {"Content-Type": "text/csv"})
        self.assertNotIn(("b", "sendResponse"), events)
        self.assertEqual(events.count(("a", "responseComplete")), 1)

    def test_filtersMayWait(self) -> None:
        waits: list[Deferred[None]] = []

        def wait(handler):
            waits.append(Deferred())
            return waits[-1]

        body = ListedBody(b"a", b"b", b"c")
        delivery, done = self.server(body, ScriptedFilter(sendResponse=wait)).start("SERVICE=WFS")
        self.assertEqual((body.asked, delivery.isBegun), (1, False))
        waits[0].callback(None)
        self.assertEqual((body.asked, delivery.body), (2, b"a"))
        waits[1].callback(None)
        waits[2].callback(None)
        self.successResultOf(done)
        self.assertEqual(delivery.body, b"abc</end>")

    def test_aPrefixGoesFirst(self) -> None:
        for filters in ((), (ScriptedFilter(),)):
            for chunk in (b"a", succeed(b"a")):
                server = self.server(ListedBody(chunk), *filters)
                execute = server.server.services.getService("WFS").executeRequest

                def prefixed(request, response, project, execute=execute):
                    response.write(b"head ")
                    execute(request, response, project)

                server.server.services.getService("WFS").executeRequest = prefixed
                self.assertEqual(self.ask(server).body, b"head a</end>")

    def test_anEmptyBodyIsSentWhole(self) -> None:
        delivery = self.ask(self.server(ListedBody(tail=b"<none/>"), ScriptedFilter()))
        self.assertEqual(delivery.body, b"<none/>")
        self.assertTrue(delivery.wasSentWhole)

    def test_aFailureBeforeTheFirstByteIsAReport(self) -> None:
        failing: Deferred[bytes] = Deferred()
        body = ListedBody(b"", failing)
        watching = ScriptedFilter()
        delivery, done = self.server(body, watching).start("SERVICE=WFS")
        failing.errback(OWSException("no such field", "InvalidParameterValue"))
        self.successResultOf(done)
        self.assertEqual(delivery.status, 400)
        self.assertIn(b"ServiceExceptionReport", delivery.body)
        self.assertEqual(body.closed, 1)
        self.assertEqual([hook for _, hook in watching.events].count("responseComplete"), 1)

    def test_aFailureAfterTheFirstByteCutsTheConnection(self) -> None:
        body = ListedBody(b"a", RuntimeError("secret"))
        watching = ScriptedFilter()
        delivery = self.ask(self.server(body, watching))
        self.assertEqual(delivery.status, 200)
        self.assertTrue(delivery.isAborted)
        self.assertFalse(delivery.isFinished)
        self.assertEqual(body.closed, 1)
        self.assertEqual([hook for _, hook in watching.events].count("responseComplete"), 1)
        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)

    def test_sendResponseFails(self) -> None:
        def crash(handler, bad):
            if handler.body() == bad:
                raise RuntimeError("secret")

        for bad, begun in ((b"a", False), (b"b", True)):
            body = ListedBody(b"a", b"b")
            delivery = self.ask(self.server(body, ScriptedFilter(sendResponse=partial(crash, bad=bad))))
            self.assertEqual(delivery.isAborted, begun)
            self.assertNotIn(b"secret", delivery.body)
            self.assertEqual((delivery.status, body.closed), (200 if begun else 500, 1))
            self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)

    def test_responseCompleteFailsWhenTheAnswerHasBegun(self) -> None:
        """Half a document must not look like a whole one."""

        def crash(handler):
            raise RuntimeError("secret")

        delivery = self.ask(self.server(ListedBody(b"a"), ScriptedFilter(responseComplete=crash)))
        self.assertTrue(delivery.isAborted)
        self.flushLoggedErrors()

    def test_anExceptionSetInSendResponseBeforeTheFirstByte(self) -> None:
        body = ListedBody(b"a", b"b")
        stop = ScriptedFilter(sendResponse=lambda h: h.setServiceException(OWSException("stop", status=403)))
        delivery = self.ask(self.server(body, stop))
        self.assertEqual(delivery.status, 403)
        self.assertIn(b"stop", delivery.body)
        self.assertNotIn(b"</end>", delivery.body)
        self.assertEqual((body.asked, body.closed), (1, 1))

    def test_headRunsNoStream(self) -> None:
        body = ListedBody(b"a", b"b", b"c")
        watching = ScriptedFilter()
        delivery = self.ask(self.server(body, watching), MemoryDelivery(wantsBody=False))
        self.assertEqual((body.asked, body.closed), (1, 1))
        self.assertTrue(delivery.isFinished)
        self.assertEqual(watching.events[-1][1], "responseComplete")

    def test_aClientThatGoesTakesTheWorkWithIt(self) -> None:
        cancelled = []
        body = ListedBody(b"a", Deferred(lambda d: cancelled.append(1)))
        seen = []
        watching = ScriptedFilter(responseComplete=lambda h: seen.append(h.isLost))
        delivery, done = self.server(body, watching).start("SERVICE=WFS")
        self.assertEqual(delivery.body, b"a")
        done.cancel()
        self.successResultOf(done)
        self.assertEqual((cancelled, body.closed, seen), ([1], 1, [True]))
        self.assertFalse(delivery.isFinished)

    def test_aClientThatGoesWhileTheBodyWaits(self) -> None:
        """What the delivery itself tells the producer comes before the Deferred is cancelled."""
        cancelled = []
        body = ListedBody(b"a", Deferred(lambda d: cancelled.append(1)))
        watching = ScriptedFilter()
        delivery, done = self.server(body, watching).start("SERVICE=WFS")
        delivery.lose()
        self.successResultOf(done)
        self.assertEqual((cancelled, body.closed), ([1], 1))
        self.assertEqual(watching.events[-1][1], "responseComplete")

    def test_chunksAreMadeInTheContextOfTheRequest(self) -> None:
        seen = []
        gate: Deferred[bytes] = Deferred()

        class Watching(ListedBody):
            def _walk(self, chunks):
                for chunk in chunks:
                    seen.append(currentHandler.get())
                    yield chunk

        server = self.server(Watching(gate, b"b"))
        handlers = []
        server.interface.registerFilter(ScriptedFilter(requestReady=handlers.append))
        _, done = server.start("SERVICE=WFS")
        gate.callback(b"a")
        self.successResultOf(done)
        self.assertEqual(seen, handlers * 2)
        self.assertIs(currentHandler.get(), None)
