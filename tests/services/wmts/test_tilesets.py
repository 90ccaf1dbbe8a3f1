"""The tile matrix sets of projects; the figures are those of QGIS Server for the same settings."""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.crs import CRS
from ogctwist.geo.tilematrix import TileMatrixSet
from ogctwist.project.model import Project
from ogctwist.project.publication import Publication, WmsPublication, WmtsGrid, WmtsSettings
from ogctwist.services.wmts.tilesets import tileMatrixSets
from tests.doubles.server import projectOf


def projectWith(crsList: tuple[str, ...], **settings: object) -> Project:
    publication = Publication(wms=WmsPublication(crsList=crsList), wmts=WmtsSettings(**settings))
    return replace(projectOf(), publication=publication)


class SetsTests(SynchronousTestCase):
    def sets(self, *crsList: str, **settings: object) -> dict[str, TileMatrixSet]:
        return tileMatrixSets(projectWith(crsList, **settings))

    def test_theWorld(self) -> None:
        sets = self.sets("EPSG:4326", "EPSG:3857")
        self.assertEqual(list(sets), ["EPSG:4326", "EPSG:3857"])
        degrees, mercator = sets.values()
        self.assertEqual((degrees.left, degrees.top, degrees.columns, degrees.rows), (-180, 90, 2, 1))
        self.assertEqual((len(degrees.matrices), len(mercator.matrices)), (20, 21))
        self.assertAlmostEqual(mercator.matrices[-1].scale, 533.182396, 5)

    def test_anotherCrs(self) -> None:
        """A square around where it is valid: the areas of the registries differ a little by version."""
        tiles = self.sets("EPSG:2154")["EPSG:2154"]
        self.assertAlmostEqual(tiles.scale / 47399906, 1, 3)
        self.assertAlmostEqual(tiles.left, -1227644.149, -3)
        self.assertAlmostEqual(tiles.top, 8319268.98, -3)
        self.assertEqual((tiles.columns, tiles.rows, len(tiles.matrices)), (1, 1, 17))

    def test_theLeastScale(self) -> None:
        sets = self.sets("EPSG:3857", "EPSG:2154", minimumScale=20000.0)
        self.assertEqual([len(tiles.matrices) for tiles in sets.values()], [15, 12])

    def test_gridsOfTheProject(self) -> None:
        """They go before the CRS list; how many tiles follows from where the CRS is valid."""
        grid = WmtsGrid("EPSG:25832", 6000000.0, 200000.0, 5000000.0, 3)
        sets = self.sets("EPSG:3857", grids=(grid,))
        self.assertEqual(list(sets), ["EPSG:25832"])
        tiles = sets["EPSG:25832"]
        self.assertEqual(
            (tiles.crs, tiles.left, tiles.top), (CRS.fromAuthid("EPSG:25832"), 200000.0, 6000000.0)
        )
        self.assertEqual([matrix.columns for matrix in tiles.matrices], [2, 4, 8, 16])
        self.assertEqual([matrix.rows for matrix in tiles.matrices], [15, 30, 60, 120])

    def test_whatMakesNoSense(self) -> None:
        """A grid that is none, a CRS that nobody knows: left out, and the others stay."""
        grids = (
            WmtsGrid("EPSG:999999", 0.0, 0.0, 1.0, 3),
            WmtsGrid("EPSG:3857", 0.0, 0.0, float("nan"), 3),
            WmtsGrid("EPSG:3035", 0.0, 0.0, 0.0, 3),
            WmtsGrid("EPSG:4326", 90.0, -180.0, 279541132.0143589, 10**9),
        )
        sets = self.sets(grids=grids)
        self.assertEqual(list(sets), ["EPSG:4326"])
        self.assertLess(len(sets["EPSG:4326"].matrices), 40)
