"""Styles to Styled Layer Descriptors, and back."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.layers import Style
from ogctwist.services.wms.sld.reading import sldLayers, userStyle
from ogctwist.services.wms.sld.writing import descriptor
from ogctwist.symbology.vector import vectorPlan
from tests.services.wms.projects import vectorLayer
from tests.services.wms.test_legendnodes import FILL, SINGLE
from tests.services.wms.test_sldreading import TARGET

NS = {"se": "http://www.opengis.net/se", "ogc": "http://www.opengis.net/ogc"}


def written(style: Style) -> etree._Element:
    return etree.fromstring(descriptor([("towns", replace(vectorLayer("towns"), styles=(style,)))]))


def styled(kind: str, body: str) -> Style:
    symbols = f"<symbols>{FILL.format(0)}{FILL.format(1)}</symbols>"
    xml = f'<maplayer><renderer-v2 type="{kind}" attr="name">{body}{symbols}</renderer-v2></maplayer>'
    return Style("s", xml.encode())


class WritingTests(SynchronousTestCase):
    def test_roundTrip(self) -> None:
        """What is written can be read, and is the same symbol."""
        text = etree.tostring(written(SINGLE), encoding="unicode")
        (layer,) = sldLayers(text)
        self.assertEqual(layer.name, "towns")
        plan = vectorPlan(userStyle(layer.userStyle, "Polygon", TARGET), vectorLayer("towns"))
        (symbol,) = plan.renderer.symbols
        self.assertEqual([round(c * 255) for c in symbol.layers[0].color[:3]], [10, 20, 30])

    def test_categories(self) -> None:
        root = written(
            styled(
                "categorizedSymbol",
                '<categories><category value="a" symbol="0" label="A"/>'
                '<category value="b" symbol="0" label="off" render="false"/>'
                '<category value="" symbol="1" label="rest"/></categories>',
            )
        )
        rules = root.findall(".//se:Rule", NS)
        self.assertEqual([r.findtext("se:Name", namespaces=NS) for r in rules], ["A", "rest"])
        self.assertEqual(rules[0].findtext(".//ogc:Literal", namespaces=NS), "a")
        self.assertIsNotNone(rules[1].find("se:ElseFilter", NS))

    def test_ranges(self) -> None:
        root = written(
            styled(
                "graduatedSymbol",
                '<ranges><range lower="0" upper="5" symbol="0"/>'
                '<range lower="5" upper="9" symbol="1"/></ranges>',
            )
        )
        first, second = root.findall(".//ogc:And", NS)
        self.assertEqual(etree.QName(first[0]).localname, "PropertyIsGreaterThanOrEqualTo")
        self.assertEqual(etree.QName(second[0]).localname, "PropertyIsGreaterThan")

    def test_aFilterThatCannotBeToldTakesItsRuleAlong(self) -> None:
        rules = (
            "<rules key='r'><rule key='a' filter='f(x)' symbol='0' label='A--'/>"
            "<rule key='b' symbol='1'/></rules>"
        )
        root = written(styled("RuleRenderer", rules))
        self.assertEqual(len(root.findall(".//se:Rule", NS)), 1)
        self.assertIn(b"cannot be told", etree.tostring(root))
