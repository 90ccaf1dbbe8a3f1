"""What is kept open stays within bounds."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.sources.keptopen import KeptOpen


class KeptOpenTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.closed: list[str] = []
        self.kept: KeptOpen[str, str] = KeptOpen(2, self.closed.append)

    def test_theSameForTheSameKey(self) -> None:
        self.assertEqual(self.kept.get("a", lambda: "A"), "A")
        self.assertEqual(self.kept.get("a", lambda: self.fail("made twice")), "A")

    def test_theLeastRecentlyUsedGoes(self) -> None:
        for key in ("a", "b", "a", "c"):
            self.kept.get(key, key.upper)
        self.assertEqual(self.closed, ["B"])

    def test_clear(self) -> None:
        self.kept.get("a", lambda: "A")
        self.kept.clear()
        self.assertEqual(self.closed, ["A"])
        self.assertEqual(self.kept.get("a", lambda: "new"), "new")

    def test_withoutClosing(self) -> None:
        kept: KeptOpen[int, int] = KeptOpen(1)
        self.assertEqual([kept.get(n, lambda n=n: n) for n in (1, 2)], [1, 2])
        kept.clear()
