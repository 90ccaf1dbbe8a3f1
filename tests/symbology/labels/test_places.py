"""Where labels may stand: around points, along lines, in polygons."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SkipTest, SynchronousTestCase

from ogctwist.canvas.fonts import FontChoice, systemFonts
from ogctwist.canvas.text import TextFont, shapeLine
from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.geo.view import MapView
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.labels import settings as names
from ogctwist.symbology.labels.block import TextBlock
from ogctwist.symbology.labels.candidate import Candidate, footprints
from ogctwist.symbology.labels.curveplaces import alongCurve
from ogctwist.symbology.labels.lineplaces import LineStyle, Track, alongLine, levelAlongLine, repeated
from ogctwist.symbology.labels.places import Spot, placesOf
from ogctwist.symbology.labels.pointplaces import aroundPoint, orderedPlaces, overPoint
from ogctwist.symbology.labels.polygonplaces import outsidePolygon, withinPolygon
from ogctwist.symbology.labels.settings import LabelSettings, Placement, Rendering

PER_CM = 37.8
SIZE = (34.0, 17.0)
FRAME = Frame(MapView(Box(0, 0, 400, 300), 400, 300, CRS.fromAuthid("EPSG:2154"), 96.0))


def best(candidates: list[Candidate]) -> Candidate:
    """The cheapest."""
    return min(candidates, key=lambda candidate: candidate.cost)


class PointTests(SynchronousTestCase):
    """Around and over points."""

    def test_quadrants(self) -> None:
        """The corner or side that touches the point."""
        for quadrant, corner in (
            (0, (-34, 0)),
            (1, (-17, 0)),
            (2, (0, 0)),
            (3, (-34, -8.5)),
            (4, (-17, -8.5)),
            (5, (0, -8.5)),
            (6, (-34, -17)),
            (7, (-17, -17)),
            (8, (0, -17)),
        ):
            place = overPoint((100, 50), SIZE, quadrant, (0, 0), 0.0)
            self.assertEqual((place.x - 100, place.y - 50), corner, quadrant)

    def test_offset(self) -> None:
        """To the right and up."""
        place = overPoint((0, 0), SIZE, 2, (3, 4), 0.0)
        self.assertEqual((place.x, place.y), (3, 4))

    def test_turned(self) -> None:
        """Over the point it turns about its middle, else about the point."""
        middle = overPoint((10, 10), SIZE, 4, (0, 0), math.radians(70))
        self.assertTrue(np.allclose(middle.centre, (10, 10)))
        corner = overPoint((10, 10), SIZE, 2, (0, 0), math.radians(70))
        self.assertTrue(np.allclose(corner.corners[0], (10, 10)))

    def test_around(self) -> None:
        """The best place is above and to the right; every one touches the circle from outside."""
        places = aroundPoint((0, 0), SIZE, 10.0, 0.0)
        self.assertEqual(len(places), 16)
        self.assertAlmostEqual(best(places).x, 10 * math.sqrt(0.5))
        self.assertEqual(best(places).direction, (1, 1))
        self.assertEqual(len({place.cost for place in places}), 16)
        for place in places:
            gap = shapely.distance(shapely.Point(0, 0), place.footprint)
            self.assertTrue(9.99 <= gap <= 10.3, gap)

    @settings(max_examples=40, deadline=None)
    @given(st.floats(5, 200), st.floats(5, 60), st.floats(0, 40), st.integers(1, 24))
    def test_aroundTouches(self, width: float, height: float, distance: float, count: int) -> None:
        """Whatever the sizes: never nearer than the distance, never far away."""
        for place in aroundPoint((0, 0), (width, height), distance, 0.0, count):
            gap = shapely.distance(shapely.Point(0, 0), place.footprint)
            self.assertTrue(distance - 1e-6 <= gap <= distance * 1.1 + 1e-6)

    def test_ordered(self) -> None:
        """The places in their order, as far from the symbol as the style says; QGIS's own numbers."""
        places = orderedPlaces((50, 270), SIZE, ("TR", "BL", "R"), 3.7795, 4.5, (3.25, 5.0), 0.0)
        self.assertTrue(np.allclose(places[0][:2], (57.173, 272.173), atol=0.001))
        self.assertTrue(places[0].cost < places[1].cost < places[2].cost)
        self.assertEqual([place.direction for place in places], [(1, 1), (-1, -1), (1, 0)])
        self.assertLess(places[1].x + 34, 50)


