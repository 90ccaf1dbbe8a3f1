"""What stands in legends."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.layers import Style
from ogctwist.services.wms.legend.counting import Counts, keyCounts
from ogctwist.services.wms.legend.nodes import counted, formatted, vectorLayer
from ogctwist.symbology.vector import vectorPlan
from tests.services.wms.projects import vectorLayer as layerNamed

FILL = (
    '<symbol type="fill" name="{}" alpha="1"><layer class="SimpleFill" enabled="1">'
    '<prop k="color" v="10,20,30,255"/></layer></symbol>'
)
RULES = Style(
    "rules",
    (
        '<maplayer><renderer-v2 type="RuleRenderer"><rules key="root">'
        '<rule key="a" label="All" symbol="0"/>'
        '<rule key="h" label="Heading"><rule key="s" label="Near" symbol="1" scalemaxdenom="1000"/></rule>'
        "</rules><symbols>" + FILL.format(0) + FILL.format(1) + "</symbols></renderer-v2></maplayer>"
    ).encode(),
)
SINGLE = Style(
    "single",
    (
        '<maplayer><renderer-v2 type="singleSymbol"><symbols>'
        + FILL.format(0)
        + "</symbols></renderer-v2></maplayer>"
    ).encode(),
)


class NodeTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.layer = layerNamed("l")
        self.plan = vectorPlan(RULES, self.layer)

    def labels(self, *arguments):
        return [node.label for node in vectorLayer(self.layer, RULES, self.plan, *arguments).nodes]

    def test_aSingleSymbolStandsForItsLayer(self) -> None:
        legend = vectorLayer(self.layer, SINGLE, vectorPlan(SINGLE, self.layer), None)
        self.assertEqual(([n.label for n in legend.nodes], legend.isEmbedded), (["l"], True))
        self.assertEqual(legend.labelled("AUTO").nodes[0].label, "")
        self.assertEqual(legend.labelled("FALSE").nodes[0].label, " ")

    def test_scales(self) -> None:
        self.assertEqual(self.labels(None), ["All", "Heading", "Near"])
        self.assertEqual(self.labels(500.0), ["All", "Heading", "Near"])
        self.assertEqual(self.labels(5000.0), ["All", "Heading"])

    def test_content(self) -> None:
        """Only what draws something, headings neither."""
        self.assertEqual(self.labels(None, {1: 4}), ["Near"])
        self.assertEqual(self.labels(None, {}), [])

    def test_counts(self) -> None:
        counts = Counts(9, {0: 7, 1: 2})
        legend = vectorLayer(self.layer, RULES, self.plan, None)
        told = counted(legend, counts.total, keyCounts(self.plan, counts))
        self.assertEqual(told.title, "l [9]")
        self.assertEqual([n.label for n in told.nodes], ["All [7]", "Heading [2]", "Near [2]"])

    def test_numbers(self) -> None:
        self.assertEqual([formatted(v) for v in (3.0, 1234.5, -0.0)], ["3", "1,234.5", "0"])
