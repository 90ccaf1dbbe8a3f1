"""Tests of composition."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.canvas.compose import OPERATORS, compose


def one(red: int, green: int, blue: int, alpha: int) -> np.ndarray:
    word = np.array([[alpha << 24 | red << 16 | green << 8 | blue]], np.uint32)
    return word.view(np.uint8).reshape(1, 1, 4).copy()


def word(picture: np.ndarray) -> list[int]:
    value = int(picture.view(np.uint32)[0, 0, 0])
    return [value >> 16 & 255, value >> 8 & 255, value & 255, value >> 24]


class ComposeTests(SynchronousTestCase):
    def test_over(self):
        below = one(0, 0, 255, 255)
        self.assertIs(compose(below, one(128, 0, 0, 128)), below)
        self.assertEqual(word(below), [128, 0, 127, 255])

    def test_opacity(self):
        self.assertEqual(word(compose(one(0, 0, 0, 0), one(255, 255, 255, 255), 0.5)), [128] * 4)

    def test_separableModes(self):
        below, above = (200, 100, 50, 255), (100, 200, 250, 255)
        pairs = list(zip(below[:3], above[:3], strict=True))
        expected = {
            1: [max(a, b) for a, b in pairs],
            2: [a + b - a * b / 255 for a, b in pairs],
            4: [min(a + b, 255) for a, b in pairs],
            5: [min(a, b) for a, b in pairs],
            6: [a * b / 255 for a, b in pairs],
            11: [abs(a - b) for a, b in pairs],
            12: [a + b - 2 * a * b / 255 for a, b in pairs],
        }
        for mode, values in expected.items():
            result = word(compose(one(*below), one(*above), 1, mode))
            for got, want in zip(result, values, strict=False):
                self.assertLessEqual(abs(got - want), 1.5, f"mode {mode}")

    def test_unknownModeIsNormal(self):
        self.assertEqual(word(compose(one(0, 0, 0, 255), one(9, 8, 7, 255), 1, 99)), [9, 8, 7, 255])

    def test_sizesMustAgree(self):
        self.assertRaises(ValueError, compose, np.zeros((1, 2, 4), np.uint8), np.zeros((2, 1, 4), np.uint8))

    @given(st.sampled_from(sorted(OPERATORS)), st.integers(0, 255), st.integers(0, 255))
    def test_staysPremultiplied(self, mode, first, second):
        result = word(compose(one(first, 0, first, first), one(second, second, 0, second), 1, mode))
        self.assertLessEqual(max(result[:3]), result[3] + 1)
