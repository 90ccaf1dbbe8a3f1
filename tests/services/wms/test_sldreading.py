"""Styled Layer Descriptors to styles."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression.column import Kind
from ogctwist.filterencoding import FilterTarget
from ogctwist.ows.exceptions import InvalidParameterValue
from ogctwist.services.wms.sld.reading import sldLayers, userStyle
from ogctwist.symbology.vector import vectorPlan
from tests.services.wms.projects import vectorLayer

SLD = (
    '<StyledLayerDescriptor xmlns="http://www.opengis.net/sld" xmlns:se="http://www.opengis.net/se" '
    'xmlns:ogc="http://www.opengis.net/ogc" version="1.1.0"><NamedLayer><se:Name>towns</se:Name>{}'
    "</NamedLayer></StyledLayerDescriptor>"
)
FILL = (
    '<se:PolygonSymbolizer><se:Fill><se:SvgParameter name="fill">{}</se:SvgParameter></se:Fill>'
    "</se:PolygonSymbolizer>"
)
EQUAL = (
    "<ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>{}</ogc:PropertyName>"
    "<ogc:Literal>x</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>"
)
TARGET = FilterTarget(fields={"name": Kind.TEXT}, published={}, crs=None, requestCrs=None)


def sld(*rules: str) -> str:
    body = "".join(f"<se:Rule>{rule}</se:Rule>" for rule in rules)
    return SLD.format(f"<UserStyle><se:FeatureTypeStyle>{body}</se:FeatureTypeStyle></UserStyle>")


class ReadingTests(SynchronousTestCase):
    def plan(self, text: str, kind: str = "Polygon"):
        (layer,) = sldLayers(text)
        return vectorPlan(userStyle(layer.userStyle, kind, TARGET), vectorLayer("towns"))

    def test_names(self) -> None:
        (layer,) = sldLayers(SLD.format("<NamedStyle><se:Name>night</se:Name></NamedStyle>"))
        self.assertEqual((layer.name, layer.namedStyle, layer.userStyle), ("towns", "night", None))

    def test_symbols(self) -> None:
        plan = self.plan(sld(FILL.format("#ff0000"), FILL.format("#00ff00")))
        self.assertEqual((len(plan.renderer.symbols), plan.unsupported), (2, ()))

    def test_filtersAreKept(self) -> None:
        plan = self.plan(sld(EQUAL.format("name") + FILL.format("#ff0000")))
        rule = plan.renderer.root.children[0]
        self.assertEqual(rule.filter.fields, frozenset({"name"}))

    def test_scales(self) -> None:
        plan = self.plan(sld("<se:MaxScaleDenominator>500</se:MaxScaleDenominator>" + FILL.format("#ff0000")))
        rule = plan.renderer.root.children[0]
        self.assertEqual((rule.showsAt(400), rule.showsAt(600)), (True, False))

    def test_symbolizersForOtherGeometriesAreLeftOut(self) -> None:
        self.assertEqual(len(self.plan(sld(FILL.format("#ff0000")), "Point").renderer.symbols), 0)

    def test_whatIsNotUnderstoodIsRefused(self) -> None:
        for bad in (
            "<x",
            "<NoSld/>",
            SLD.replace("<se:Name>towns</se:Name>", "").format(""),
            '<!DOCTYPE a [<!ENTITY b "c">]>' + sld(),
            sld(FILL.format("#ff00zz")),
            sld(EQUAL.format("secret") + FILL.format("#ff0000")),
            sld("<se:PointSymbolizer><se:Graphic><se:ExternalGraphic/></se:Graphic></se:PointSymbolizer>"),
        ):
            self.assertRaises(InvalidParameterValue, self.plan, bad, "")
