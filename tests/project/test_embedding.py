"""Tests for L{ogctwist.project.embedding}."""

import os
from dataclasses import replace
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.document import ProjectLimits, filesVersion
from ogctwist.project.model import GroupNode, Project
from ogctwist.project.reader import readProject
from tests.project.samples import document, layerXml, projectOf, sample, write

SOURCE = (
    '<layer-tree-group><layer-tree-layer id="top_layer"/><layer-tree-group name="Outer">'
    '<layer-tree-group name="Inner" checked="Qt::Unchecked"><layer-tree-layer id="a_layer" name="a"/>'
    '<layer-tree-layer id="b_layer" name="b"/></layer-tree-group></layer-tree-group></layer-tree-group>'
    f"<projectlayers>{layerXml('top_layer')}{layerXml('a_layer')}{layerXml('b_layer')}</projectlayers>"
)


def embedded(project: str, hidden: str = "") -> str:
    listed = f'<property key="embedded-invisible-layers"><value>{hidden}</value></property>' if hidden else ""
    return (
        f'<customproperties><property key="embedded" value="1"/>{listed}'
        f'<property key="embedded_project" value="{project}"/></customproperties>'
    )


def group(name: str, project: str, hidden: str = "", attributes: str = "") -> str:
    return f'<layer-tree-group name="{name}" {attributes}>{embedded(project, hidden)}</layer-tree-group>'


class EmbeddingTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.folder = os.path.abspath(self.mktemp())
        os.makedirs(os.path.join(self.folder, "sub"))
        self.source = write(os.path.join(self.folder, "sub", "source.qgs"), document(SOURCE))

    def host(self, tree: str, layers: str = "", properties: str = "", **arguments: Any) -> Project:
        body = f"<layer-tree-group>{tree}</layer-tree-group><projectlayers>{layers}</projectlayers>"
        return projectOf(os.path.join(self.folder, "host.qgs"), body, properties=properties, **arguments)

    def test_group(self) -> None:
        """A group comes with what is below it, its paths are those of its own project."""
        found = self.host(group("Inner", "./sub/source.qgs", hidden="b_layer"))
        self.assertEqual(list(found.layers), ["a_layer", "b_layer"])
        self.assertEqual(found.layers["a_layer"].source.uri, self.folder + "/sub/a.shp")
        checked = {node.layerId: node.isChecked for node in found.tree.layerNodes()}
        self.assertEqual(checked, {"a_layer": True, "b_layer": False})

    def test_nested(self) -> None:
        """Groups in the group keep their state."""
        found = self.host(group("Outer", "./sub/source.qgs"))
        self.assertEqual(
            [(g.name, g.isChecked) for g in found.tree.groupNodes()], [("Outer", True), ("Inner", False)]
        )

    def test_exclusive(self) -> None:
        """The children of an exclusive group are as the other project shows them."""
        found = self.host(group("Inner", "./sub/source.qgs", "b_layer", 'mutually-exclusive="1"'))
        self.assertEqual([node.isChecked for node in found.tree.layerNodes()], [True, True])

    def test_layer(self) -> None:
        """A layer, listed among the layers or not."""
        node = f'<layer-tree-layer id="a_layer">{embedded("./sub/source.qgs")}</layer-tree-layer>'
        listed = '<maplayer embedded="1" project="./sub/source.qgs" id="a_layer"/>'
        for tree, layers in ((node, listed), (node, ""), ("", listed)):
            found = self.host(tree, layers)
            self.assertEqual(found.layers["a_layer"].source.uri, self.folder + "/sub/a.shp")
            self.assertIsNone(found.layers["a_layer"].failure)

    def test_publication(self) -> None:
        """The borrowing project says what it publishes."""
        found = self.host(
            group("Inner", "./sub/source.qgs"),
            properties='<WFSLayers type="QStringList"><value>b_layer</value></WFSLayers>',
        )
        self.assertEqual([layer.wfs.published for layer in found.layers.values()], [False, True])

    def test_missing(self) -> None:
        """What cannot be had leaves empty groups and failed layers; the project is read."""
        node = f'<layer-tree-layer id="x" name="X">{embedded("./none.qgs")}</layer-tree-layer>'
        found = self.host(group("Inner", "./none.qgs") + group("Nonesuch", "./sub/source.qgs") + node)
        self.assertEqual([g.children for g in found.tree.groupNodes()], [(), ()])
        missing, nonesuch = found.warnings
        self.assertIn("none.qgs: the project that it is embedded from cannot be used", missing)
        self.assertIn("source.qgs: has no group 'Nonesuch'", nonesuch)
        self.assertIn("cannot be used", found.layers["x"].failure or "")
        node = f'<layer-tree-layer id="x" name="X">{embedded("./sub/source.qgs")}</layer-tree-layer>'
        self.assertIn("no such layer", self.host(node).layers["x"].failure or "")

    def test_ownBorrowing(self) -> None:
        """What the other project borrows itself does not come along, so that circles end."""
        write(
            os.path.join(self.folder, "sub", "source.qgs"),
            document(f"<layer-tree-group>{group('Inner', '../host.qgs')}</layer-tree-group>"),
        )
        found = self.host(group("Inner", "./sub/source.qgs"))
        self.assertEqual([g.children for g in found.tree.groupNodes()], [()])
        self.assertEqual(list(found.layers), [])

    def test_roots(self) -> None:
        """Projects outside of the roots are not read."""
        allowed = self.host(group("Inner", "./sub/source.qgs"), roots=[self.folder])
        self.assertEqual(len(allowed.layers), 2)
        os.symlink(self.source, os.path.join(self.folder, "link.qgs"))
        other = os.path.join(self.folder, "other")
        os.makedirs(other)
        os.symlink(self.source, os.path.join(other, "link.qgs"))
        for path in ("./sub/source.qgs", "./other/link.qgs"):
            refused = self.host(group("Inner", path), roots=[other])
            self.assertIn("outside of the project roots", refused.warnings[0])
            self.assertEqual(len(refused.layers), 0)
            self.assertEqual(refused.files, (os.path.join(self.folder, "host.qgs"),))

    def test_number(self) -> None:
        """The number of other projects is bounded."""
        limits = replace(ProjectLimits(), embedded=1)
        node = f'<layer-tree-layer id="x">{embedded("./second.qgs")}</layer-tree-layer>'
        found = self.host(group("Inner", "./sub/source.qgs") + node, limits=limits)
        self.assertIn("more than 1", found.layers["x"].failure or "")

    def test_version(self) -> None:
        """The project is another when one that it borrows from changes, or comes."""
        found = self.host(group("Inner", "./sub/source.qgs") + group("Inner", "./later.qgs"))
        later = os.path.join(self.folder, "later.qgs")
        self.assertEqual(found.files, (os.path.join(self.folder, "host.qgs"), self.source, later))
        self.assertEqual(filesVersion(found.files), found.version)
        os.utime(self.source, ns=(1, 1))
        self.assertNotEqual(filesVersion(found.files), found.version)
        found = readProject(found.path)
        self.assertEqual(filesVersion(found.files), found.version)
        write(later, "broken")
        self.assertNotEqual(filesVersion(found.files), found.version)
        found = readProject(found.path)
        self.assertEqual(filesVersion(found.files), found.version)

    def test_writtenByQgis(self) -> None:
        """A group embedded by QGIS itself."""
        found = readProject(sample("borrowing.qgs"))
        self.assertEqual(sorted(layer.name for layer in found.layers.values()), ["areas", "points"])
        group = found.tree.children[0]
        assert isinstance(group, GroupNode)
        self.assertEqual((group.owsName, group.description.title), ("grp", "The group"))
        published = {layer.name: layer.wfs.published for layer in found.layers.values()}
        self.assertEqual(published, {"points": False, "areas": True})