class LineTests(SynchronousTestCase):
    """Along lines."""

    track = Track(np.array([[20.0, 20.0], [180.0, 60.0], [380.0, 40.0]]))

    def style(self, flags: int, **more: object) -> LineStyle:
        """How labels stand to the line."""
        return LineStyle(flags, 1.0, **more)  # type: ignore[arg-type]

    def test_track(self) -> None:
        """Points by distance; pieces; the other way round."""
        self.assertEqual(self.track.pointAt(0), (20, 20))
        self.assertTrue(np.allclose(self.track.pointAt(self.track.length), (380, 40)))
        piece = self.track.piece(10, 50)
        assert piece is not None
        self.assertAlmostEqual(piece.length, 40)
        self.assertTrue(
            np.allclose(self.track.reversed().pointAt(10), self.track.pointAt(self.track.length - 10))
        )
        self.assertIsNone(Track.of(np.array([[1.0, 1.0], [1.0, 1.0]])))

    def test_above(self) -> None:
        """QGIS's place for the same label."""
        place = best(
            alongLine(self.track, (74, 17), self.style(names.ABOVE_LINE | names.MAP_ORIENTED), PER_CM)
        )
        self.assertTrue(np.allclose(place.corners[0], (158.71, 55.68), atol=0.05), place)

    def test_sides(self) -> None:
        """Above, on and below; above is the dearest to QGIS, that is, the cheapest."""
        flags = names.ABOVE_LINE | names.BELOW_LINE | names.ON_LINE | names.MAP_ORIENTED
        level = Track(np.array([[0.0, 100.0], [200.0, 100.0]]))
        places = alongLine(level, SIZE, self.style(flags), PER_CM)
        bottoms = {round(place.y, 6): place.cost for place in places if abs(place.x - 83) < 4}
        self.assertEqual(sorted(bottoms), [82.0, 91.5, 101.0])
        self.assertEqual(min(bottoms, key=bottoms.__getitem__), 101.0)

    def test_direction(self) -> None:
        """Without the map's orientation, above is the left of the line."""
        down = Track(np.array([[30.0, 280.0], [30.0, 200.0]]))
        left = best(alongLine(down, (18, 17), self.style(names.ABOVE_LINE), PER_CM))
        oriented = best(alongLine(down, (18, 17), self.style(names.ABOVE_LINE | names.MAP_ORIENTED), PER_CM))
        self.assertAlmostEqual(left.corners[:, 0].min(), 31)
        self.assertAlmostEqual(oriented.corners[:, 0].max(), 29)
        self.assertAlmostEqual(left.angle, math.pi / 2)

    def test_tooShort(self) -> None:
        """No label is longer than its line."""
        self.assertEqual(alongLine(self.track, (400, 17), self.style(names.ON_LINE), PER_CM), [])

    def test_corners(self) -> None:
        """A label does not cross a sharp corner while there is room between corners."""
        bent = Track(np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 90.0]]))
        place = best(alongLine(bent, (60, 10), self.style(names.ON_LINE), PER_CM))
        self.assertTrue(abs(math.sin(2 * place.angle)) < 1e-6)

    def test_strict(self) -> None:
        """At the anchor or nowhere."""
        level = Track(np.array([[0.0, 100.0], [200.0, 100.0]]))
        places = alongLine(level, SIZE, self.style(names.ON_LINE, anchor=0.25, isStrict=True), PER_CM)
        self.assertEqual([place.x + 17 for place in places], [50])

    def test_level(self) -> None:
        """Level labels have their middle on the line, the best at its own middle."""
        places = levelAlongLine(self.track, (74, 17), self.style(names.ON_LINE), PER_CM)
        line = shapely.LineString(self.track.coords)
        self.assertTrue(all(line.distance(shapely.Point(place.centre)) < 1e-6 for place in places))
        self.assertTrue(np.allclose(best(places).centre, (197.947, 58.205), atol=0.05))

    def test_repeated(self) -> None:
        """As many pieces as fit, each long enough for the label."""
        self.assertEqual(len(repeated(self.track, 94.5, 74)), 3)
        self.assertEqual(len(repeated(self.track, 10, 74)), 4)
        self.assertEqual(len(repeated(self.track, 0, 74)), 1)
        self.assertAlmostEqual(
            sum(piece.length for piece in repeated(self.track, 94.5, 74)), self.track.length
        )


