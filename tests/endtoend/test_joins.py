"""Fields of joined layers, in every service, as far as the request may see them."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

from tests.endtoend.running import ServerTestCase

TOWNS = """
<maplayer type="vector" geometry="Point">
  <id>towns_1</id><layername>towns</layername>
  <datasource>file:towns.csv?xField=x&amp;yField=y&amp;crs=EPSG:4326&amp;detectTypes=yes</datasource>
  <provider encoding="UTF-8">delimitedtext</provider>
  <srs><spatialrefsys><authid>EPSG:4326</authid></spatialrefsys></srs>
  <vectorjoins>
    <join joinLayerId="mayors_1" targetFieldName="town" joinFieldName="town" hasCustomPrefix="1"
      customPrefix="m_" memoryCache="1"/>
  </vectorjoins>
  {renderer}
</maplayer>
"""
SINGLE = """
<renderer-v2 type="singleSymbol"><symbols>
  <symbol type="marker" name="0"><layer class="SimpleMarker" enabled="1"/></symbol>
</symbols></renderer-v2>
"""
MAYORS = """
<maplayer type="vector" geometry="No geometry">
  <id>mayors_1</id><layername>mayors</layername>
  <datasource>file:mayors.csv?type=csv&amp;detectTypes=yes&amp;geomType=none</datasource>
  <provider encoding="UTF-8">delimitedtext</provider>
</maplayer>
"""
PROJECT = """<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis projectname="Towns" version="3.34.0">
  <projectCrs><spatialrefsys><authid>EPSG:4326</authid></spatialrefsys></projectCrs>
  <layer-tree-group>
    <layer-tree-layer id="towns_1" name="towns"/><layer-tree-layer id="mayors_1" name="mayors"/>
  </layer-tree-group>
  <projectlayers>{layers}</projectlayers>
  <properties><WFSLayers type="QStringList"><value>towns_1</value></WFSLayers></properties>
</qgis>
"""
PLUGIN = """
    from zope.interface import implementer

    from ogctwist.access.permissions import LayerPermissions
    from ogctwist.interfaces import IAccessControlFilter


    @implementer(IAccessControlFilter)
    class Secretive:
        def layerPermissions(self, handler, layer):
            hides = layer.name == "mayors" and handler.parameter("WHO") == "stranger"
            return LayerPermissions() if hides else LayerPermissions.all()

        def layerFilterExpression(self, handler, layer):
            return "age < 60" if layer.name == "mayors" and handler.parameter("WHO") == "clerk" else ""

        def layerFilterSubsetString(self, handler, layer):
            return ""

        def authorizedLayerAttributes(self, handler, layer, attributes):
            hidden = {"age"} if layer.name == "mayors" and handler.parameter("WHO") == "guest" else set()
            return [name for name in attributes if name not in hidden]

        def allowToEdit(self, handler, layer, feature):
            return True

        def cacheKey(self, handler):
            return handler.parameter("WHO") or "all"


    def serverClassFactory(iface):
        iface.registerAccessControl(Secretive(), 100)
"""


class TownsServer:
    """
    Towns, and their mayors, of whom not everybody is told.

    @cvar renderer: of the towns.
    """

    renderer = SINGLE

    async def setUp(self) -> None:
        folder = Path(self.mktemp()).absolute()
        plugin = folder / "plugins" / "secretive"
        plugin.mkdir(parents=True)
        (plugin / "metadata.txt").write_text("[general]\nname=Secretive\nversion=1\nserver=True\n")
        (plugin / "__init__.py").write_text(dedent(PLUGIN))
        (folder / "towns.csv").write_text("x,y,town\n1,2,Here\n3,4,There\n5,6,Nowhere\n")
        (folder / "mayors.csv").write_text("town,mayor,age\nHere,Ann,40\nThere,Bob,70\n")
        self.project = folder / "towns.qgs"
        self.project.write_text(PROJECT.format(layers=TOWNS.format(renderer=self.renderer) + MAYORS))
        self.options = {"plugins": [str(plugin.parent)]}
        await super().setUp()


class JoinTests(TownsServer, ServerTestCase):
    async def towns(self, **parameters: object) -> list[tuple[object, ...]]:
        """What is told of each town: its name, its mayor, the mayor's age."""
        _, body = await self.ask(
            SERVICE="WFS", VERSION="1.1.0", REQUEST="GetFeature", TYPENAME="towns", OUTPUTFORMAT="GeoJSON",
            **parameters,
        )  # fmt: skip
        features = [feature["properties"] for feature in json.loads(body)["features"]]
        return [tuple(f.get(name, "-") for name in ("town", "m_mayor", "m_age")) for f in features]

    async def test_wfs(self) -> None:
        self.assertEqual(
            await self.towns(), [("Here", "Ann", 40), ("There", "Bob", 70), ("Nowhere", None, None)]
        )

    async def test_filters(self) -> None:
        self.assertEqual(await self.towns(EXP_FILTER="m_age > 50"), [("There", "Bob", 70)])

    async def test_aDeniedLayerLendsNoField(self) -> None:
        self.assertEqual(
            await self.towns(WHO="stranger"), [("Here", "-", "-"), ("There", "-", "-"), ("Nowhere", "-", "-")]
        )
        response, _ = await self.ask(
            SERVICE="WFS", VERSION="1.1.0", REQUEST="GetFeature", TYPENAME="towns", EXP_FILTER="m_age > 50",
            WHO="stranger",
        )  # fmt: skip
        self.assertEqual(response.code, 400)

    async def test_hiddenRowsAndFieldsOfTheJoinedLayer(self) -> None:
        self.assertEqual(
            await self.towns(WHO="clerk"),
            [("Here", "Ann", 40), ("There", None, None), ("Nowhere", None, None)],
        )
        self.assertEqual(
            await self.towns(WHO="guest"),
            [("Here", "Ann", "-"), ("There", "Bob", "-"), ("Nowhere", None, "-")],
        )

    async def test_descriptionAndInfo(self) -> None:
        _, body = await self.ask(
            SERVICE="WFS", VERSION="1.1.0", REQUEST="DescribeFeatureType", TYPENAME="towns"
        )
        self.assertIn(b"m_mayor", body)
        _, body = await self.ask(
            SERVICE="WMS", VERSION="1.3.0", REQUEST="GetFeatureInfo", LAYERS="towns", QUERY_LAYERS="towns",
            CRS="EPSG:4326", BBOX="0,0,8,8", WIDTH=80, HEIGHT=80, I=10, J=60, INFO_FORMAT="application/json",
        )  # fmt: skip
        (feature,) = json.loads(body)["features"]
        self.assertEqual(feature["properties"]["m_mayor"], "Ann")
