"""The demo project in conf/demo."""

import os

from twisted.trial.unittest import SynchronousTestCase

import ogctwist
from ogctwist.project.failures import badLayers, localFailures
from ogctwist.project.reader import readProject

DEMO = os.path.join(os.path.dirname(os.path.dirname(ogctwist.__file__)), "conf", "demo")


class DemoTests(SynchronousTestCase):
    project = readProject(os.path.join(DEMO, "demo.qgs"))

    def test_complete(self) -> None:
        """All layers have their data beside the project, and none is bad."""
        self.assertEqual(localFailures(self.project), {})
        self.assertEqual(badLayers(self.project), {})
        for layer in self.project.layers.values():
            self.assertIn(DEMO, layer.source.uri)

    def test_published(self) -> None:
        """What the first visitor sees."""
        names = sorted(self.project.owsName(layer) for layer in self.project.layers.values())
        self.assertEqual(names, ["countries", "places", "sea"])
        published = sorted(layer.owsName for layer in self.project.layers.values() if layer.wfs.published)
        self.assertEqual(published, ["countries", "places"])
        self.assertEqual(self.project.publication.wms.crsList, ("EPSG:4326", "EPSG:3857"))
        self.assertEqual(self.project.publication.service.title, "The world")

    def test_size(self) -> None:
        """The demo stays small."""
        size = sum(entry.stat().st_size for entry in os.scandir(DEMO))
        self.assertLess(size, 3_000_000)

    def test_anonymous(self) -> None:
        """The project does not tell where or by whom it was made."""
        with open(os.path.join(DEMO, "demo.qgs"), encoding="utf-8") as file:
            text = file.read()
        for trace in ("saveUser", "file:///", "/home/", "/root/"):
            self.assertNotIn(trace, text)