class WithFonts(SynchronousTestCase):
    """Tests that need letters."""

    def setUp(self) -> None:
        library = systemFonts()
        if not library.hasFamily("DejaVu Sans"):
            raise SkipTest("this machine has no DejaVu Sans")
        self.font = TextFont(library.chain(FontChoice(("DejaVu Sans",))), 13)

    def block(self, *lines: str) -> TextBlock:
        """A text block."""
        return TextBlock.of(list(lines), self.font, 1.0)


class CurveTests(WithFonts):
    """Along curves."""

    def places(
        self, track: Track, flags: int = names.ABOVE_LINE | names.MAP_ORIENTED, **more
    ) -> list[Candidate]:
        """Places of a short word."""
        line = shapeLine("tiny", self.font)
        return alongCurve(
            track, line, 17.0, LineStyle(flags, 1.0), more.pop("angles", (25, -25)), PER_CM, **more
        )

    def test_besideTheLine(self) -> None:
        """Letters stand beside a straight line where QGIS puts them."""
        place = self.places(Track(np.array([[60.0, 90.0], [90.0, 95.0]])))[0]
        assert place.letters is not None
        self.assertTrue(np.allclose((place.letters[0].x, place.letters[0].y), (59.70, 91.82), atol=0.02))
        self.assertEqual([round(letter.width) for letter in place.letters], [5, 4, 8, 8])

    def test_readable(self) -> None:
        """On a line drawn from right to left letters still run from left to right, above it."""
        place = best(self.places(Track(np.array([[200.0, 50.0], [0.0, 50.0]]))))
        assert place.letters is not None
        self.assertTrue(
            all(abs(math.sin(letter.angle)) < 1e-9 and math.cos(letter.angle) > 0 for letter in place.letters)
        )
        self.assertGreater(place.letters[0].y, 50)
        self.assertLess(place.letters[0].x, place.letters[-1].x)

    def test_asDrawn(self) -> None:
        """Unless labels may stand on their heads."""
        place = best(self.places(Track(np.array([[200.0, 50.0], [0.0, 50.0]])), keepsUpright=False))
        assert place.letters is not None
        self.assertAlmostEqual(abs(place.letters[0].angle), math.pi)

    def test_angles(self) -> None:
        """No label goes around a corner sharper than it may."""
        corner = Track(np.array([[0.0, 0.0], [14.0, 0.0], [14.0, -14.0]]))
        self.assertEqual(self.places(corner, angles=(1, -1)), [])
        self.assertTrue(self.places(corner, angles=(90, -90)))

    def test_tooShort(self) -> None:
        """No label is longer than its line."""
        self.assertEqual(self.places(Track(np.array([[0.0, 0.0], [20.0, 0.0]]))), [])

    def test_footprint(self) -> None:
        """It covers its letters, and is a valid shape."""
        angles = np.linspace(math.pi, 0, 21)
        arc = Track(np.stack([100 + 60 * np.cos(angles), 60 * np.sin(angles)], -1))
        shape = best(self.places(arc)).footprint
        self.assertTrue(shape.is_valid)
        self.assertTrue(17 * 20 < shape.area < 17 * 30)


