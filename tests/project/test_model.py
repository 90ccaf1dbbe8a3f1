"""Tests for L{ogctwist.project.model}."""

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.reader import readProject
from tests.project.samples import sample


class ModelTests(SynchronousTestCase):
    project = readProject(sample("full.qgs"))

    def test_names(self) -> None:
        """Layers by the name that services give them."""
        points = self.project.layerNamed("pts")
        assert points is not None
        self.assertEqual((points.name, self.project.owsName(points)), ("points", "pts"))
        self.assertIsNone(self.project.layerNamed("points"))
        self.assertIsNone(self.project.layerNamed(""))

    def test_walks(self) -> None:
        """Groups and layers of the tree, top first."""
        layers = [self.project.layers[node.layerId].name for node in self.project.tree.layerNodes()]
        self.assertEqual(layers, ["points", "areas", "grid", "codes", "notes"])
        self.assertEqual(
            [node.owsName for node in self.project.tree.groupNodes()], ["grp", "Below", "Choice"]
        )
