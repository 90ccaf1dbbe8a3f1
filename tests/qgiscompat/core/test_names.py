"""Tests of the names of C{qgis.core}."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.qgiscompat import core, coverage
from ogctwist.qgiscompat.inert import NotOnServer


class Names(SynchronousTestCase):
    def test_nothingUsedIsMissing(self):
        """Every name that two or more plugins use works, or is listed as refused."""
        self.assertEqual(coverage.missing(), [])

    def test_missingIsNoticed(self):
        """A name that is not there is told."""
        self.assertFalse(coverage.find("QgsVectorLayer.noSuchMethod"))
        self.assertFalse(coverage.find("QgsLayoutItemLabel"))
        self.assertTrue(coverage.find("QgsVectorLayer.getFeatures"))

    def test_star(self):
        """A star import gives every name, inert ones included."""
        names: dict[str, object] = {}
        exec("from ogctwist.qgiscompat.core import *", names)  # noqa: S102 - as plugins do
        self.assertTrue({"QgsProject", "Qgis", "QgsLegendRenderer", "QgsLayoutItemLabel"} <= names.keys())
        self.assertEqual(set(core.__all__) - names.keys(), set())

    def test_inert(self):
        """What nothing stands for can be named and subclassed; using it says what it is."""
        self.assertRaises(NotOnServer, type("Mine", (core.QgsLayoutItemLabel,), {}))
        self.assertIn("QgsLayoutItemLabel", coverage.inert())

    def test_enums(self):
        """Enumerations are there scoped and not; the three ways to say "vector" are one value."""
        self.assertEqual(core.Qgis.Critical, core.Qgis.MessageLevel.Critical)
        vector = core.QgsMapLayer.VectorLayer
        self.assertEqual({vector, core.QgsMapLayerType.VectorLayer, core.Qgis.LayerType.Vector}, {vector})
        self.assertIsInstance(core.Qgis.Warning, int)
        flags = core.Qgis.ProjectReadFlags()
        flags |= core.Qgis.ProjectReadFlag.DontLoadLayouts
        self.assertEqual(flags, 2)
        self.assertEqual(core.Qgis.QGIS_VERSION_INT, core.Qgis.versionInt())
        self.assertEqual(core.Qgis.QGIS_VERSION_INT // 100, 334)
