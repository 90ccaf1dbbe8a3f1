"""Plugins that import qgis are found, prepared, loaded, or refused: plugin_semantics 11."""

from __future__ import annotations

import importlib
import sys

from ogctwist.qgiscompat.needs import needsQgis
from tests.qgiscompat.server import PluginTestCase

NOTHING = """
    def serverClassFactory(iface):
        pass
"""


class LoadingTests(PluginTestCase):
    async def test_theModulesAreThereWhileTheyAreWanted(self) -> None:
        self.assertNotIn("qgis", sys.modules)
        self.plugin(
            "importing",
            """
            import qgis
            import qgis.utils
            import qgis._core
            import qgis._server
            from qgis import server
            from qgis.gui import QgsMapCanvas, QgsLayerTreeMapCanvasBridge
            from qgis.PyQt import QtCore as Core
            from qgis.PyQt.QtWidgets import QAction, QMessageBox
            from qgis.PyQt.QtWebKitWidgets import QWebPage
            from qgis.PyQt.QtNetwork import QNetworkReply, QNetworkRequest
            from PyQt5.QtCore import QByteArray
            from PyQt5.QtXml import QDomDocument
            from qgis.core import QgsNobodyKnowsThis
            from qgis.PyQt import sip
            from qgis.PyQt.QtCore import NULL as ofQt

            class Canvas(QgsMapCanvas):
                pass

            def serverClassFactory(iface):
                seen.append(QByteArray is QtCore.QByteArray is Core.QByteArray)
                seen.append(server.QgsServerFilter is QgsServerFilter)
                seen.append(qgis._server.QgsServerFilter is QgsServerFilter)
                assert ofQt is NULL and not sip.isdeleted(QtCore.QObject())
                try:
                    Canvas()
                except NotImplementedError as error:
                    seen.append(str(error))
            """,
        )
        self.serveCore()
        self.assertEqual(self.refusals(), {"importing": ""})
        self.assertEqual(self.seenBy("importing")[:3], [True, True, True])
        self.assertIn("not there on this server", self.seenBy("importing")[3])
        self.server.stop()
        self.assertNotIn("qgis", sys.modules)
        self.assertNotIn("qgis.server", sys.modules)
        self.assertNotIn("importing", sys.modules)

    async def test_pluginsWithoutThemDoNotPutThemInPlace(self) -> None:
        folder = self.folder / "native"
        folder.mkdir()
        (folder / "metadata.txt").write_text("[general]\nname=n\nserver=True\n")
        (folder / "__init__.py").write_text("# from qgis\ndef serverClassFactory(iface):\n    return iface\n")
        self.serveCore()
        self.assertNotIn("qgis", sys.modules)
        self.assertFalse(needsQgis(folder))
        self.assertEqual(self.server.runtime.plugins, {})

    async def test_theRealOneIsNotReplaced(self) -> None:
        fake = self.folder / "site"
        (fake / "qgis").mkdir(parents=True)
        (fake / "qgis" / "__init__.py").write_text("")
        sys.path.insert(0, str(fake))
        self.addCleanup(sys.path.remove, str(fake))
        self.plugin("wanting", NOTHING)
        self.serveCore()
        self.assertIn("PyQGIS is installed for this Python", self.refusals()["wanting"])
        self.flushLoggedErrors()

    async def test_namesOfUtils(self) -> None:
        self.plugin(
            "naming",
            """
            from qgis.utils import iface as desktop, pluginMetadata, server_active_plugins, server_plugins
            import qgis.utils

            class Naming(QgsServerFilter):
                def requestReady(self):
                    seen.append((list(server_active_plugins), server_plugins["naming"] is made[0]))

            class Made:
                pass

            made = []

            def serverClassFactory(iface):
                seen.append((pluginMetadata("naming", "version"), pluginMetadata("naming", "nothing")))
                seen.append((pluginMetadata("nobody", "version"), desktop))
                seen.append(qgis.utils.serverIface is iface)
                iface.registerFilter(Naming(iface))
                made.append(Made())
                return made[0]
            """,
        )
        self.serveCore()
        await self.ask()
        self.assertEqual(
            self.seenBy("naming"),
            [("1.2", "__error__"), ("__error__", None), True, (["naming"], True)],
        )

    async def test_whatFailsIsRefusedAndTheRestRuns(self) -> None:
        self.plugin("good", NOTHING)
        self.plugin("importing", "import no_such_module_anywhere\n" + NOTHING.replace("\n    ", "\n"))
        self.plugin("raising", "def serverClassFactory(iface): raise ValueError('no')")
        self.plugin("exiting", "def serverClassFactory(iface): raise SystemExit(1)")
        self.plugin("without", "")
        self.plugin("wrong", "def serverClassFactory(iface): iface.registerFilter(object())")
        self.plugin(
            "unmade",
            """
            class Unmade(QgsServerFilter):
                def __init__(self, iface): pass

            def serverClassFactory(iface):
                iface.registerFilter(Unmade(iface))
            """,
        )
        self.serveCore()
        refused = self.refusals()
        self.assertEqual(refused["good"], "")
        self.assertIn("no_such_module_anywhere", refused["importing"])
        self.assertEqual(refused["raising"], "ValueError: no")
        self.assertIn("SystemExit", refused["exiting"])
        self.assertIn("no serverClassFactory", refused["without"])
        self.assertIn("does not provide IServerFilter", refused["wrong"])
        self.assertIn("super-class __init__() of type Unmade was never called", refused["unmade"])
        delivery = await self.ask()
        self.assertEqual(delivery.body, b"core")
        self.assertEqual(importlib.import_module("qgis.utils").server_active_plugins, ["good"])
        self.flushLoggedErrors()

    async def test_withdrawnPluginsAreNotWaitedFor(self) -> None:
        self.plugin(
            "failing",
            """
            class Filter(QgsServerFilter):
                def requestReady(self): seen.append("RR")

            def serverClassFactory(iface):
                iface.registerFilter(Filter(iface))
                raise ValueError("after that")
            """,
        )
        self.serveCore()
        delivery = await self.ask()
        self.assertEqual(delivery.body, b"core")
        self.assertEqual(len(self.flushLoggedErrors(ValueError)), 1)

    async def test_nativeProvidersOfAMixedPlugin(self) -> None:
        self.plugin(
            "mixed",
            """
            from zope.interface import implementer
            from ogctwist.interfaces import IServerFilter

            @implementer(IServerFilter)
            class Native:
                def requestReady(self, handler): seen.append(handler.parameter("SERVICE"))
                def projectReady(self, handler): seen.append(handler.project.path)
                def sendResponse(self, handler): pass
                def responseComplete(self, handler): seen.append(handler.body())

            def serverClassFactory(iface):
                native = Native()
                iface.registerFilter(native)
                seen.append(iface.filters() == {0: [native]})
            """,
        )
        self.serveCore()
        await self.ask()
        self.assertEqual(self.seenBy("mixed"), [True, "WMS", "/projects/a.qgs", b"core"])
