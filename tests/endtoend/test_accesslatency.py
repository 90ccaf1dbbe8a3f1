"""What a slow access-control filter costs the requests that wait for it at the same time."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from textwrap import dedent
from time import monotonic

from twisted.internet.defer import DeferredList, ensureDeferred

from tests.endtoend.running import ServerTestCase

REQUESTS = 50
LAYERS = 20
#: How long a hook takes, in seconds; a map asks three, one after the other.
HOOK = 0.1

LAYER = """
<maplayer type="vector" geometry="Point">
  <id>points_{number}</id>
  <datasource>Point?crs=EPSG:4326&amp;field=name:string</datasource>
  <layername>points_{number}</layername>
  <provider encoding="UTF-8">memory</provider>
  <srs><spatialrefsys><authid>EPSG:4326</authid></spatialrefsys></srs>
  <renderer-v2 type="singleSymbol"><symbols>
    <symbol type="marker" name="0"><layer class="SimpleMarker" enabled="1"/></symbol>
  </symbols></renderer-v2>
</maplayer>
"""

PROJECT = """<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis projectname="Many" version="3.34.0">
  <projectCrs><spatialrefsys><authid>EPSG:4326</authid></spatialrefsys></projectCrs>
  <layer-tree-group>{tree}</layer-tree-group>
  <projectlayers>{layers}</projectlayers>
  <properties/>
</qgis>
"""

PLUGIN = """
    from collections import Counter

    from twisted.internet import reactor
    from twisted.internet.task import deferLater
    from zope.interface import implementer

    from ogctwist.interfaces import IAccessControlFilter

    asked = Counter()


    @implementer(IAccessControlFilter)
    class Slow:
        def answer(self, handler, hook, layer, value):
            if not handler.parameter("SLOW"):
                return value
            asked[(handler.requestId, hook, layer.id)] += 1
            return deferLater(reactor, {hook}, lambda: value)

        def layerPermissions(self, handler, layer):
            from ogctwist.access.permissions import LayerPermissions

            return self.answer(handler, "layerPermissions", layer, LayerPermissions.all())

        def layerFilterExpression(self, handler, layer):
            return self.answer(handler, "layerFilterExpression", layer, "")

        def layerFilterSubsetString(self, handler, layer):
            return self.answer(handler, "layerFilterSubsetString", layer, "")

        def authorizedLayerAttributes(self, handler, layer, attributes):
            return self.answer(handler, "authorizedLayerAttributes", layer, attributes)

        def allowToEdit(self, handler, layer, feature):
            return True

        def cacheKey(self, handler):
            return "all"


    def serverClassFactory(iface):
        filter = Slow()
        filter.asked = asked
        iface.registerAccessControl(filter, 100)
        return filter
"""


def writeProject(folder: Path) -> Path:
    """Twenty layers without a feature: what counts is what they are asked."""
    names = [f"points_{number}" for number in range(LAYERS)]
    tree = "".join(f'<layer-tree-layer id="{name}" name="{name}" checked="Qt::Checked"/>' for name in names)
    layers = "".join(LAYER.format(number=number) for number in range(LAYERS))
    path = folder / "many.qgs"
    path.write_text(PROJECT.format(tree=tree, layers=layers))
    return path


def writePlugin(folder: Path) -> Path:
    """@return: the folder of plugins."""
    plugin = folder / "plugins" / "slow"
    plugin.mkdir(parents=True)
    (plugin / "metadata.txt").write_text("[general]\nname=Slow\nversion=1\nserver=True\n")
    (plugin / "__init__.py").write_text(dedent(PLUGIN).replace("{hook}", str(HOOK)))
    return plugin.parent


class AccessLatencyTests(ServerTestCase):
    timeout = 60

    async def setUp(self) -> None:
        folder = Path(self.mktemp()).absolute()
        folder.mkdir()
        self.project = writeProject(folder)
        self.options = {"plugins": [str(writePlugin(folder))]}
        await super().setUp()
        (plugin,) = self.service.server.plugins.plugins
        self.asked: Counter[tuple[str, str, str]] = plugin.instance.asked

    async def maps(self, **changes: object) -> float:
        """Ask for them all at the same time.  @return: seconds until the last is there."""
        request = {
            "SERVICE": "WMS",
            "VERSION": "1.3.0",
            "REQUEST": "GetMap",
            "LAYERS": ",".join(f"points_{number}" for number in range(LAYERS)),
            "STYLES": "",
            "CRS": "EPSG:4326",
            "BBOX": "40,-10,60,30",
            "WIDTH": 16,
            "HEIGHT": 8,
            "FORMAT": "image/png",
            **changes,
        }
        begun = monotonic()
        waiting = [ensureDeferred(self.ask(**request)) for _ in range(REQUESTS)]
        answers = await DeferredList(waiting, fireOnOneErrback=True)
        took = monotonic() - begun
        self.assertEqual({response.code for _, (response, _) in answers}, {200})
        self.assertEqual(len({body for _, (_, body) in answers}), 1)
        return took

    async def test_hooksOfOneRequestAndOfAllWaitTogether(self) -> None:
        """Three rounds of hooks in turn are 0.3 s; each asked once for each layer and request."""
        await self.maps()
        without = min([await self.maps(), await self.maps()])
        with_ = await self.maps(SLOW=1)
        self.assertLess(with_ - without, 0.9)
        self.assertEqual(set(self.asked.values()), {1})
        self.assertEqual(len({request for request, _, _ in self.asked}), REQUESTS)
        self.assertEqual(len(self.asked), REQUESTS * LAYERS * 4)