class PolygonTests(SynchronousTestCase):
    """In and beside polygons."""

    land = shapely.Polygon([(10, 10), (150, 20), (140, 120), (20, 100)])

    def test_within(self) -> None:
        """The best place is inside, near the middle."""
        places = withinPolygon(self.land, SIZE, PER_CM, False, False)
        place = best(places)
        self.assertTrue(self.land.covers(place.footprint))
        self.assertLess(shapely.distance(shapely.Point(place.centre), self.land.centroid), 25)

    def test_fits(self) -> None:
        """Nothing sticks out where nothing may, and narrow places are found."""
        ring = shapely.Polygon(
            [(120, 180), (390, 160), (380, 290), (130, 280)],
            [[(200, 200), (300, 200), (300, 260), (200, 260)]],
        )
        places = withinPolygon(ring, (105.0, 17.0), PER_CM, True, False)
        self.assertTrue(places)
        self.assertTrue(all(ring.covers(place.footprint) for place in places))

    def test_tooSmall(self) -> None:
        """A polygon smaller than the label has none."""
        self.assertEqual(withinPolygon(shapely.box(0, 0, 20, 20), SIZE, PER_CM, False, False), [])

    def test_free(self) -> None:
        """Labels turn with a tall polygon."""
        tall = shapely.box(20, 180, 60, 290)
        place = best(withinPolygon(tall, (50.0, 17.0), PER_CM, False, True))
        self.assertAlmostEqual(abs(place.angle), math.pi / 2)
        self.assertTrue(tall.covers(place.footprint))

    def test_outside(self) -> None:
        """Beside the polygon, at the distance, on its own side of the outline."""
        places = outsidePolygon(self.land, SIZE, 2.0)
        self.assertTrue(places)
        shapes = footprints(places)
        self.assertFalse(shapely.intersects(self.land, shapes).any())
        self.assertLess(float(shapely.distance(self.land, shapes).max()), 12)


class PlacesTests(WithFonts):
    """L{placesOf}: by the placement that a style names."""

    def of(self, shape: shapely.Geometry, **placement: object) -> list[Candidate]:
        """The places of a short label."""
        style = LabelSettings(placement=Placement(**placement))  # type: ignore[arg-type]
        return placesOf(Spot(shape), self.block("Hello"), style, FRAME)

    def test_everyPlacement(self) -> None:
        """Every placement finds places for every kind of geometry, or none, but never fails."""
        shapes = (
            shapely.Point(100, -100),
            shapely.LineString([(20, -20), (180, -60), (380, -40)]),
            shapely.box(50, -200, 250, -60),
        )
        for mode in range(9):
            for shape in shapes:
                for place in self.of(shape, mode=mode, lineFlags=0):
                    self.assertTrue(math.isfinite(place.cost) and place.footprint.area > 0)
                if not (mode in (names.HORIZONTAL, names.FREE) and shape.geom_type == "Point"):
                    self.assertTrue(self.of(shape, mode=mode), (mode, shape.geom_type))

    def test_centroid(self) -> None:
        """Labels of polygons stand over the centroid; where it is outside, inside if so wanted."""
        ell = shapely.Polygon([(0, 0), (100, 0), (100, 10), (10, 10), (10, 100), (0, 100)])
        centre = best(self.of(ell)).centre
        self.assertTrue(np.allclose(centre, (ell.centroid.x, ell.centroid.y)))
        inside = best(self.of(ell, insidePolygon=True)).centre
        self.assertTrue(ell.contains(shapely.Point(inside)))

    def test_upright(self) -> None:
        """No label stands on its head, unless the style lets it; it covers the same place."""
        point = shapely.Point(100, -100)
        turned = self.of(point, mode=names.OVER, quadrant=2, rotation=170.0)[0]
        self.assertTrue(math.cos(turned.angle) > 0)
        style = LabelSettings(
            placement=Placement(mode=names.OVER, quadrant=2, rotation=170.0),
            rendering=Rendering(upsideDown=2),
        )
        asIs = placesOf(Spot(point), self.block("Hello"), style, FRAME)[0]
        self.assertTrue(math.cos(asIs.angle) < 0)
        self.assertTrue(shapely.equals_exact(turned.footprint.normalize(), asIs.footprint.normalize(), 1e-6))

    def test_pinned(self) -> None:
        """Where the data say, by QGIS's alignments."""
        block = self.block("Hello")
        for pin, corner in (
            (("Left", "Bottom"), (200, -50)),
            (("Center", "Base"), (183, -54)),
            (("Right", "Half"), (166, -59)),
            (("Left", "Cap"), (200, -64)),
            (("Left", "Top"), (200, -67)),
        ):
            style = replace(LabelSettings(), pin=pin)
            place = placesOf(Spot(shapely.Point(0, 0), pinned=(200, -50)), block, style, FRAME)
            self.assertEqual([(round(p.x, 6), round(p.y, 6)) for p in place], [corner], pin)
