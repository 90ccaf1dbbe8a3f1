"""HIGHLIGHT_*."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.geo.view import MapView
from ogctwist.ows.exceptions import OWSException
from ogctwist.ows.parameters import Parameters
from ogctwist.services.wms.highlights import requestedHighlights

SYMBOL = (
    "<StyledLayerDescriptor><UserStyle><FeatureTypeStyle><Rule><PolygonSymbolizer><Fill>"
    '<SvgParameter name="fill">#ff0000</SvgParameter></Fill></PolygonSymbolizer></Rule>'
    "</FeatureTypeStyle></UserStyle></StyledLayerDescriptor>"
)
VIEW = MapView(Box(0, 0, 100, 100), 100, 100, CRS.fromAuthid("EPSG:3857"), 91.0)
SQUARE = "POLYGON((20 20,80 20,80 80,20 80,20 20))"


def highlights(**parameters: str):
    return requestedHighlights(Parameters(parameters))


class HighlightTests(SynchronousTestCase):
    def test_drawn(self) -> None:
        (highlight,) = highlights(HIGHLIGHT_GEOM=SQUARE, HIGHLIGHT_SYMBOL=SYMBOL)
        picture = highlight.draw(VIEW, lambda: False)
        self.assertEqual(picture.pixels[50, 50].tolist(), [0, 0, 255, 255])
        self.assertEqual(picture.pixels[5, 5].tolist(), [0, 0, 0, 0])
        self.assertIsNone(picture.labels)

    def test_labelled(self) -> None:
        (highlight,) = highlights(
            HIGHLIGHT_GEOM=SQUARE,
            HIGHLIGHT_SYMBOL=SYMBOL,
            HIGHLIGHT_LABELSTRING="Here",
            HIGHLIGHT_LABELSIZE="8",
        )
        labels = highlight.draw(VIEW, lambda: False).labels
        self.assertEqual(len(labels.labels), 1)

    def test_withoutSymbolNothing(self) -> None:
        self.assertEqual(highlights(HIGHLIGHT_GEOM=SQUARE), ())

    def test_malformedLists(self) -> None:
        """Refused as QGIS refuses them, whether the values would be used or not."""
        for name, value in (
            ("HIGHLIGHT_GEOM", "POLYGONN((0 0))"),
            ("HIGHLIGHT_GEOM", "POINT EMPTY"),
            ("HIGHLIGHT_LABELCOLOR", "#00230000;#0023000"),
            ("HIGHLIGHT_LABELSIZE", "16;FOO"),
            ("HIGHLIGHT_LABELSIZE", "1.5"),
            ("HIGHLIGHT_LABELBUFFERSIZE", "1.5;FF"),
            ("HIGHLIGHT_LABELBUFFERSIZE", "nan"),
        ):
            error = self.assertRaises(OWSException, highlights, **{name: value})
            self.assertIn("cannot be converted into a list of", error.message)

    def test_limits(self) -> None:
        self.assertRaises(OWSException, highlights, HIGHLIGHT_GEOM=";".join(["POINT(1 1)"] * 101))
        self.assertRaises(OWSException, highlights, HIGHLIGHT_SYMBOL="<x/>", HIGHLIGHT_GEOM=SQUARE)

    @given(st.text(max_size=60))
    def test_anyText(self, text: str) -> None:
        """Never another failure than an exception for the client."""
        try:
            highlights(HIGHLIGHT_GEOM=text, HIGHLIGHT_LABELCOLOR=text, HIGHLIGHT_LABELSIZE=text)
        except OWSException:
            return
