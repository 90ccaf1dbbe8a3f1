"""Tests for L{ogctwist.project.treereader}."""

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.errors import ProjectError
from ogctwist.project.layers import WmtsPublication
from ogctwist.project.model import GroupNode, LayerNode
from ogctwist.project.publicationreader import LayerPublication
from ogctwist.project.treereader import TreeReader, customOrderOf
from tests.project.samples import element


def tree(body: str, **published: object) -> GroupNode:
    return TreeReader(LayerPublication(published), depth=20).read(element(f"<qgis>{body}</qgis>"))


class TreeTests(SynchronousTestCase):
    def test_groups(self) -> None:
        """Groups in groups, checked or not."""
        found = tree(
            '<layer-tree-group name="ignored"><customproperties/>'
            '<layer-tree-layer id="a" name="A" checked="Qt::Unchecked" expanded="0"/>'
            '<layer-tree-group name="G" checked="Qt::PartiallyChecked" expanded="1" mutually-exclusive="1" '
            'mutually-exclusive-child="1" groupLayer="gl">'
            '<layer-tree-layer id="b" name="B" checked="Qt::Checked"/>'
            '<layer-tree-group name="H"/></layer-tree-group></layer-tree-group>',
            **{"WMTSLayers/Group": ("G",)},
        )
        self.assertEqual(found.name, "")
        first, group = found.children
        self.assertEqual(first, LayerNode("a", "A", False, False))
        assert isinstance(group, GroupNode)
        self.assertEqual((group.isChecked, group.isExclusive, group.exclusiveIndex), (True, True, 1))
        self.assertEqual((group.groupLayerId, group.wmts), ("gl", WmtsPublication(True)))
        self.assertEqual([node.layerId for node in found.layerNodes()], ["a", "b"])
        self.assertEqual([node.name for node in found.groupNodes()], ["G", "H"])

    def test_legend(self) -> None:
        """The legend of projects before 2.4."""
        found = tree(
            "<legend>"
            '<legendgroup name="G" checked="Qt::Unchecked" open="false" embedded="1" project="./p.qgs"/>'
            '<legendlayer name="A" checked="Qt::Checked" open="true"><filegroup>'
            '<legendlayerfile layerid="a"/></filegroup></legendlayer><legendlayer name="none"/></legend>'
        )
        group, node = found.children
        assert isinstance(group, GroupNode)
        self.assertEqual((group.name, group.isChecked, group.isExpanded), ("G", False, False))
        self.assertEqual(group.properties, {"embedded": "1", "embedded_project": "./p.qgs"})
        self.assertEqual(node, LayerNode("a", "A"))

    def test_none(self) -> None:
        """A project without a tree."""
        self.assertEqual(tree(""), GroupNode(""))

    def test_depth(self) -> None:
        """Nesting has an end."""
        self.assertRaises(ProjectError, tree, "<layer-tree-group>" * 30 + "</layer-tree-group>" * 30)
        self.assertRaises(
            ProjectError, tree, "<legend>" + "<legendgroup>" * 30 + "</legendgroup>" * 30 + "</legend>"
        )


class OrderTests(SynchronousTestCase):
    items = "<item>b</item><item>a</item>"

    def test_order(self) -> None:
        """A custom order counts when it is switched on."""
        for text, expected in (
            (
                f'<layer-tree-group><custom-order enabled="1">{self.items}</custom-order></layer-tree-group>',
                ("b", "a"),
            ),
            (
                f'<layer-tree-group><custom-order enabled="0">{self.items}</custom-order></layer-tree-group>',
                None,
            ),
            (
                f'<layer-tree-canvas><custom-order enabled="1">{self.items}</custom-order>'
                "</layer-tree-canvas>",
                ("b", "a"),
            ),
            ("", None),
        ):
            self.assertEqual(customOrderOf(element(f"<qgis>{text}</qgis>")), expected)
