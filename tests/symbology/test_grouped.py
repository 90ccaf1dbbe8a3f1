"""Tests of displaced and clustered points."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.symbology.grouped import groupsOf
from tests.symbology.drawing import batchOf, dataDefined, draw, layerXml, planOf, singleXml, symbolXml


def dot(color: str, name: str = "0") -> str:
    return symbolXml(
        "marker",
        layerXml("SimpleMarker", name="square", color=color, outline_style="no", size="8", size_unit="Pixel"),
        name=name,
    )


def renderer(kind: str, centre: str = "", **attributes) -> str:
    settings = {"tolerance": "10", "toleranceUnit": "Pixel", "circleWidth": "0", **attributes}
    text = " ".join(f'{k}="{v}"' for k, v in settings.items())
    return f'<renderer-v2 type="{kind}" {text}>{singleXml(dot("255,0,0"))}{centre}</renderer-v2>'


CENTRE = dot("0,0,255", "centerSymbol")
NEAR, FAR = ("POINT (48 50)", "POINT (52 50)"), "POINT (10 90)"


class GroupTests(SynchronousTestCase):
    def test_nearPointsTogether(self):
        groups = groupsOf(np.array([[0, 0], [5, 0], [100, 100], [8, 0.0]]), 10)
        self.assertEqual([g.members for g in groups], [[0, 1, 3], [2]])
        self.assertAlmostEqual(groups[0].x, 13 / 3)

    @given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=30), st.integers(1, 30))
    def test_everyPointInOneGroup(self, points, tolerance):
        groups = groupsOf(np.array(points, float).reshape(-1, 2), tolerance)
        self.assertEqual(sorted(m for g in groups for m in g.members), list(range(len(points))))


class ClusterTests(SynchronousTestCase):
    def test_oneSymbolForAGroup(self):
        result = draw(planOf(renderer("pointCluster", CENTRE)), batchOf(*NEAR, FAR))
        self.assertEqual(result[50, 50].tolist(), [0, 0, 255, 255])
        self.assertEqual(result[10, 10].tolist(), [255, 0, 0, 255])
        self.assertEqual(int((result[..., 0] == 255).sum()), int((result[..., 2] == 255).sum()))

    def test_size(self):
        centre = layerXml(
            "FontMarker",
            dataDefined(char="@cluster_size"),
            chr="A",
            size="20",
            size_unit="Pixel",
            color="0,0,255",
        )
        symbol = symbolXml("marker", centre, name="centerSymbol")
        plan = planOf(renderer("pointCluster", symbol))
        two, three = (draw(plan, batchOf(*NEAR[:1] * n)) for n in (2, 3))
        self.assertTrue(two.any())
        self.assertFalse((two == three).all())


class DisplacementTests(SynchronousTestCase):
    def test_ring(self):
        result = draw(planOf(renderer("pointDisplacement", CENTRE)), batchOf(*NEAR))
        self.assertEqual(result[50, 50].tolist(), [0, 0, 255, 255])
        reds = np.flatnonzero((result[..., 0] == 255).any(axis=1))
        self.assertLess(reds.min(), 45)
        self.assertGreater(reds.max(), 55)

    def test_singlePointsStay(self):
        result = draw(planOf(renderer("pointDisplacement", CENTRE)), batchOf(FAR))
        self.assertEqual(result[10, 10].tolist(), [255, 0, 0, 255])
        self.assertFalse((result[..., 2] == 255).any())

    def test_otherPlacements(self):
        for placement in ("1", "2"):
            result = draw(
                planOf(renderer("pointDisplacement", CENTRE, placement=placement)), batchOf(*NEAR * 5)
            )
            self.assertGreater(int((result[..., 0] == 255).sum()), 300, placement)

    def test_circle(self):
        plan = planOf(renderer("pointDisplacement", CENTRE, circleWidth="1", circleColor="0,255,0,255"))
        self.assertTrue((draw(plan, batchOf(*NEAR * 2))[..., 1] == 255).any())
