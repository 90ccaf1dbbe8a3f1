"""Tests of the drawing surface."""

import io

import numpy as np
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.canvas.cairo import cairo
from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.ink import CLEAR, Color, Gradient, Pen, Tile
from ogctwist.canvas.paths import Paths
from ogctwist.canvas.sprites import Sprite
from tests.symbology.drawing import rgba

RED, BLUE, WHITE = Color(1, 0, 0), Color(0, 0, 1), Color(1, 1, 1)


def squares(*boxes) -> Paths:
    coords = np.concatenate([[(x, y), (x + s, y), (x + s, y + s), (x, y + s)] for x, y, s in boxes])
    offsets = np.arange(len(boxes) + 1) * 4
    return Paths(coords.astype(float), offsets, np.arange(len(boxes) + 1), True)


class CanvasTests(SynchronousTestCase):
    def test_transparentAtFirst(self):
        self.assertFalse(Canvas(5, 3).pixels.any())
        self.assertEqual(Canvas(5, 3).pixels.shape, (3, 5, 4))

    def test_fillsThenStrokesPartByPart(self):
        canvas = Canvas(20, 20)
        canvas.paintParts(squares((2, 2, 10), (7, 7, 10)), 0, 2, RED, Pen(BLUE, 2))
        picture = rgba(canvas.pixels)
        self.assertEqual(picture[5, 5].tolist(), [255, 0, 0, 255])
        # the second square's fill covers the first one's outline
        self.assertEqual(picture[9, 12].tolist(), [255, 0, 0, 255])
        self.assertEqual(picture[7, 9].tolist(), [0, 0, 255, 255])

    def test_someParts(self):
        canvas = Canvas(20, 20)
        canvas.paintParts(squares((0, 0, 5), (10, 10, 5)), 1, 2, RED, None)
        self.assertEqual(canvas.pixels[2, 2, 3], 0)
        self.assertEqual(canvas.pixels[12, 12, 3], 255)

    def test_holes(self):
        canvas = Canvas(20, 20)
        rings = np.array([(0, 0), (20, 0), (20, 20), (0, 20), (5, 5), (15, 5), (15, 15), (5, 15)], float)
        canvas.paintParts(Paths(rings, np.array([0, 4, 8]), np.array([0, 2]), True), 0, 1, RED, None)
        self.assertEqual(canvas.pixels[10, 10, 3], 0)
        self.assertEqual(canvas.pixels[2, 2, 3], 255)

    def test_strokeTogetherDoesNotAddUp(self):
        lines = np.array([(0, 10), (20, 10), (10, 0), (10, 20)], float)
        paths = Paths(lines, np.array([0, 2, 4]), np.array([0, 1, 2]), False)
        canvas = Canvas(20, 20)
        canvas.strokeTogether(paths, 0, 2, Pen(Color(1, 0, 0, 0.5), 4, "flat"))
        self.assertIn(int(canvas.pixels[10, 10, 3]), (127, 128))

    def test_otherOutlines(self):
        canvas = Canvas(20, 20)
        canvas.paintParts(squares((2, 2, 10)), 0, 1, RED, Pen(BLUE, 2), squares((4, 4, 10)))
        picture = rgba(canvas.pixels)
        self.assertEqual(picture[2, 2].tolist(), [255, 0, 0, 255])
        self.assertEqual(picture[4, 8].tolist(), [0, 0, 255, 255])

    def test_group(self):
        canvas = Canvas(4, 4)
        canvas.clear(WHITE)
        with canvas.group(0.5):
            canvas.paintParts(squares((0, 0, 4), (0, 0, 4)), 0, 2, BLUE, None)
        self.assertEqual(rgba(canvas.pixels)[1, 1].tolist(), [127, 127, 255, 255])

    def test_blendMode(self):
        canvas = Canvas(4, 4)
        canvas.clear(Color(1, 1, 0))
        with canvas.saved():
            canvas.setBlendMode(6)
            canvas.paintParts(squares((0, 0, 4)), 0, 1, Color(0, 1, 1), None)
        self.assertEqual(rgba(canvas.pixels)[1, 1].tolist(), [0, 255, 0, 255])

    def test_clearToTransparent(self):
        canvas = Canvas(2, 2)
        canvas.clear(RED)
        canvas.clear(CLEAR)
        self.assertFalse(canvas.pixels.any())

    def test_stampSnapsToPixels(self):
        sprite = Sprite(np.full((3, 3, 4), 255, np.uint8), (1.5, 1.5))
        canvas = Canvas(10, 10)
        canvas.stamp(sprite, np.array([[4.9, 4.1], [-50, 2], [float(9), 9.0]]))
        self.assertEqual(np.flatnonzero(canvas.pixels[4, :, 3]).tolist(), [3, 4, 5])
        self.assertEqual(canvas.pixels[9, 9, 3], 255)

    def test_stampTurned(self):
        picture = np.zeros((5, 9, 4), np.uint8)
        picture[:] = 255
        canvas = Canvas(20, 20)
        canvas.stampTurned(Sprite(picture, (4.5, 2.5)), np.array([[10.0, 10.0]]), np.array([90.0]))
        alpha = canvas.pixels[..., 3] > 128
        self.assertGreater(alpha.any(axis=1).sum(), alpha.any(axis=0).sum())

    def test_tile(self):
        picture = np.zeros((4, 4, 4), np.uint8)
        picture[0, 0] = 255
        canvas = Canvas(8, 8)
        canvas.paintParts(squares((0, 0, 8)), 0, 1, Tile(picture, (1, 2)), None)
        ys, xs = np.nonzero(canvas.pixels[..., 3])
        self.assertEqual(
            sorted(set(zip(xs.tolist(), ys.tolist(), strict=True))), [(1, 2), (1, 6), (5, 2), (5, 6)]
        )

    def test_gradientInABox(self):
        canvas = Canvas(10, 10)
        ink = Gradient(((0.0, RED), (1.0, BLUE)), (0, 0), (1, 0), box=(0, 0, 10, 10))
        canvas.paintParts(squares((0, 0, 10)), 0, 1, ink, None)
        picture = rgba(canvas.pixels)
        self.assertGreater(picture[5, 0, 0], 220)
        self.assertGreater(picture[5, 9, 2], 220)

    def test_vectorSurface(self):
        output = io.BytesIO()
        surface = cairo.PDFSurface(output, 20, 20)
        canvas = Canvas(20, 20, surface)
        self.assertTrue(canvas.isVector)
        canvas.paintParts(squares((2, 2, 10)), 0, 1, RED, None)
        self.assertRaises(ValueError, lambda: canvas.pixels)
        surface.finish()
        self.assertTrue(output.getvalue().startswith(b"%PDF"))
