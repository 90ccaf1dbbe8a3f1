"""Tests for L{ogctwist.project.publicationreader}."""

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.box import Box
from ogctwist.project.layers import WfsPublication, WmtsPublication
from ogctwist.project.publication import Publication, WmtsGrid
from ogctwist.project.publicationreader import LayerPublication, readPublication


class PublicationTests(SynchronousTestCase):
    def test_defaults(self) -> None:
        """Without entries: as QGIS Server has it."""
        self.assertEqual(readPublication({}), Publication())
        wms = Publication().wms
        self.assertEqual((wms.featureInfoPrecision, wms.maxWidth, wms.imageQuality), (6, -1, -1))

    def test_extent(self) -> None:
        """Four numbers in any order of corners, or none."""
        for values, expected in (
            (("1", "2", "3", "4"), Box(1, 2, 3, 4)),
            (("3", "4", "1", "2"), Box(1, 2, 3, 4)),
            (("1", "2", "3"), None),
            (("1", "2", "3", "x"), None),
            (("1", "2", "3", "nan"), None),
        ):
            self.assertEqual(readPublication({"WMSExtent": values}).wms.extent, expected)

    def test_crsList(self) -> None:
        """Authids, each once; numbers in old files."""
        found = readPublication({"WMSCrsList": ("EPSG:4326", " EPSG:2154", "EPSG:4326", "")})
        self.assertEqual(found.wms.crsList, ("EPSG:4326", "EPSG:2154"))
        self.assertEqual(readPublication({"WMSEpsgList": ("4326",)}).wms.crsList, ("EPSG:4326",))

    def test_words(self) -> None:
        """Some flags are words, the others are what Qt makes of them."""
        for value, words, flags in (
            (True, True, True),
            ("enabled", True, True),
            ("1", False, True),
            (0, False, False),
        ):
            found = readPublication(
                {"WMSAddWktGeometry": value, "WMSInfoFormatSIA2045": value, "WMSUseLayerIDs": value}
            )
            self.assertEqual(
                (found.wms.featureInfoAddWktGeometry, found.wms.infoFormatSia2045), (words, words)
            )
            self.assertEqual(found.wms.useLayerIds, flags)

    def test_aliases(self) -> None:
        """Names for layers in GetFeatureInfo: two lists."""
        found = readPublication(
            {
                "WMSFeatureInfoAliasLayers/value": ("a", "b"),
                "WMSFeatureInfoLayerAliases/value": ("x", "y", "z"),
            }
        )
        self.assertEqual(found.wms.featureInfoLayerAliases, {"a": "x", "b": "y"})

    def test_grids(self) -> None:
        """Grids of WMTS; what is no grid is left out."""
        found = readPublication(
            {"WMTSGrids/Config": ("EPSG:4326,90,-180,279541132.0,19", "EPSG:1,1,2,3", "x", "y,1,2,z")}
        )
        self.assertEqual(
            found.wmts.grids, (WmtsGrid("EPSG:4326", 90, -180, 279541132, 19), WmtsGrid("EPSG:1", 1, 2, 3))
        )


class LayerPublicationTests(SynchronousTestCase):
    entries = {
        "WFSLayers": ("a", "b"),
        "WFSLayersPrecision/a": 3,
        "WFSLayersPrecision/b": "x",
        "WFSTLayers/Insert": ("a", "c"),
        "WFSTLayers/Update": ("b",),
        "WFSTLayers/Delete": ("a", "b"),
        "WCSLayers": ("r",),
        "WMTSLayers/Layer": ("a",),
        "WMTSJpegLayers/Layer": ("a",),
        "WMTSLayers/Group": ("g",),
        "WMTSPngLayers/Group": ("g",),
    }

    def test_wfs(self) -> None:
        """Nothing can be changed in a layer that is not published."""
        published = LayerPublication(self.entries)
        self.assertEqual(published.wfs("a"), WfsPublication(True, 3, True, False, True))
        self.assertEqual(published.wfs("b"), WfsPublication(True, 6, False, True, True))
        self.assertEqual(published.wfs("c"), WfsPublication(False, 6))

    def test_others(self) -> None:
        """WCS by id, WMTS by id or group name."""
        published = LayerPublication(self.entries)
        self.assertEqual((published.wcs("r"), published.wcs("a")), (True, False))
        self.assertEqual(published.wmtsLayer("a"), WmtsPublication(True, False, True))
        self.assertEqual(published.wmtsGroup("g"), WmtsPublication(True, True, False))
        self.assertEqual(published.wmtsGroup("a"), WmtsPublication())
