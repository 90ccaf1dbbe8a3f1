"""Numbers to text: kernel, twin and C's own formatting say the same."""

from __future__ import annotations

import os
from unittest import skipUnless

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.native import kernel, numbers

#: How many numbers are compared; CI asks for a million.
SAMPLE = int(os.environ.get("OGCTWIST_SAMPLE", "40000"))


def spelled(value: float, precision: int) -> str:
    """What the text has to be, by Python's rounding, which is C's."""
    text = f"{value:.{precision}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def sample(n: int) -> np.ndarray:
    """Numbers of many sizes: projected and geographic coordinates, ties, near-integers, extremes."""
    random = np.random.default_rng(20)
    share = n // 5
    return np.concatenate(
        [
            random.uniform(-7e6, 7e6, share),
            random.uniform(-180, 180, share),
            random.normal(0, 1, share) * 10.0 ** random.integers(-14, 20, share),
            random.integers(-(10**9), 10**9, share) / 2.0 ** random.integers(0, 12, share),
            np.round(random.uniform(-1e6, 1e6, share), 3) + random.choice([0, 5e-10, -5e-10], share),
            [0.0, -0.0, 0.5, 1.5, 2.5, -0.5, 0.125, 0.375, 999999.9999999999, 9.99999999, -1e-9],
            [5e-324, 1.7e308, -1.7e308, 2.0**53, 2.0**63, 2.0**64, 1e22, 9007199254740993.0],
        ]
    )


class FixedTests(SynchronousTestCase):
    """L{numbers.fixedText}."""

    def check(self, make, values, precisions) -> None:
        for precision in precisions:
            got = make(values, precision).to_pylist()
            wanted = [spelled(value, precision) for value in values.tolist()]
            self.assertEqual([(g, w) for g, w in zip(got, wanted, strict=True) if g != w][:5], [])

    def test_twin(self) -> None:
        """The twin writes what C writes."""
        self.check(numbers.fixedByTwin, sample(SAMPLE // 4), range(0, 16, 3))

    @skipUnless(kernel.AVAILABLE, "the kernel is not built")
    def test_kernel(self) -> None:
        """So does the kernel."""
        self.check(numbers.fixedByKernel, sample(SAMPLE // 4), range(0, 16, 3))

    @skipUnless(kernel.AVAILABLE, "the kernel is not built")
    def test_sameBytes(self) -> None:
        """Kernel and twin agree on every number at every precision."""
        values = sample(SAMPLE)
        for precision in range(16):
            mine, other = (f(values, precision) for f in (numbers.fixedByKernel, numbers.fixedByTwin))
            self.assertTrue(mine.equals(other), f"at {precision} digits")

    @given(st.floats(), st.integers(0, 15))
    @settings(max_examples=300, deadline=None)
    def test_anyDouble(self, value: float, precision: int) -> None:
        """Any double, of any bits."""
        values = np.array([value])
        wanted = [spelled(value, precision)]
        self.assertEqual(numbers.fixedByTwin(values, precision).to_pylist(), wanted)
        self.assertEqual(numbers.fixedText(values, precision).to_pylist(), wanted)

    def test_noMinusZero(self) -> None:
        """What rounds to zero has no sign."""
        self.assertEqual(
            numbers.fixedText(np.array([-0.0, -0.004, -0.006]), 2).to_pylist(), ["0", "0", "-0.01"]
        )

    def test_empty(self) -> None:
        """No numbers, no text; a strided view is as good as an array."""
        self.assertEqual(numbers.fixedText(np.empty(0), 3).to_pylist(), [])
        self.assertEqual(numbers.fixedText(np.arange(6.0)[::2], 3).to_pylist(), ["0", "2", "4"])
