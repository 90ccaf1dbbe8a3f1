"""Tests for L{ogctwist.project.failures}."""

import os
from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.failures import anyExists, badLayers, localFailures, missingFiles, withFailures
from ogctwist.project.reader import readProject
from tests.project.samples import layerXml, projectOf, sample


class FailureTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.folder = os.path.abspath(self.mktemp())
        os.makedirs(self.folder)
        with open(os.path.join(self.folder, "here.shp"), "w"):
            pass
        body = "".join(
            (
                layerXml("here", "./here.shp|layername=x"),
                layerXml("gone", "./gone.shp"),
                layerXml("gone2", "./gone.shp|layername=y"),
                layerXml("remote", "dbname='x' table=\"t\"", "postgres"),
                layerXml("shared", "localized:a.shp"),
                "<maplayer type='mesh'><id>mesh</id><datasource>./m.2dm</datasource>"
                "<provider>mdal</provider></maplayer>",
            )
        )
        self.project = projectOf(
            os.path.join(self.folder, "p.qgs"),
            f"<projectlayers>{body}</projectlayers>",
            properties='<WMSRestrictedLayers type="QStringList"><value>gone2</value></WMSRestrictedLayers>',
        )

    def test_missing(self) -> None:
        """Each file once; what lies elsewhere is not looked for."""
        gone = os.path.join(self.folder, "gone.shp")
        self.assertEqual(missingFiles(self.project), (gone, os.path.join(self.folder, "m.2dm")))
        self.assertTrue(anyExists((gone, os.path.join(self.folder, "here.shp"))))
        self.assertFalse(anyExists((gone,)))

    def test_failures(self) -> None:
        """Layers whose file is missing, save those that failed before."""
        found = localFailures(self.project)
        self.assertEqual(sorted(found), ["gone", "gone2", "shared"])
        self.assertIn("gone.shp does not exist", found["gone"])
        self.assertEqual(localFailures(self.project, ()), {"shared": found["shared"]})

    def test_withFailures(self) -> None:
        """Another project with failed layers; the same without failures."""
        failed = withFailures(self.project, {"gone": "why"})
        self.assertEqual((failed.layers["gone"].failure, self.project.layers["gone"].failure), ("why", None))
        self.assertIsNone(failed.layers["here"].failure)
        self.assertEqual(list(failed.layers), list(self.project.layers))
        self.assertIs(withFailures(self.project, {}), self.project)

    def test_badLayers(self) -> None:
        """Failed layers are bad, save restricted ones and those of unsupported kinds."""
        failed = withFailures(self.project, localFailures(self.project))
        self.assertEqual(sorted(badLayers(failed)), ["gone", "shared"])
        self.assertEqual(badLayers(self.project), {})

    def test_sample(self) -> None:
        """The samples' data are where they should be."""
        self.assertEqual(missingFiles(readProject(sample("full.qgs"))), ())
        failed = localFailures(readProject(sample("providers.qgs")))
        self.assertEqual(sorted(i.partition("_")[0] for i in failed), ["geopackage", "mbtiles", "spatialite"])

    def test_kindsOfLayers(self) -> None:
        """A layer that failed already keeps its reason."""
        layers = {**self.project.layers, "gone": replace(self.project.layers["gone"], failure="first")}
        self.assertNotIn("gone", localFailures(replace(self.project, layers=layers)))
