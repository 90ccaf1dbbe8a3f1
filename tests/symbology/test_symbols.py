"""Tests of symbols and of the catalogue of symbol layers."""

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.symbology.catalog import LAYER_CLASSES, symbolReader
from ogctwist.symbology.parts import LINE, POINT, POLYGON
from tests.symbology.drawing import frameOf, layerXml, parsed, symbolXml


class SymbolTests(SynchronousTestCase):
    def read(self, xml: str):
        return symbolReader(["v"]).read(parsed(xml))

    def test_settings(self):
        symbol = self.read(
            symbolXml("line", layerXml("SimpleLine"), layerXml("SimpleLine", level=3), alpha=0.25)
        )
        self.assertEqual((symbol.kind, symbol.opacity), (LINE, 0.25))
        self.assertEqual([layer.renderingPass for layer in symbol.layers], [0, 3])
        self.assertEqual(symbol.fields, frozenset())

    def test_kindMustFit(self):
        symbol = self.read(symbolXml("marker", layerXml("SimpleFill")))
        self.assertEqual((symbol.kind, symbol.layers), (POINT, ()))
        self.assertEqual(symbol.unsupported, ("symbol layer SimpleFill",))

    def test_unsupportedInside(self):
        inner = symbolXml("marker", layerXml("Hologram"), name="@0@0")
        symbol = self.read(symbolXml("fill", layerXml("CentroidFill", inner)))
        self.assertEqual(symbol.unsupported, ("symbol layer Hologram",))

    def test_extents(self):
        for (kind, className), _ in LAYER_CLASSES.items():
            name = {POINT: "marker", LINE: "line", POLYGON: "fill"}[kind]
            symbol = self.read(symbolXml(name, layerXml(className, geometryModifier="$geometry")))
            self.assertEqual(symbol.unsupported, (), className)
            self.assertGreaterEqual(symbol.extent(frameOf()), 0)
