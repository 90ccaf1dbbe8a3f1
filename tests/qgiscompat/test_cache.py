"""Cache filters that were written for QGIS Server: plugin_semantics 10."""

from __future__ import annotations

from ogctwist.cache.documents import DocumentKey
from tests.doubles.server import ScriptedService, answering
from tests.qgiscompat.server import PluginTestCase

KEEPING = """
    class Keeping(QgsServerCacheFilter):
        def __init__(self, iface, name, takes):
            super({}, self).__init__(iface)
            self.name, self.takes, self.kept = name, takes, {{}}
        def getCachedDocument(self, project, request, key):
            seen.append(("get", self.name, project.fileName(), request.parameter("X"), "REQUEST=" in key))
            return QtCore.QByteArray(self.kept.get(key, b""))
        def setCachedDocument(self, doc, project, request, key):
            seen.append(("set", self.name, doc.documentElement().tagName()))
            if self.takes:
                self.kept[key] = bytes(doc.toByteArray())
            return self.takes
        def getCachedImage(self, project, request, key):
            return self.kept.get(key)
        def setCachedImage(self, img, project, request, key):
            self.kept[key] = bytes(img)
            return self.takes
        def deleteCachedDocuments(self, project):
            seen.append(("delete", self.name, project.fileName()))
            self.kept.clear()
            return True

    def serverClassFactory(iface):
        iface.registerServerCache(Keeping(iface, "second", True), 2)
        iface.registerServerCache(Keeping(iface, "first", False), 1)
        iface.registerServerCache(Keeping(iface, "third", True), 3)
"""
KEY = DocumentKey("WMS", "1.3.0", "GetContext")


class CacheFilterTests(PluginTestCase):
    def serveCaching(self, make=lambda: b"<made/>") -> None:
        async def execute(request, response, project):
            kept = await self.server.documents.getDocument(request, project, KEY)
            if kept is None:
                self.made += 1
                kept = make()
                await self.server.documents.putDocument(request, project, KEY, kept)
            response.write(kept)

        self.made = 0
        self.serve(ScriptedService(execute))

    async def test_orderAndRounds(self) -> None:
        self.plugin("caching", KEEPING.format("Keeping"))
        self.serveCaching()
        delivery = await self.ask("SERVICE=WMS&X=1")
        path = "/projects/a.qgs"
        self.assertEqual(
            self.seenBy("caching"),
            [("get", name, path, "1", True) for name in ("first", "second", "third")]
            + [("set", "first", "made"), ("set", "second", "made")],
        )
        del self.seenBy("caching")[:]
        again = await self.ask("SERVICE=WMS&X=2")
        self.assertEqual([each[:2] for each in self.seenBy("caching")], [("get", "first"), ("get", "second")])
        self.assertEqual(self.made, 1)
        self.assertIn(b"<made/>", again.body)
        self.assertEqual(delivery.body, b"<made/>")

    async def test_theConstructorMaySkipItsClass(self) -> None:
        self.plugin("caching", KEEPING.format("QgsServerCacheFilter"))
        self.serveCaching()
        await self.ask()
        self.assertEqual(self.refusals(), {"caching": ""})
        self.assertEqual(self.made, 1)

    async def test_deleting(self) -> None:
        self.plugin("caching", KEEPING.format("Keeping"))
        self.serveCaching()
        await self.ask()
        await self.server.documents.deleteAll(self.server.projects.byName[""])
        self.assertEqual(
            [each for each in self.seenBy("caching") if each[0] == "delete"],
            [("delete", name, "/projects/a.qgs") for name in ("first", "second", "third")],
        )
        await self.ask()
        self.assertEqual(self.made, 2)

    async def test_brokenDocumentsAndHooksAreMisses(self) -> None:
        self.plugin(
            "broken",
            """
            class Broken(QgsServerCacheFilter):
                def getCachedDocument(self, project, request, key):
                    if request.parameter("X") == "raise": raise ValueError("secret")
                    if request.parameter("X") == "none": return None
                    return b"<not closed"
                def setCachedDocument(self, doc, project, request, key): return None

            def serverClassFactory(iface):
                iface.registerServerCache(Broken(iface))
            """,
        )
        self.serveCaching()
        for number, mode in enumerate(("xml", "none", "raise")):
            delivery = await self.ask(f"SERVICE=WMS&X={mode}")
            self.assertEqual((delivery.status, delivery.body, self.made), (200, b"<made/>", number + 1))
        self.flushLoggedErrors()

    async def test_nothingIsKeptForARequestWithoutKey(self) -> None:
        self.plugin("caching", KEEPING.format("Keeping"))
        self.plugin(
            "access",
            """
            class Keys(QgsAccessControlFilter):
                def cacheKey(self): return self.serverInterface().requestHandler().parameter("USER")

            def serverClassFactory(iface):
                iface.registerAccessControl(Keys(iface))
            """,
        )
        self.serveCaching()
        await self.ask("SERVICE=WMS")
        self.assertEqual(self.seenBy("caching"), [])
        for user in ("a", "b", "a"):
            await self.ask(f"SERVICE=WMS&USER={user}")
        self.assertEqual(self.made, 3)


