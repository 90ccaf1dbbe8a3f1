"""Documents and images that were made before: plugin_semantics 9 and 10."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.cache.documents import DocumentCache, DocumentKey
from ogctwist.cache.lru import ByteBudgetCache
from ogctwist.server.hooks import HookCaller
from ogctwist.server.registrations import Registrations
from tests.doubles.caches import MemoryServerCache
from tests.doubles.server import projectOf

PROJECT = projectOf()
CAPABILITIES = DocumentKey("WMS", "1.3.0", "GetCapabilities", (("URL", "http://a/?MAP=x"),))
DESCRIBED = DocumentKey("WFS", "1.1.0", "DescribeFeatureType", (("TYPENAME", "a,b"),))
LEGEND = DocumentKey("WMS", "1.3.0", "GetLegendGraphic", (("LAYER", "a"),))


def requestOf(accessKey: str | None = "") -> Any:
    return SimpleNamespace(cacheKey=lambda project: succeed(accessKey), handler=object())


class DocumentCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.clock = Clock()
        self.registrations: Registrations = Registrations()
        self.cache = DocumentCache(self.registrations, HookCaller(self.clock, 10), ByteBudgetCache(1_000_000))

    def get(self, key: DocumentKey = CAPABILITIES, accessKey: str | None = "", project=PROJECT) -> Any:
        return self.successResultOf(
            Deferred.fromCoroutine(self.cache.getDocument(requestOf(accessKey), project, key))
        )

    def put(
        self, key: DocumentKey = CAPABILITIES, accessKey: str | None = "", document=b"<a/>", project=PROJECT
    ):
        self.successResultOf(
            Deferred.fromCoroutine(self.cache.putDocument(requestOf(accessKey), project, key, document))
        )

    def getImage(self, accessKey: str | None = "") -> Any:
        return self.successResultOf(
            Deferred.fromCoroutine(self.cache.getImage(requestOf(accessKey), PROJECT, LEGEND))
        )

    def putImage(self, accessKey: str | None = "", image: bytes = b"png") -> None:
        self.successResultOf(
            Deferred.fromCoroutine(self.cache.putImage(requestOf(accessKey), PROJECT, LEGEND, image))
        )


class MemoryTests(DocumentCase):
    def test_capabilitiesAreKept(self) -> None:
        self.assertIs(self.get(), None)
        self.put()
        self.assertEqual(self.get(), b"<a/>")

    def test_otherDocumentsAreNot(self) -> None:
        self.put(DESCRIBED)
        self.assertIs(self.get(DESCRIBED), None)

    def test_rightsPartitionTheCache(self) -> None:
        self.put(accessKey="admin", document=b"<secret/>")
        self.assertIs(self.get(accessKey="guest"), None)
        self.assertIs(self.get(accessKey=""), None)
        self.assertEqual(self.get(accessKey="admin"), b"<secret/>")

    def test_withoutAnAccessKeyNothingIsCached(self) -> None:
        self.put(accessKey=None)
        self.put(accessKey="")
        self.assertIs(self.get(accessKey=None), None)

    def test_everythingElsePartitionsItToo(self) -> None:
        self.put()
        other = [
            DocumentKey("WFS", "1.3.0", "GetCapabilities", CAPABILITIES.variant),
            DocumentKey("WMS", "1.1.1", "GetCapabilities", CAPABILITIES.variant),
            DocumentKey("WMS", "1.3.0", "GetCapabilities", (("URL", "http://b/"),)),
        ]
        for key in other:
            self.assertIs(self.get(key), None)
        self.assertIs(self.get(project=projectOf(version="2")), None)
        self.assertIs(self.get(project=projectOf("/b.qgs")), None)

    def test_forget(self) -> None:
        self.put()
        self.put(project=projectOf("/b.qgs"))
        self.assertEqual(self.cache.forget(PROJECT.path), 1)
        self.assertIs(self.get(), None)
        self.assertEqual(self.get(project=projectOf("/b.qgs")), b"<a/>")


class FilterTests(DocumentCase):
    def test_theFirstAnswerWins(self) -> None:
        first, second, third = MemoryServerCache(), MemoryServerCache(), MemoryServerCache()
        for priority, each in enumerate((first, second, third)):
            self.registrations.add(each, priority)
        second.images[PROJECT.path, LEGEND.text("")] = b"png"
        self.assertEqual(self.getImage(), b"png")
        self.assertEqual((first.events, third.events), (["getCachedImage"], []))

    def test_settingStopsAtTheFirstThatTakesIt(self) -> None:
        first, second, third = MemoryServerCache(takes=False), MemoryServerCache(), MemoryServerCache()
        for priority, each in enumerate((first, second, third)):
            self.registrations.add(each, priority)
        self.putImage()
        self.assertEqual((len(first.images), len(second.images), third.events), (0, 1, []))
        self.assertEqual(self.getImage(), b"png")

    def test_documentsAreOfferedAndAsked(self) -> None:
        cache = MemoryServerCache()
        self.registrations.add(cache)
        self.put(DESCRIBED)
        self.assertEqual(self.get(DESCRIBED), b"<a/>")

    def test_aHitInMemoryCallsNoFilter(self) -> None:
        cache = MemoryServerCache()
        self.registrations.add(cache)
        self.put()
        cache.events.clear()
        self.get()
        self.assertEqual(cache.events, [])

    def test_whatIsNotXmlIsAMiss(self) -> None:
        cache = MemoryServerCache()
        self.registrations.add(cache)
        for broken in (b"not xml", b"<a>", b""):
            cache.documents[PROJECT.path, DESCRIBED.text("")] = broken
            self.assertIs(self.get(DESCRIBED), None)

    def test_rightsPartitionFiltersToo(self) -> None:
        self.registrations.add(MemoryServerCache())
        self.putImage("admin")
        self.assertIs(self.getImage("guest"), None)
        self.assertIs(self.getImage(None), None)
        self.assertEqual(self.getImage("admin"), b"png")

    def test_aCacheThatFailsIsNoCache(self) -> None:
        broken = MemoryServerCache()
        broken.getCachedImage = lambda *a: 1 / 0  # type: ignore[method-assign]
        broken.setCachedImage = lambda *a: None  # type: ignore[method-assign]
        wrong = MemoryServerCache()
        wrong.getCachedImage = lambda *a: "text"  # type: ignore[method-assign]
        good = MemoryServerCache()
        for priority, each in enumerate((broken, wrong, good)):
            self.registrations.add(each, priority)
        wrong.takes = False
        self.putImage()
        self.assertEqual(self.getImage(), b"png")
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)

    def test_deferredsAndTimeouts(self) -> None:
        slow = MemoryServerCache()
        slow.getCachedImage = lambda *a: Deferred()  # type: ignore[method-assign]
        quick = MemoryServerCache()
        quick.getCachedImage = lambda *a: succeed(b"png")  # type: ignore[method-assign]
        self.registrations.add(slow, 0)
        self.registrations.add(quick, 1)
        found = Deferred.fromCoroutine(self.cache.getImage(requestOf(), PROJECT, LEGEND))
        self.assertNoResult(found)
        self.clock.advance(11)
        self.assertEqual(self.successResultOf(found), b"png")
        self.flushLoggedErrors()

    def test_deleteAll(self) -> None:
        cache = MemoryServerCache()
        self.registrations.add(cache)
        self.put()
        self.putImage()
        self.successResultOf(Deferred.fromCoroutine(self.cache.deleteAll(PROJECT)))
        self.assertIs(self.get(), None)
        self.assertIs(self.getImage(), None)

    def test_keysCanBeReadAndTellEverythingApart(self) -> None:
        self.assertEqual(
            CAPABILITIES.text("role"),
            "SERVICE=WMS&VERSION=1.3.0&REQUEST=GetCapabilities&URL=http://a/%3FMAP%3Dx&ACCESS=role",
        )
        sneaky = DocumentKey("WMS", "1.3.0", "GetCapabilities", (("URL", "x&ACCESS=admin"),))
        self.assertNotIn("&ACCESS=admin", sneaky.text("guest"))
