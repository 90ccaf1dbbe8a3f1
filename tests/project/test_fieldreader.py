"""Tests for L{ogctwist.project.fieldreader}."""

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.fieldreader import readFields
from ogctwist.project.layers import EditWidget, FieldSettings
from tests.project.samples import childrenOf


def fields(body: str) -> dict[str, FieldSettings]:
    return {field.name: field for field in readFields(childrenOf(f"<maplayer>{body}</maplayer>"))}


class FieldTests(SynchronousTestCase):
    def test_configuration(self) -> None:
        """Flags and widgets of 3.16 and later."""
        found = fields(
            '<fieldConfiguration><field name="a" configurationFlags="None"><editWidget type="Range"><config>'
            '<Option type="Map"><Option name="Min" type="int" value="1"/></Option></config></editWidget>'
            "</field>"
            '<field name="b" configurationFlags="HideFromWms|HideFromWfs"><editWidget type=""><config>'
            "<Option/>"
            '</config></editWidget></field><field name="c" configurationFlags="NotSearchable|HideFromWfs"/>'
            "</fieldConfiguration>"
        )
        self.assertEqual(list(found), ["a", "b", "c"])
        self.assertEqual(found["a"].editWidget, EditWidget("Range", {"Min": 1}))
        self.assertEqual(found["b"].editWidget, EditWidget("", {}))
        hidden = [(f.excludeWms, f.excludeWfs) for f in found.values()]
        self.assertEqual(hidden, [(False, False), (True, True), (False, True)])

    def test_excluded(self) -> None:
        """Lists of excluded attributes, before 3.16."""
        found = fields(
            '<fieldConfiguration><field name="a"/><field name="b"/></fieldConfiguration>'
            "<excludeAttributesWMS><attribute>b</attribute></excludeAttributesWMS>"
            "<excludeAttributesWFS><attribute>a</attribute><attribute>b</attribute></excludeAttributesWFS>"
        )
        self.assertEqual(
            [(f.excludeWms, f.excludeWfs) for f in found.values()], [(False, True), (True, True)]
        )

    def test_settings(self) -> None:
        """Aliases, defaults, constraints, and whether a field can be edited."""
        found = fields(
            '<aliases><alias field="a" name="Alias" index="0"/><alias field="b" name="" index="1"/></aliases>'
            '<defaults><default field="a" expression="now()" applyOnUpdate="1"/></defaults>'
            '<constraints><constraint field="a" constraints="5" notnull_strength="2" exp_strength="1"/>'
            "</constraints>"
            '<constraintExpressions><constraint field="a" exp="a > 1" desc="why"/></constraintExpressions>'
            '<editable><field name="b" editable="0"/></editable>'
        )
        self.assertEqual(
            found["a"],
            FieldSettings(
                "a",
                "Alias",
                default="now()",
                applyDefaultOnUpdate=True,
                constraints=5,
                hardConstraints=4,
                constraintExpression="a > 1",
                constraintDescription="why",
            ),
        )
        self.assertEqual(found["b"], FieldSettings("b", isEditable=False))

    def test_virtual(self) -> None:
        """Expression fields come with their declaration."""
        found = fields(
            '<expressionfields><field name="v" expression="1 + 1" type="6" typeName="double" length="10" '
            'precision="3" comment="c" subType="0"/></expressionfields>'
        )
        expected = FieldSettings(
            "v", expression="1 + 1", typeName="double", comment="c", typeCode=6, length=10, precision=3
        )
        self.assertEqual(found["v"], expected)

    def test_oldWidgets(self) -> None:
        """C{edittypes} of 2.x; settings of the field are not settings of its widget."""
        found = fields(
            '<edittypes><edittype name="a" widgetv2type="TextEdit">'
            '<widgetv2config IsMultiline="0" fieldEditable="0" '
            'labelOnTop="0" notNull="1" constraint="a > 1" constraintDescription="d"/></edittype>'
            '<edittype name="b" widgetv2type="ValueMap"><widgetv2config fieldEditable="1">'
            '<value key="One" value="1"/></widgetv2config></edittype><edittype name="c"/></edittypes>'
        )
        self.assertEqual(found["a"].editWidget, EditWidget("TextEdit", {"IsMultiline": "0"}))
        self.assertEqual((found["a"].isEditable, found["a"].constraints), (False, 5))
        self.assertEqual((found["a"].constraintExpression, found["a"].constraintDescription), ("a > 1", "d"))
        self.assertEqual(found["b"].editWidget, EditWidget("ValueMap", {"map": {"One": "1"}}))
        self.assertEqual(found["c"].editWidget, EditWidget("", {}))

    def test_nameless(self) -> None:
        """Entries without a name belong to no field."""
        self.assertEqual(
            fields('<aliases><alias index="0" name="x"/></aliases><defaults><default/></defaults>'), {}
        )
