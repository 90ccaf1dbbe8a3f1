"""What every IServerCacheFilter must hold to."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import maybeDeferred
from zope.interface.verify import verifyObject

from ogctwist.interfaces import IServerCacheFilter
from tests.doubles.server import projectOf


class ServerCacheSuite:
    """Mix into a TestCase, and say how to make the cache."""

    project = projectOf("/a.qgs")
    other = projectOf("/b.qgs")

    def makeCache(self) -> Any:
        raise NotImplementedError

    def setUp(self) -> None:
        self.cache = self.makeCache()

    def call(self, hook: str, *arguments: Any) -> Any:
        return self.successResultOf(maybeDeferred(getattr(self.cache, hook), *arguments))

    def test_itProvidesTheInterface(self) -> None:
        verifyObject(IServerCacheFilter, self.cache)

    def test_aMissIsEmpty(self) -> None:
        for kind in ("Document", "Image"):
            self.assertEqual(self.call(f"getCached{kind}", self.project, None, "key"), b"")

    def test_whatWasTakenIsThere(self) -> None:
        for kind, data in (("Document", b"<a/>"), ("Image", b"\x89PNG")):
            taken = self.call(f"setCached{kind}", data, self.project, None, "key")
            self.assertIsInstance(taken, bool)
            if taken:
                self.assertEqual(self.call(f"getCached{kind}", self.project, None, "key"), data)
            self.assertEqual(self.call(f"getCached{kind}", self.project, None, "another"), b"")
            self.assertEqual(self.call(f"getCached{kind}", self.other, None, "key"), b"")

    def test_documentsAndImagesAreApart(self) -> None:
        self.call("setCachedDocument", b"<a/>", self.project, None, "key")
        self.assertEqual(self.call("getCachedImage", self.project, None, "key"), b"")

    def test_deleting(self) -> None:
        for kind, data in (("Document", b"<a/>"), ("Image", b"\x89PNG")):
            taken = self.call(f"setCached{kind}", data, self.project, None, "key")
            self.assertEqual(self.call(f"deleteCached{kind}", self.project, None, "key"), taken)
            self.assertEqual(self.call(f"deleteCached{kind}", self.project, None, "key"), False)
            self.assertEqual(self.call(f"getCached{kind}", self.project, None, "key"), b"")

    def test_deletingAll(self) -> None:
        for kind, data in (("Document", b"<a/>"), ("Image", b"\x89PNG")):
            self.call(f"setCached{kind}", data, self.project, None, "key")
            self.call(f"setCached{kind}", data, self.other, None, "key")
            self.assertIs(self.call(f"deleteCached{kind}s", self.project), True)
            self.assertEqual(self.call(f"getCached{kind}", self.project, None, "key"), b"")
        if self.call("setCachedDocument", b"<a/>", self.other, None, "key"):
            self.assertEqual(self.call("getCachedDocument", self.other, None, "key"), b"<a/>")
