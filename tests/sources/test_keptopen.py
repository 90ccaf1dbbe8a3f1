"""What is kept open stays within bounds."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.sources.keptopen import Idle, Kept


class KeptTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.kept: Kept[str, str] = Kept(2)

    def test_theSameForTheSameKey(self) -> None:
        self.assertEqual(self.kept.get("a", lambda: "A"), "A")
        self.assertEqual(self.kept.get("a", lambda: self.fail("made twice")), "A")

    def test_theLeastRecentlyUsedGoes(self) -> None:
        for key in ("a", "b", "a", "c"):
            self.kept.get(key, key.upper)
        self.assertEqual(self.kept.get("a", lambda: "new"), "A")
        self.assertEqual(self.kept.get("b", lambda: "new"), "new")

    def test_clear(self) -> None:
        self.kept.get("a", lambda: "A")
        self.kept.clear()
        self.assertEqual(self.kept.get("a", lambda: "new"), "new")


class IdleTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.closed: list[str] = []
        self.idle: Idle[str] = Idle(3, self.closed.append)

    def test_takenOnce(self) -> None:
        self.idle.give("key", 1, "thing")
        self.assertEqual(self.idle.take("key", 1), "thing")
        self.assertIsNone(self.idle.take("key", 1))
        self.assertEqual(self.closed, [])

    def test_theLastGivenFirst(self) -> None:
        for thing in ("a", "b"):
            self.idle.give("key", 1, thing)
        self.assertEqual([self.idle.take("key", 1), self.idle.take("key", 1)], ["b", "a"])

    def test_otherKeysStay(self) -> None:
        self.idle.give("other", 1, "a")
        self.assertIsNone(self.idle.take("key", 1))
        self.assertEqual(self.idle.take("other", 1), "a")

    def test_whatIsStaleIsClosed(self) -> None:
        for stamp in (1, 2):
            self.idle.give("key", stamp, f"v{stamp}")
        self.assertEqual(self.idle.take("key", 2), "v2")
        self.assertEqual(self.closed, ["v1"])
        self.assertEqual(len(self.idle), 0)

    def test_theOldestGoes(self) -> None:
        for n in range(5):
            self.idle.give(n, 1, str(n))
        self.assertEqual((self.closed, len(self.idle)), (["0", "1"], 3))

    def test_close(self) -> None:
        self.idle.give("key", 1, "a")
        self.idle.close()
        self.idle.give("key", 1, "b")
        self.assertEqual((self.closed, len(self.idle)), (["a", "b"], 0))