class ManagerTests(PluginTestCase):
    async def test_pluginsUseTheCachesOfOthers(self) -> None:
        self.plugin("caching", KEEPING.format("Keeping"))
        self.plugin(
            "user",
            """
            class User(QgsServerFilter):
                def responseComplete(self):
                    iface = self.serverInterface()
                    manager, control = iface.cacheManager(), iface.accessControls()
                    request = QgsBufferServerRequest("http://x/?SERVICE=WMTS&TILE=1")
                    project = QgsProject.instance()
                    seen.append(bytes(manager.getCachedImage(project, request, control)))
                    seen.append(manager.setCachedImage(b"image", project, request, control))
                    seen.append(bytes(manager.getCachedImage(project, request, control)))
                    other = QgsBufferServerRequest("http://x/?SERVICE=WMTS&TILE=2")
                    seen.append(bytes(manager.getCachedImage(project, other, control)))
                    seen.append(manager.deleteCachedDocuments(project))

            def serverClassFactory(iface):
                iface.registerFilter(User(iface))
            """,
        )
        self.serve(ScriptedService(answering()))
        await self.ask()
        self.assertEqual(self.seenBy("user"), [b"", True, b"image", b"", True])

    async def test_theManagerAlone(self) -> None:
        self.plugin(
            "alone",
            """
            class Documents(QgsServerCacheFilter):
                kept = {}
                def getCachedDocument(self, project, request, key): return self.kept.get(key, b"")
                def setCachedDocument(self, doc, project, request, key):
                    self.kept[key] = bytes(doc.toByteArray())
                    return True
                def deleteCachedDocument(self, project, request, key):
                    return self.kept.pop(key, None) is not None

            def serverClassFactory(iface):
                from qgis.PyQt.QtXml import QDomDocument
                manager, control = QgsServerCacheManager(), QgsAccessControl()
                manager.registerServerCache(Documents(iface))
                request = QgsBufferServerRequest("http://x/?A=1")
                doc = QDomDocument()
                doc.setContent("<kept/>")
                found = QDomDocument()
                seen.append(manager.getCachedDocument(found, None, request, control))
                seen.append(manager.setCachedDocument(doc, None, request, control))
                seen.append(manager.getCachedDocument(found, None, request, control))
                seen.append(found.documentElement().tagName())
                seen.append(manager.deleteCachedDocument(None, request, control))
                seen.append(manager.deleteCachedDocument(None, request, control))
            """,
        )
        self.serveCore()
        self.assertEqual(self.seenBy("alone"), [False, True, True, "kept", True, False])

    async def test_capabilitiesAreForgotten(self) -> None:
        self.plugin(
            "forgetting",
            """
            class Forgetting(QgsServerFilter):
                def responseComplete(self):
                    iface = self.serverInterface()
                    cache = iface.capabilitiesCache()
                    cache.insertCapabilitiesDocument("/p.qgs", "1.3.0", "document")
                    seen.append(cache.searchCapabilitiesDocument("/p.qgs", "1.3.0"))
                    cache.removeCapabilitiesDocument("/p.qgs")
                    seen.append(cache.searchCapabilitiesDocument("/p.qgs", "1.3.0"))
                    iface.removeConfigCacheEntry(iface.configFilePath())

            def serverClassFactory(iface):
                iface.registerFilter(Forgetting(iface))
            """,
        )
        server = self.serveCore()
        forgotten = []
        server.server.forget = forgotten.append
        await self.ask()
        self.assertEqual(self.seenBy("forgetting"), ["document", None])
        self.assertEqual(forgotten, ["/projects/a.qgs"])
