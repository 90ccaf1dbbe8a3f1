"""What plugins do to the project of a request is what that request is served, and no other."""

from __future__ import annotations

from typing import Any

from ogctwist.project.layers import Layer
from ogctwist.project.reader import readProject
from tests.doubles.server import ScriptedService, answering
from tests.qgiscompat.core.test_project import FILE, POINTS
from tests.qgiscompat.server import PluginTestCase

CHANGING = f"""
    class Changing(QgsServerFilter):
        def requestReady(self):
            handler = self.serverInterface().requestHandler()
            project = QgsConfigCache.instance().project({FILE!r})
            wanted = handler.parameterMap().get("WANTED")
            layer = project.mapLayer({POINTS!r})
            seen.append(layer.subsetString())
            if wanted:
                layer.setSubsetString(f'"name" = \\'{{wanted}}\\'')
                project.writeEntry("WMSServiceTitle", "/", wanted)
                seen.append([feature["name"] for feature in layer.getFeatures()])

    def serverClassFactory(iface):
        iface.registerFilter(Changing(iface))
"""


class ServedTests(PluginTestCase):
    async def test_changesReachTheService(self) -> None:
        """Subset, features and entries are changed for the request, and as they were for the next."""
        self.plugin("changing", CHANGING)
        served: list[Any] = []

        def execute(request: Any, response: Any, project: Any) -> None:
            served.append(project)
            response.write(b"core")

        server = self.serve(ScriptedService(execute))
        project = readProject(FILE)
        server.projects.byName = dict.fromkeys(server.projects.byName, project)
        await self.ask("SERVICE=WMS&WANTED=two")
        await self.ask("SERVICE=WMS")
        original = project.layers[POINTS].source.subset
        subsets = [each.layers[POINTS].source.subset for each in served]
        self.assertEqual(subsets, ["\"name\" = 'two'", original])
        titles = [each.publication.service.title for each in served]
        self.assertEqual(titles, ["two", "Service title"])
        self.assertIs(served[1], project)
        self.assertNotEqual(served[0].version, project.version)
        self.assertEqual(self.seenBy("changing"), [original, ["two"], original])

    async def test_whichCatalogueReads(self) -> None:
        """The project's layers are read through the server's sources, a plugin's own are not."""
        self.plugin(
            "reading",
            f"""
            class Reading(QgsServerFilter):
                def requestReady(self):
                    project = QgsConfigCache.instance().project({FILE!r})
                    mine = QgsVectorLayer("Point?field=name:string", "mine", "memory")
                    seen.append(project.mapLayer({POINTS!r}).featureCount())
                    seen.append(mine.featureCount())

            def serverClassFactory(iface):
                iface.registerFilter(Reading(iface))
            """,
        )
        server = self.serve(ScriptedService(answering(b"core")))
        project = readProject(FILE)
        server.projects.byName = dict.fromkeys(server.projects.byName, project)
        asked: list[str] = []
        features = server.files.features

        def noting(layer: Layer, *arguments: Any) -> Any:
            asked.append(layer.id)
            return features(layer, *arguments)

        server.files.features = noting
        await self.ask("SERVICE=WMS")
        self.assertEqual(self.seenBy("reading"), [3, 0])
        self.assertEqual(set(asked), {POINTS})
