"""L{ogctwist.symbology.labels.engine}: who gets which place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from twisted.trial.unittest import SkipTest, SynchronousTestCase

from ogctwist.canvas.fonts import FontChoice, systemFonts
from ogctwist.canvas.text import TextFont
from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.geo.view import MapView
from ogctwist.symbology.frame import Cancelled, Frame
from ogctwist.symbology.labels.block import TextBlock
from ogctwist.symbology.labels.candidate import footprints
from ogctwist.symbology.labels.collection import Label, LabelCollection, Obstacle
from ogctwist.symbology.labels.engine import PlacedLabels, placeLabels
from ogctwist.symbology.labels.places import Spot
from ogctwist.symbology.labels.settings import OVER, LabelSettings, Placement, Rendering

FRAME = Frame(MapView(Box(0, 0, 400, 300), 400, 300, CRS.fromAuthid("EPSG:2154"), 96.0))
AROUND_STYLE = LabelSettings()
OVER_STYLE = LabelSettings(placement=Placement(mode=OVER))


class EngineTests(SynchronousTestCase):
    """L{placeLabels}."""

    def setUp(self) -> None:
        library = systemFonts()
        if not library.hasFamily("DejaVu Sans"):
            raise SkipTest("this machine has no DejaVu Sans")
        self.font = TextFont(library.chain(FontChoice(("DejaVu Sans",))), 13)

    def label(
        self, number: int, x: float, y: float, style: LabelSettings = AROUND_STYLE, text: str = ""
    ) -> Label:
        """A label of a point."""
        text = text or f"Name {number}"
        block = TextBlock.of([text], self.font, 1.0)
        return Label(number, number, text, block, style, Spot(shapely.Point(x, -y)), FRAME)

    def place(self, *labels: Label, obstacles: list[Obstacle] | None = None, **more: bool) -> PlacedLabels:
        """Labels of one layer placed."""
        return placeLabels([LabelCollection(list(labels), obstacles or [])], 400, 300, **more)

    def crowd(self, count: int, seed: int = 3) -> list[Label]:
        """Labels at random places."""
        places = np.random.default_rng(seed).random((count, 2)) * (400, 300)
        return [self.label(k, x, y) for k, (x, y) in enumerate(places.tolist())]

    def test_alone(self) -> None:
        """A label without neighbours has its best place."""
        placed = self.place(self.label(0, 100, 100)).labels
        self.assertEqual((placed[0].candidate.x, placed[0].candidate.y), (100, -100))

    def test_noOverlap(self) -> None:
        """No two labels overlap, and most of a crowd find room."""
        placed = self.place(*self.crowd(60)).labels
        shapes = footprints([p.candidate for p in placed], 0.01)
        first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        self.assertTrue((first == second).all())
        self.assertGreater(len(placed), 45)

    def test_deterministic(self) -> None:
        """The same labels, the same places."""
        one = [p.candidate for p in self.place(*self.crowd(80)).labels]
        self.assertEqual(one, [p.candidate for p in self.place(*self.crowd(80)).labels])

    def test_makesRoom(self) -> None:
        """A label that could stand elsewhere leaves its place to one that cannot."""
        flexible = self.label(0, 100, 100)
        fixed = self.label(1, 130, 92, OVER_STYLE)
        placed = {p.label.number: p.candidate for p in self.place(flexible, fixed).labels}
        self.assertEqual(set(placed), {0, 1})
        self.assertNotEqual((placed[0].x, placed[0].y), (100, -100))

    def test_priority(self) -> None:
        """Of two labels for one place the more important wins, whichever comes first."""
        low = replace(OVER_STYLE, placement=replace(OVER_STYLE.placement, priority=1))
        high = replace(OVER_STYLE, placement=replace(OVER_STYLE.placement, priority=9))
        for labels in (
            (self.label(0, 100, 100, low), self.label(1, 105, 100, high)),
            (self.label(1, 105, 100, high), self.label(0, 100, 100, low)),
        ):
            result = self.place(*labels)
            self.assertEqual([p.label.number for p in result.labels], [1])
            self.assertEqual([label.number for label in result.missed], [0])

    def test_pinnedFirst(self) -> None:
        """What the data fix is not moved for others."""
        pinned = replace(
            self.label(0, 0, 0, OVER_STYLE), spot=Spot(shapely.Point(0, 0), pinned=(100.0, -100.0))
        )
        result = self.place(self.label(1, 102, 95, OVER_STYLE), pinned)
        self.assertEqual([p.label.number for p in result.labels], [0])

    def test_showsAll(self) -> None:
        """Labels of a layer that shows all overlap others."""
        style = replace(OVER_STYLE, rendering=Rendering(showsAll=True))
        labels = [self.label(k, 100 + k, 100, style) for k in range(5)]
        self.assertEqual(len(self.place(*labels).labels), 5)

    def test_obstacles(self) -> None:
        """Other features are kept clear of; the label's own is not in its way."""
        there = shapely.box(101, -99, 110, -90)
        own = self.place(self.label(0, 100, 100), obstacles=[Obstacle(there, 0, 1.0)]).labels
        self.assertEqual(own[0].candidate.x, 100)
        others = self.place(self.label(0, 100, 100), obstacles=[Obstacle(there, 7, 1.0)]).labels
        self.assertFalse(shapely.intersects(others[0].candidate.footprint, there))

    def test_obstacleKinds(self) -> None:
        """The inside or the boundary of a polygon is to be kept free, as its style says."""
        land = shapely.box(40, -300, 140, 0)
        boundary = self.place(self.label(0, 100, 100), obstacles=[Obstacle(land, 7, 1.0)]).labels[0].candidate
        self.assertFalse(shapely.intersects(boundary.footprint, land.boundary))
        inside = [Obstacle(land, 7, 1.0, ofInside=True, ofBoundary=False)]
        candidate = self.place(self.label(0, 135, 100), obstacles=inside).labels[0].candidate
        share = shapely.intersection(candidate.footprint, land).area / candidate.footprint.area
        self.assertLess(share, 0.2)

    def test_edge(self) -> None:
        """Labels may be cut by the map's edge, or not; outside it there are none."""
        corner = self.label(0, 395, 100, OVER_STYLE)
        self.assertEqual(len(self.place(corner).labels), 1)
        self.assertEqual(len(self.place(corner, showsPartials=False).labels), 0)
        self.assertEqual(len(self.place(self.label(0, 1000, 100)).labels), 0)

    def test_mostLabels(self) -> None:
        """No more than the layer wants."""
        style = replace(AROUND_STYLE, rendering=Rendering(mostLabels=3))
        labels = [self.label(k, 50 + 60 * (k % 6), 40 + 60 * (k // 6), style) for k in range(12)]
        self.assertEqual(len(self.place(*labels).labels), 3)

    def test_drawingOrder(self) -> None:
        """By z-index, then by layer."""
        upper = LabelCollection([self.label(0, 50, 50)])
        lower = LabelCollection(
            [self.label(1, 200, 50, replace(AROUND_STYLE, rendering=Rendering(zIndex=5)))]
        )
        placed = placeLabels([lower, upper], 400, 300).labels
        self.assertEqual([p.label.number for p in placed], [0, 1])

    def test_nothing(self) -> None:
        """No labels, no work."""
        self.assertEqual(placeLabels([], 10, 10).labels, ())
        self.assertEqual(placeLabels([LabelCollection()], 10, 10).labels, ())

    def test_cancelled(self) -> None:
        """It ends when nobody waits."""
        labels = LabelCollection(self.crowd(5))
        self.assertRaises(Cancelled, placeLabels, [labels], 400, 300, True, lambda: True)
