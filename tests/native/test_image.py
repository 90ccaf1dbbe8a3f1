"""The kernel's image rows against their twins."""

from __future__ import annotations

import numpy as np
from twisted.trial.unittest import SkipTest, SynchronousTestCase

from ogctwist.encoders.png import encodePng
from ogctwist.native import kernel


def premultiplied(random: np.random.Generator, height: int, width: int, colours: int) -> np.ndarray:
    """A picture of some colours with all kinds of alpha."""
    alpha = random.choice(np.array([0, 1, 7, 128, 254, 255], np.uint8), colours)
    table = np.zeros((colours, 4), np.uint8)
    table[:, 3] = alpha
    table[:, :3] = random.random((colours, 3)) * alpha[:, None]
    return table[random.integers(0, colours, (height, width))]


class RowTests(SynchronousTestCase):
    def setUp(self) -> None:
        if not kernel.AVAILABLE:
            raise SkipTest("the kernel was not built")

    def test_sameFiles(self) -> None:
        """Byte for byte, for palettes, for true colours with and without alpha, for photographs."""
        random = np.random.default_rng(5)
        for colours in (1, 2, 5, 255, 256, 257, 5000):
            for height, width in ((1, 1), (7, 13), (64, 50)):
                picture = premultiplied(random, height, width, colours)
                smooth = np.repeat(picture, 9, axis=1)
                solid = picture.copy()
                solid[..., 3] = 255
                for made in (picture, np.ascontiguousarray(smooth), solid):
                    self.patch(kernel, "AVAILABLE", True)
                    ours = encodePng(made)
                    self.patch(kernel, "AVAILABLE", False)
                    self.assertEqual(ours, encodePng(made))
