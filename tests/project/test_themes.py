"""Tests for L{ogctwist.project.themes}."""

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.model import MapTheme, Relation, ThemeLayer
from ogctwist.project.themes import readRelations, readThemes
from tests.project.samples import element


class ThemeTests(SynchronousTestCase):
    def test_themes(self) -> None:
        """Layers with styles, what is checked in legends, and groups."""
        found = readThemes(
            element(
                '<visibility-presets><visibility-preset name="one"><layer id="a" style="s" visible="1"/>'
                '<checked-legend-nodes id="a"><checked-legend-node id="{1}"/></checked-legend-nodes>'
                '<layer id="b" style="default" visible="0"/><checked-group-nodes>'
                '<checked-group-node id="G/H"/>'
                '</checked-group-nodes></visibility-preset><visibility-preset name="old"><layer id="c"/>'
                "</visibility-preset></visibility-presets>"
            )
        )
        layers = (ThemeLayer("a", "s", True, frozenset({"{1}"})), ThemeLayer("b", "default", False))
        self.assertEqual(found["one"], MapTheme("one", layers, frozenset({"G/H"})))
        self.assertEqual(found["old"], MapTheme("old", (ThemeLayer("c"),)))
        self.assertEqual(list(found), ["one", "old"])

    def test_relations(self) -> None:
        """Relations with their pairs of fields."""
        found = readRelations(
            element(
                '<relations><relation id="r" name="n" referencingLayer="a" referencedLayer="b">'
                '<fieldRef referencingField="x" referencedField="y"/></relation></relations>'
            )
        )
        self.assertEqual(found, {"r": Relation("r", "n", "a", "b", (("x", "y"),))})

    def test_none(self) -> None:
        """Neither."""
        self.assertEqual((readThemes(None), readRelations(None)), ({}, {}))
