"""What WMS publishes of a project's tree."""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.layers import LayerDescription, LayerKind
from ogctwist.project.model import GroupNode, LayerNode
from ogctwist.project.publication import Publication, WmsPublication
from ogctwist.services.wms.layertree import PublishedTree, rootName
from tests.services.wms.projects import project, vectorLayer


class PublishedTreeTests(SynchronousTestCase):
    def tree(self, **changes) -> PublishedTree:
        made = project(**changes)
        return PublishedTree(made, made.layers)

    def test_names(self) -> None:
        """Layers by short name, else name; groups and the root by theirs."""
        tree = self.tree()
        named = tree.layerNamed("t")
        assert named is not None
        self.assertEqual(named.layer.name, "towns")
        self.assertIsNone(tree.layerNamed("towns"))
        self.assertIsNotNone(tree.groupNamed("w"))
        self.assertIsNotNone(tree.groupNamed("A map"))

    def test_restrictedLayersAndGroups(self) -> None:
        tree = self.tree()
        self.assertIsNone(tree.layerNamed("secrets"))
        tree = self.tree(publication=Publication(wms=WmsPublication(restrictedLayers=frozenset({"water"}))))
        self.assertIsNone(tree.groupNamed("w"))
        self.assertIsNone(tree.layerNamed("rivers"))
        self.assertIsNotNone(tree.layerNamed("secrets"))

    def test_whatCannotBeDrawn(self) -> None:
        """Failed, private and unsupported layers are not published."""
        for change in ({"failure": "gone"}, {"isPrivate": True}, {"kind": LayerKind.MESH}):
            made = project()
            layers = {**made.layers, "towns_id": replace(made.layers["towns_id"], **change)}
            self.assertIsNone(PublishedTree(made, layers).layerNamed("t"), change)

    def test_layersThatShareAName(self) -> None:
        """All of them are meant, top first."""
        twins = [vectorLayer("one", description=LayerDescription(shortName="twin")) for _ in range(2)]
        twins = [replace(layer, id=f"twin{number}") for number, layer in enumerate(twins)]
        made = project(
            layers={layer.id: layer for layer in twins},
            tree=GroupNode("", tuple(LayerNode(layer.id, layer.name) for layer in twins)),
        )
        found = PublishedTree(made, made.layers).layersNamed("twin")
        self.assertEqual([layer.layer.id for layer in found], ["twin0", "twin1"])

    def test_rootName(self) -> None:
        self.assertEqual(rootName(project()), "A map")
        self.assertEqual(rootName(project(publication=Publication(wms=WmsPublication(rootName="R")))), "R")
