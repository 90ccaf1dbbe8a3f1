"""The byte-budgeted cache."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.cache.lru import ByteBudgetCache

COST = 600


class CacheTests(SynchronousTestCase):
    def test_theLeastRecentlyUsedLeaves(self) -> None:
        cache: ByteBudgetCache[str] = ByteBudgetCache(4_000)
        for group in "abcd":
            self.assertTrue(cache.put(group, "", group, COST))
        self.assertEqual(cache.get("a"), "a")
        cache.put("e", "", "e", COST)
        self.assertIs(cache.get("b"), None)
        self.assertEqual([cache.get(group) for group in "acde"], ["a", "c", "d", "e"])

    def test_whatIsTooLargeIsNotKept(self) -> None:
        cache: ByteBudgetCache[str] = ByteBudgetCache(4_000)
        cache.put("a", "", "old", 1)
        self.assertFalse(cache.put("a", "", "new", 1_001))
        self.assertIs(cache.get("a"), None)
        self.assertFalse(ByteBudgetCache(0).put("a", "", "x", 0))

    def test_variantsOnlyPushOutTheirOwnKind(self) -> None:
        """A client that makes up Host headers does not empty the cache of others."""
        cache: ByteBudgetCache[str] = ByteBudgetCache(1_000_000, variants=3)
        cache.put("other", "", "kept", COST)
        for host in range(500):
            cache.put("capabilities", f"host{host}", str(host), COST)
        self.assertEqual(cache.get("other"), "kept")
        self.assertEqual(
            [cache.get("capabilities", f"host{n}") for n in (496, 497, 499)], [None, "497", "499"]
        )
        self.assertEqual(len(cache), 4)

    def test_removing(self) -> None:
        cache: ByteBudgetCache[str] = ByteBudgetCache(100_000)
        cache.put(("a", 1), "x", "1", COST)
        cache.put(("a", 2), "x", "2", COST)
        cache.put(("b", 1), "x", "3", COST)
        self.assertTrue(cache.remove(("b", 1), "x"))
        self.assertFalse(cache.remove(("b", 1), "x"))
        self.assertEqual(cache.removeGroups(lambda group: group[0] == "a"), 2)
        self.assertEqual((len(cache), cache.counts.bytes, cache.counts.entries), (0, 0, 0))

    def test_counts(self) -> None:
        cache: ByteBudgetCache[str] = ByteBudgetCache(100_000)
        cache.get("a")
        cache.put("a", "", "1", COST)
        cache.get("a")
        self.assertEqual((cache.counts.hits, cache.counts.misses, cache.counts.entries), (1, 1, 1))
        cache.clear()
        self.assertEqual((len(cache), cache.counts.bytes), (0, 0))

    @given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9), st.integers(0, 1_500))))
    def test_theBudgetHolds(self, puts) -> None:
        cache: ByteBudgetCache[int] = ByteBudgetCache(8_000, variants=4)
        for group, variant, cost in puts:
            kept = cache.put(group, variant, cost, cost)
            self.assertEqual(cache.get(group, variant), cost if kept else None)
            self.assertLessEqual(cache.counts.bytes, 8_000)
            self.assertEqual(cache.counts.entries, len(cache))
            self.assertLessEqual(len(cache), 12)
        cache.removeGroups(lambda group: True)
        self.assertEqual(cache.counts.bytes, 0)
