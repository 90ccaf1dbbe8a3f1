"""Feature types and the names of elements."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.encoders.featuretype import GeometryForm, elementName
from tests.encoders.columns import MERCATOR, featureType, geometries


class ElementNameTests(SynchronousTestCase):
    """L{elementName}."""

    def test_examples(self) -> None:
        """As QGIS Server forms them, but never without a proper beginning."""
        cases = {
            "Testing_Layer_(copy)": "Testing_Layer_copy",
            "ä_(n)_/-x.y-z": "ä_n_-x.y-z",
            "my field": "my_field",
            "Größe (m²)": "Größe_m",
            "日本": "日本",
            "1st": "_1st",
            "-x": "_-x",
            "()": "_",
        }
        for name, element in cases.items():
            self.assertEqual(elementName(name), element)

    @given(st.text("aZ_éß日1 -.:/<>&\"'()²\n", max_size=8))
    def test_isXml(self, name: str) -> None:
        """Whatever the name, the element is one."""
        self.assertIsNotNone(etree.Element(elementName(name)))


class ShapesTests(SynchronousTestCase):
    """L{FeatureType.shapes}."""

    def test_none(self) -> None:
        """No column, or none wanted: None."""
        self.assertIsNone(featureType().shapes(None))
        self.assertIsNone(featureType(geometry=GeometryForm.NONE).shapes(geometries("POINT(1 2)")))

    def test_hollow(self) -> None:
        """What has no spelling is null: an empty point, line or polygon; extents of nothing."""
        column = geometries("POINT EMPTY", "POLYGON EMPTY", "MULTIPOINT EMPTY", None, "POINT(1 2)")
        self.assertEqual(featureType().shapes(column).types.tolist(), [0, 0, 4, 0, 1])
        extents = featureType(geometry=GeometryForm.EXTENT).shapes(column)
        self.assertEqual(extents.types.tolist(), [0, 0, 0, 0, 3])
        centroids = featureType(geometry=GeometryForm.CENTROID).shapes(column)
        self.assertEqual(centroids.types.tolist(), [0, 0, 0, 0, 1])

    def test_extentThenTransformed(self) -> None:
        """The extent is taken in the layer's system and then transformed, as QGIS does."""
        kind = featureType(geometry=GeometryForm.EXTENT, outputCrs=MERCATOR)
        shapes = kind.shapes(geometries("LINESTRING(0 0,1 1)"))
        self.assertEqual(len(shapes.ragged.coords), 5)
        self.assertAlmostEqual(shapes.bounds[0, 2], 111319.49, 2)
