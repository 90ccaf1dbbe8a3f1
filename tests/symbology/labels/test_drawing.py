"""L{ogctwist.symbology.labels.drawing}: placed labels as pictures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from twisted.trial.unittest import SkipTest, SynchronousTestCase

from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.fonts import FontChoice, systemFonts
from ogctwist.canvas.ink import Color
from ogctwist.canvas.text import TextFont
from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.geo.view import MapView
from ogctwist.symbology.frame import Cancelled, Frame
from ogctwist.symbology.labels.backgrounds import shapeOf, sizeOf
from ogctwist.symbology.labels.block import TextBlock
from ogctwist.symbology.labels.collection import Label, LabelCollection
from ogctwist.symbology.labels.drawing import alignmentOf, drawLabels, tinted
from ogctwist.symbology.labels.engine import PlacedLabel, placeLabels
from ogctwist.symbology.labels.places import Spot, placesOf
from ogctwist.symbology.labels.settings import (
    CENTRE,
    CURVED,
    LEFT,
    ON_LINE,
    OVER,
    RIGHT,
    Content,
    LabelSettings,
    Placement,
)
from ogctwist.symbology.labels.textformat import (
    CIRCLE,
    ELLIPSE,
    RECTANGLE,
    SQUARE,
    Background,
    Buffer,
    Shadow,
    TextFormat,
)
from ogctwist.symbology.units import Length

FRAME = Frame(MapView(Box(0, 0, 200, 100), 200, 100, CRS.fromAuthid("EPSG:2154"), 96.0))
RED, YELLOW = Color(1.0, 0.0, 0.0), Color(1.0, 1.0, 0.0)


class DrawingTests(SynchronousTestCase):
    """L{drawLabels}."""

    def setUp(self) -> None:
        library = systemFonts()
        if not library.hasFamily("DejaVu Sans"):
            raise SkipTest("this machine has no DejaVu Sans")
        self.font = TextFont(library.chain(FontChoice(("DejaVu Sans",))), 20)

    def drawn(
        self, text: str = "Hill", shape: shapely.Geometry | None = None, mode: int = OVER, **format: object
    ) -> np.ndarray:
        """A label over the middle of a small white map: int16 (h, w, 4)."""
        style = LabelSettings(
            format=TextFormat(**format),  # type: ignore[arg-type]
            placement=Placement(mode=mode, lineFlags=ON_LINE),
        )
        block = TextBlock.of(text.split("\n"), self.font, 1.0)
        label = Label(0, 0, text, block, style, Spot(shape or shapely.Point(100, -50)), FRAME)
        canvas = Canvas(200, 100)
        canvas.clear(Color(1, 1, 1))
        drawLabels(placeLabels([LabelCollection([label])], 200, 100), canvas)
        return canvas.pixels.astype(np.int16)

    def count(self, picture: np.ndarray, color: tuple[int, int, int]) -> int:
        """How many pixels are (nearly) of a colour, given as blue, green, red."""
        return int((np.abs(picture[..., :3] - color).max(axis=-1) < 40).sum())

    def box(self, picture: np.ndarray) -> tuple[int, int, int, int]:
        """left, top, right, bottom of what is not white."""
        ink = (picture[..., :3] < 250).any(axis=-1)
        rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
        return int(columns[0]), int(rows[0]), int(columns[-1]), int(rows[-1])

    def test_text(self) -> None:
        """The letters, in their colour, about the point."""
        picture = self.drawn(color=RED)
        self.assertGreater(self.count(picture, (0, 0, 255)), 30)
        left, top, right, bottom = self.box(picture)
        self.assertTrue(abs((left + right) / 2 - 100) < 2 and abs((top + bottom) / 2 - 50) < 3)

    def test_buffer(self) -> None:
        """A band around the letters, under them; half its size on each side."""
        plain = self.box(self.drawn())
        band = Buffer(Length(8, "Pixel"), YELLOW)
        picture = self.drawn(buffer=band)
        self.assertGreater(self.count(picture, (0, 255, 255)), 200)
        self.assertGreater(self.count(picture, (0, 0, 0)), 30)
        self.assertTrue(all(abs(abs(a - b) - 4) <= 1 for a, b in zip(plain, self.box(picture), strict=True)))

    def test_background(self) -> None:
        """A shape behind the label, as large as it and what is added."""
        shape = Background(RECTANGLE, width=Length(5, "Pixel"), height=Length(2, "Pixel"), fill=YELLOW)
        left, top, right, bottom = self.box(self.drawn(background=shape))
        block = TextBlock.of(["Hill"], self.font, 1.0)
        self.assertTrue(abs(right - left + 1 - block.width - 10) <= 1)
        self.assertTrue(abs(bottom - top + 1 - block.height - 4) <= 1)

    def test_backgroundShapes(self) -> None:
        """Every shape reaches as far as its size."""
        for kind in (RECTANGLE, SQUARE, ELLIPSE, CIRCLE):
            width, height = sizeOf(Background(kind, width=Length(2, "Pixel")), 40, 20, FRAME)
            outline = shapeOf(kind, width, height, (3.0, 3.0))
            self.assertTrue(np.allclose(np.ptp(outline, axis=0), (width, height)))
            self.assertGreaterEqual(width, 44)
        fixed = Background(CIRCLE, isFixed=True, width=Length(9, "Pixel"), height=Length(1, "Pixel"))
        self.assertEqual(sizeOf(fixed, 40, 20, FRAME), (9, 9))

    def test_shadow(self) -> None:
        """Below and to the right of the letters, faint where it is blurred."""
        shadow = Shadow(distance=Length(6, "Pixel"), radius=Length(2, "Pixel"), color=RED, blendMode=0)
        plain, picture = self.box(self.drawn()), self.drawn(shadow=shadow)
        left, top, right, bottom = self.box(picture)
        self.assertTrue(right >= plain[2] + 4 and bottom >= plain[3] + 4)
        self.assertTrue(abs(left - plain[0]) <= 1 and abs(top - plain[1]) <= 1)
        reddish = (picture[..., 2] > picture[..., 0] + 20).sum()
        self.assertGreater(int(reddish), 50)

    def test_tinted(self) -> None:
        """One colour, whatever the colours were; a blur spreads and keeps most of the ink."""
        picture = np.zeros((40, 40, 4), np.uint8)
        picture[18:22, 18:22] = 255
        sharp = tinted(picture, Color(1.0, 0.0, 0.0, 0.5), 0.0)
        self.assertEqual(sharp[20, 20].tolist(), [0, 0, 128, 128])
        blurred = tinted(picture, Color(1.0, 0.0, 0.0), 4.0)
        self.assertTrue(0 < blurred[20, 20, 3] < 255 and blurred[20, 15, 3] > 0)
        self.assertAlmostEqual(blurred[..., 3].sum() / (16 * 255), 1.0, 1)
        self.assertFalse(tinted(np.zeros_like(picture), RED, 4.0).any())

    def test_curved(self) -> None:
        """Letters along a curve are drawn where they were placed."""
        angles = np.linspace(np.pi, 0, 31)
        arc = shapely.LineString(np.stack([100 + 60 * np.cos(angles), -90 + 60 * np.sin(angles)], -1))
        picture = self.drawn("Hill Hill Hill", arc, CURVED)
        ink = (picture[..., :3] < 128).any(axis=-1)
        rows, columns = np.nonzero(ink)
        self.assertGreater(len(rows), 200)
        radius = np.hypot(columns - 100, rows - 90)
        self.assertTrue(radius.min() > 45 and radius.max() < 75)

    def test_alignment(self) -> None:
        """Lines lean towards the label's point, unless the style says how."""
        block = TextBlock.of(["a", "bb"], self.font, 1.0)
        for quadrant, expected in ((5, LEFT), (3, RIGHT), (4, CENTRE)):
            style = LabelSettings(placement=Placement(mode=OVER, quadrant=quadrant))
            label = Label(0, 0, "a", block, style, Spot(shapely.Point(100, -50)), FRAME)
            placed = PlacedLabel(label, placesOf(label.spot, block, style, FRAME)[0])
            self.assertEqual(alignmentOf(placed), expected)
            fixed = replace(label, settings=replace(style, content=Content(alignment=RIGHT)))
            self.assertEqual(alignmentOf(replace(placed, label=fixed)), RIGHT)

    def test_boxes(self) -> None:
        """The boxes of labels in their place, and of the places that were considered."""
        block = TextBlock.of(["Hill"], self.font, 1.0)
        label = Label(0, 0, "Hill", block, LabelSettings(), Spot(shapely.Point(100, -50)), FRAME)
        placed = placeLabels([LabelCollection([label])], 200, 100)
        self.assertEqual(len(placed.candidates), 16)
        canvas = Canvas(200, 100)
        drawLabels(placed, canvas, rectanglesOnly=True)
        alpha = canvas.pixels[..., 3]
        inner = alpha[30:45, 105 : 100 + int(block.width) - 5]
        self.assertTrue((inner == inner[0, 0]).all() and inner[0, 0] > 0)
        before = int((alpha > 0).sum())
        drawLabels(placed, canvas, rectanglesOnly=True, showsCandidates=True)
        self.assertGreater(int((canvas.pixels[..., 3] > 0).sum()), before + 200)

    def test_cancelled(self) -> None:
        """It ends when nobody waits."""
        block = TextBlock.of(["a"], self.font, 1.0)
        label = Label(0, 0, "a", block, LabelSettings(), Spot(shapely.Point(100, -50)), FRAME)
        placed = placeLabels([LabelCollection([label])], 200, 100)
        self.assertRaises(Cancelled, drawLabels, placed, Canvas(200, 100), lambda: True)
