"""CRS, BBOX, size, layers and colours of WMS requests."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.box import Box
from ogctwist.ows.exceptions import OWSException
from ogctwist.ows.parameters import Parameters
from ogctwist.project.publication import Publication, WmsPublication
from ogctwist.services.wms.mapparameters import (
    RequestedLayer,
    SizeLimits,
    drawnView,
    requestedColour,
    requestedLayers,
    requestedView,
)
from ogctwist.services.wms.versions import WMS_1_1_1, WMS_1_3_0
from tests.services.wms.projects import project

FRAME = {"CRS": "EPSG:4326", "BBOX": "40,-10,60,30", "WIDTH": "80", "HEIGHT": "40"}


class FrameTests(SynchronousTestCase):
    def view(self, version=WMS_1_3_0, made=None, **changes):
        parameters = Parameters({**FRAME, **changes})
        return requestedView(parameters, version, made or project(), SizeLimits())

    def test_axisOrder(self) -> None:
        """Inside the server x is always longitude."""
        self.assertEqual(self.view().extent, Box(-10, 40, 30, 60))
        self.assertEqual(self.view(WMS_1_1_1, BBOX="-10,40,30,60").extent, Box(-10, 40, 30, 60))
        self.assertEqual(self.view(CRS="EPSG:3857", BBOX="1,2,3,4").extent, Box(1, 2, 3, 4))

    def test_versionDecidesBetweenCrsAndSrs(self) -> None:
        both = {"CRS": "EPSG:4326", "SRS": "EPSG:3857"}
        self.assertEqual(self.view(**both).crs.authid, "EPSG:4326")
        self.assertEqual(self.view(WMS_1_1_1, **both).crs.authid, "EPSG:3857")

    def test_proportions(self) -> None:
        """1.3.0 stretches, 1.1.1 grows the box around its middle."""
        view = self.view(WIDTH="80", HEIGHT="80")
        self.assertEqual(drawnView(view, WMS_1_3_0), view)
        grown = drawnView(view, WMS_1_1_1)
        self.assertEqual(grown.extent, Box(-10, 30, 30, 70))
        self.assertEqual(grown.unitsPerPixelX, grown.unitsPerPixelY)

    def test_theProjectMayLowerTheSize(self) -> None:
        made = project(publication=Publication(wms=WmsPublication(maxWidth=79)))
        with self.assertRaises(OWSException):
            self.view(made=made)

    @given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
    def test_anyText(self, box: str, width: str, crs: str) -> None:
        """Whatever is given: a frame of finite numbers, or an exception for the client."""
        try:
            view = self.view(BBOX=box, WIDTH=width, CRS=crs)
        except OWSException as error:
            self.assertLess(len(error.message), 500)
        else:
            self.assertTrue(view.extent.isFinite and not view.extent.isEmpty)


class LayerTests(SynchronousTestCase):
    def test_pairs(self) -> None:
        parameters = Parameters({"LAYERS": "a,b,c", "STYLES": ",s", "OPACITIES": "255,0"})
        self.assertEqual(
            requestedLayers(parameters),
            (RequestedLayer("a"), RequestedLayer("b", "s", 0.0), RequestedLayer("c")),
        )

    def test_opacitiesThatAreNone(self) -> None:
        for text in ("1.5", "-1", "a", "1,,2"):
            with self.assertRaises(OWSException):
                requestedLayers(Parameters({"LAYERS": "a,b,c", "OPACITIES": text}))


class ColourTests(SynchronousTestCase):
    def test_spellings(self) -> None:
        for text in ("0xFF8000", "#ff8000", "FF8000"):
            self.assertEqual(requestedColour(Parameters({"C": text}), "C", (0, 0, 0)), (255, 128, 0))
        self.assertEqual(requestedColour(Parameters({"C": "red"}), "C", (0, 0, 0)), (255, 0, 0))
        self.assertEqual(requestedColour(Parameters({}), "C", (1, 2, 3)), (1, 2, 3))

    def test_noColour(self) -> None:
        for text in ("zz", "0x12", "rgb(1,2,3)"):
            with self.assertRaises(OWSException):
                requestedColour(Parameters({"C": text}), "C", (0, 0, 0))
