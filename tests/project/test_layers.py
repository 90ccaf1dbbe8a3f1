"""Tests for L{ogctwist.project.layers}."""

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.layers import DataSource, FieldSettings, Layer, LayerKind, ScaleRange, Style


class ScaleTests(SynchronousTestCase):
    def test_bounds(self) -> None:
        """The larger bound is outside, the smaller inside, as in QGIS; 0 is no bound."""
        both = ScaleRange(5000, 100)
        self.assertEqual([both.contains(d) for d in (99.9, 100, 4999.9, 5000)], [False, True, True, False])
        self.assertEqual([ScaleRange(0, 100).contains(d) for d in (99, 1e9)], [False, True])
        self.assertEqual([ScaleRange(100, 0).contains(d) for d in (1e-3, 100)], [True, False])
        self.assertTrue(ScaleRange().contains(1))


class LayerTests(SynchronousTestCase):
    layer = Layer(
        "i",
        "n",
        LayerKind.VECTOR,
        DataSource("ogr", "x"),
        styles=(Style("a", b""), Style("b", b"")),
        fields=(FieldSettings("f", "alias"),),
    )

    def test_styles(self) -> None:
        """The current style has no name, or its own."""
        self.assertEqual(
            [self.layer.styleNamed(n) for n in ("", "a", "b")], [*self.layer.styles[:1], *self.layer.styles]
        )
        self.assertIsNone(self.layer.styleNamed("c"))
        self.assertIs(self.layer.style, self.layer.styles[0])

    def test_fields(self) -> None:
        """Settings by name."""
        found = self.layer.fieldSettings("f")
        self.assertEqual(found and found.alias, "alias")
        self.assertIsNone(self.layer.fieldSettings("g"))
