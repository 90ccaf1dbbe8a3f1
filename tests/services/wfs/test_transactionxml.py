"""Transactions out of documents and parameters."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.interfaces import OWSException
from ogctwist.ows.parameters import Parameters
from ogctwist.ows.xml import parseXml
from ogctwist.services.wfs.transactionkvp import transactionFromParameters
from ogctwist.services.wfs.transactions import ActionKind, Transaction
from ogctwist.services.wfs.transactionxml import transactionFromDocument
from ogctwist.services.wfs.versions import WFS_1_1_0
from tests.services.wfs.edited import document


def read(actions: str, most: int = 20) -> Transaction:
    return transactionFromDocument(parseXml(document(actions)), WFS_1_1_0, most)


FILTER = '<ogc:Filter><ogc:FeatureId fid="points.1"/></ogc:Filter>'


class DocumentTests(SynchronousTestCase):
    def test_insert(self) -> None:
        """Texts, what is empty, what is nil, and a geometry; the box is nobody's property."""
        action = read(
            '<wfs:Insert handle="H" idgen="UseExisting" srsName="EPSG:3857"><qgs:points gml:id="points.7">'
            "<gml:boundedBy><gml:Null/></gml:boundedBy><qgs:name> x </qgs:name><qgs:empty/>"
            '<qgs:nothing xsi:nil="true"/><qgs:geometry><gml:Point><gml:pos>1 2</gml:pos></gml:Point>'
            "</qgs:geometry></qgs:points></wfs:Insert>"
        ).actions[0]
        self.assertEqual(
            (action.kind, action.typeName, action.handle, action.keepsIds, action.srsName, action.locator),
            (ActionKind.INSERT, "points", "H", True, "EPSG:3857", "H"),
        )
        (feature,) = action.features
        self.assertEqual((feature.typeName, feature.identifier), ("points", "points.7"))
        self.assertEqual(
            [(value.name, value.text, value.geometry is not None) for value in feature.values],
            [
                ("name", " x ", False),
                ("empty", "", False),
                ("nothing", None, False),
                ("geometry", None, True),
            ],
        )

    def test_collections(self) -> None:
        """Features may come in a collection, and be of several types."""
        action = read(
            "<wfs:Insert><wfs:FeatureCollection><gml:boundedBy/><gml:featureMember><qgs:a/></gml:featureMember>"
            "<gml:featureMembers><qgs:b/><qgs:a/></gml:featureMembers></wfs:FeatureCollection><qgs:c/></wfs:Insert>"
        ).actions[0]
        self.assertEqual([feature.typeName for feature in action.features], ["a", "b", "a", "c"])
        self.assertEqual(action.locator, "Insert:a")

    def test_update(self) -> None:
        action = read(
            '<wfs:Update typeName="qgs:points"><wfs:Property><wfs:Name>qgs:points/qgs:name</wfs:Name>'
            "<wfs:Value>x</wfs:Value></wfs:Property><wfs:Property><wfs:ValueReference>pop</wfs:ValueReference>"
            f"</wfs:Property>{FILTER}</wfs:Update>"
        ).actions[0]
        self.assertEqual((action.kind, action.typeName), (ActionKind.UPDATE, "points"))
        self.assertEqual([(v.name, v.text) for v in action.values], [("name", "x"), ("pop", None)])
        assert action.query is not None and action.query.filter is not None
        self.assertEqual(action.locator, "Update:points")

    def test_replace(self) -> None:
        action = read(
            f"<wfs:Replace><qgs:points><qgs:name>x</qgs:name></qgs:points>{FILTER}</wfs:Replace>"
        ).actions[0]
        self.assertEqual((action.kind, action.typeName), (ActionKind.REPLACE, "points"))
        self.assertEqual(len(action.features), 1)

    def test_several(self) -> None:
        """Actions keep their order; what need not be understood is passed over."""
        delete = f'<wfs:Delete typeName="points">{FILTER}</wfs:Delete>'
        wanted = read(
            f'<wfs:LockId>L</wfs:LockId>{delete}<!-- x --><wfs:Native vendorId="x" safeToIgnore="true"/>'
            f"<wfs:Insert><qgs:points/></wfs:Insert>{delete}"
        )
        kinds = [action.kind.value for action in wanted.actions]
        self.assertEqual(kinds, ["Delete", "Insert", "Delete"])
        self.assertEqual((wanted.lockId, wanted.releasesAll), ("L", True))

    def test_refused(self) -> None:
        """What makes no sense, and above all what could be taken for more than it says."""
        cases = [
            "",
            "<wfs:Nonsense/>",
            "<wfs:Insert/>",
            '<wfs:Native vendorId="x" safeToIgnore="false"/>',
            f"<wfs:Delete>{FILTER}</wfs:Delete>",
            '<wfs:Delete typeName="points"/>',
            f'<wfs:Delete typeName="points">{FILTER}{FILTER}</wfs:Delete>',
            f'<wfs:Update typeName="points">{FILTER}</wfs:Update>',
            f'<wfs:Update typeName="points"><wfs:Property/>{FILTER}</wfs:Update>',
            f'<wfs:Update typeName="points"><wfs:Property><wfs:Name>a</wfs:Name><wfs:Value>1</wfs:Value>'
            f"<wfs:Value>2</wfs:Value></wfs:Property>{FILTER}</wfs:Update>",
            "<wfs:Insert><qgs:points><qgs:name><a/><b/></qgs:name></qgs:points></wfs:Insert>",
            "<wfs:Replace><qgs:points/></wfs:Replace>",
            f"<wfs:Replace><qgs:points/><qgs:points/>{FILTER}</wfs:Replace>",
        ]
        for actions in cases:
            self.assertRaises(OWSException, read, actions)

    def test_tooMany(self) -> None:
        insert = "<wfs:Insert><qgs:points/></wfs:Insert>"
        self.assertEqual(len(read(insert * 5, 5).actions), 5)
        self.assertRaises(OWSException, read, insert * 6, 5)


def fromParameters(**parameters: Any) -> Transaction:
    return transactionFromParameters(Parameters(parameters), WFS_1_1_0, 20)


class ParameterTests(SynchronousTestCase):
    def test_deletes(self) -> None:
        wanted = fromParameters(OPERATION="DELETE", TYPENAME="a", FEATUREID="a.1,a.2,b.3", LOCKID="L")
        self.assertEqual(
            [(a.kind, a.typeName) for a in wanted.actions], [(ActionKind.DELETE, n) for n in "ab"]
        )
        self.assertEqual([a.query.ids for a in wanted.actions if a.query], [("a.1", "a.2"), ("b.3",)])
        self.assertEqual(wanted.lockId, "L")
        wanted = fromParameters(OPERATION="Delete", TYPENAME="a", BBOX="0,0,1,1", RELEASEACTION="SOME")
        self.assertFalse(wanted.releasesAll)

    def test_refused(self) -> None:
        """Only deletes, and never of everything."""
        for parameters in (
            {},
            {"OPERATION": "Insert", "TYPENAME": "a", "FEATUREID": "a.1"},
            {"OPERATION": "Delete"},
            {"OPERATION": "Delete", "TYPENAME": "a"},
            {"OPERATION": "Delete", "TYPENAME": "a", "FEATUREID": ""},
            {"OPERATION": "Delete", "TYPENAME": "a", "FEATUREID": "a.1", "RELEASEACTION": "x"},
            {"OPERATION": "Delete", "FEATUREID": ",".join(f"t{i}.1" for i in range(21))},
        ):
            self.assertRaises(OWSException, fromParameters, **parameters)
