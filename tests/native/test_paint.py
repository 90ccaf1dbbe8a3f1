"""The kernel's pictures against cairo's, and what it must survive."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SkipTest, SynchronousTestCase

from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.coats import Coat, Stamps
from ogctwist.canvas.ink import Color, Pen
from ogctwist.canvas.paths import Paths
from ogctwist.canvas.sprites import Sprite
from ogctwist.native import kernel

SIZE = 80
WHITE = Color(1, 1, 1)


def paths(*rings, closed: bool | None = True) -> Paths:
    """One part of some rings."""
    coords = np.array([point for ring in rings for point in ring], float).reshape(-1, 2)
    counts = [len(ring) for ring in rings]
    return Paths(coords, np.cumsum([0, *counts]), np.array([0, len(rings)]), closed)


class PaintTests(SynchronousTestCase):
    def setUp(self) -> None:
        if not kernel.AVAILABLE:
            raise SkipTest("the kernel was not built")

    def picture(self, draw, byKernel: bool) -> np.ndarray:
        self.patch(kernel, "AVAILABLE", byKernel)
        canvas = Canvas(SIZE, SIZE)
        canvas.clear(WHITE)
        draw(canvas)
        return canvas.pixels.astype(int)

    def assertSame(self, draw, far: float = 0.01) -> None:
        """Both draw, and at most a share of C{far} of the pixels differs by more than 32 of 255."""
        ours, theirs = self.picture(draw, True), self.picture(draw, False)
        self.assertTrue((theirs != 255).any(), "nothing was drawn")
        self.assertLess((np.abs(ours - theirs).max(axis=2) > 32).mean(), far)
        self.assertLess(np.abs(ours - theirs).mean(), 1.0)

    def test_polygonWithHole(self) -> None:
        shape = paths([(5, 5), (70, 12), (60, 70), (10, 60)], [(20, 20), (40, 22), (38, 40), (22, 38)])
        self.assertSame(
            lambda c: c.paintParts(shape, 0, 1, Color(0.2, 0.5, 0.8, 0.7), Pen(Color(0, 0, 0), 2))
        )

    def test_ringsTurnEitherWay(self) -> None:
        """Even-odd: the direction of a ring does not matter."""
        outer, inner = [(5, 5), (70, 5), (70, 70), (5, 70)], [(20, 20), (50, 20), (50, 50), (20, 50)]
        for hole in (inner, inner[::-1]):
            made = self.picture(
                lambda c, h=hole: c.paintParts(paths(outer, h), 0, 1, Color(0, 0, 0), None), True
            )
            self.assertEqual(made[35, 35, :3].tolist(), [255, 255, 255])
            self.assertEqual(made[10, 10, :3].tolist(), [0, 0, 0])

    def test_joinsAndCaps(self) -> None:
        zigzag = [(10, 60), (25, 15), (40, 60), (45, 20), (70, 25)]
        for width in (1.0, 3.0, 9.0):
            for cap in ("flat", "square", "round"):
                for join in ("bevel", "miter", "round"):
                    pen = Pen(Color(0.7, 0, 0, 0.6), width, cap, join)
                    line = paths(zigzag, closed=None)
                    self.assertSame(lambda c, pen=pen, line=line: c.paintParts(line, 0, 1, None, pen), 0.02)

    def test_dot(self) -> None:
        """A line of no length is what its caps make of it; a square, as in Qt, where cairo draws nothing."""
        line = paths([(30, 30), (30, 30)], closed=None)
        self.assertSame(lambda c: c.paintParts(line, 0, 1, None, Pen(Color(0, 0, 0), 10, "round")))
        made = self.picture(lambda c: c.paintParts(line, 0, 1, None, Pen(Color(0, 0, 0), 10, "square")), True)
        self.assertEqual((made[..., 0] == 0).sum(), 100)

    def test_partlyOutside(self) -> None:
        shape = paths([(-50, 40), (40, -60), (130, 40), (40, 150)])
        self.assertSame(lambda c: c.paintParts(shape, 0, 1, Color(0, 0.5, 0), Pen(Color(0, 0, 0), 5)))

    def test_farOutsideLeavesNoTrace(self) -> None:
        shape = paths([(-500, -400), (-400, -600), (-130, -40)])
        made = self.picture(lambda c: c.paintParts(shape, 0, 1, Color(0, 0, 0), Pen(Color(0, 0, 0), 5)), True)
        self.assertTrue((made == 255).all())

    def test_mixedLooksKeepTheOrder(self) -> None:
        """What comes later lies above, whichever its look."""
        square = [(10, 10), (60, 10), (60, 60), (10, 60)]
        red, blue = Coat(paths(square), Color(1, 0, 0), None), Coat(paths(square), Color(0, 0, 1), None)
        for which, expected in (([0, 1], [255, 0, 0]), ([1, 0], [0, 0, 255])):
            made = self.picture(
                lambda c, which=which: c.paintMixed([[red], [blue]], np.array(which), np.zeros(2, int)), True
            )
            self.assertEqual(made[30, 30, :3].tolist(), expected)  # blue first in memory

    def test_stamps(self) -> None:
        picture = np.zeros((6, 6, 4), np.uint8)
        picture[1:5, 1:5] = (40, 20, 0, 128)
        sprite = Sprite(picture, (3.0, 3.0))
        places = np.array([[10.0, 10.0], [12.4, 11.0], [-2.0, 40.0], [79.0, 79.0], [500.0, 3.0]])
        self.assertSame(lambda c: c.stamp(sprite, places), 0.0001)
        coats = [Stamps(sprite, places)]
        which, items = np.zeros(5, int), np.arange(5)
        self.assertSame(lambda c: c.paintMixed([coats], which, items), 0.0001)

    def test_clippedIsLeftToCairo(self) -> None:
        """Within a clip the kernel does not write over the edge."""
        clip, all_ = paths([(0, 0), (20, 0), (20, 20), (0, 20)]), paths([(0, 0), (80, 0), (80, 80), (0, 80)])

        def draw(canvas: Canvas) -> None:
            with canvas.saved():
                canvas.clipTo(clip, 0, 1)
                canvas.paintParts(all_, 0, 1, Color(0, 0, 0), None)

        made = self.picture(draw, True)
        self.assertEqual(made[50, 50, :3].tolist(), [255, 255, 255])
        self.assertEqual(made[10, 10, :3].tolist(), [0, 0, 0])

    @settings(max_examples=200, deadline=None)
    @given(
        st.lists(
            st.tuples(st.floats(-4e6, 4e6), st.floats(-4e6, 4e6))
            | st.tuples(st.floats(-90, 90), st.floats(-90, 90)),
            min_size=1,
            max_size=12,
        ),
        st.sampled_from([0.0, 0.3, 1.0, 40.0]),
        st.sampled_from(["flat", "square", "round"]),
        st.sampled_from(["bevel", "miter", "round"]),
        st.booleans(),
    )
    def test_anyCoordinates(self, ring, width, cap, join, closed) -> None:
        """Whatever the coordinates, the picture stays a picture."""
        canvas = Canvas(SIZE, SIZE)
        pen = Pen(Color(0, 0, 0, 0.5), width, cap, join)
        canvas.paintParts(paths(ring, closed=closed or None), 0, 1, Color(1, 0, 0, 0.5), pen)
        pixels = canvas.pixels
        self.assertTrue((pixels[..., :3] <= pixels[..., 3:]).all(), "not premultiplied")
