"""Services and APIs by name and version: plugin_semantics 6 and 7."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.exceptions import Invalid
from zope.interface.verify import verifyObject

from ogctwist.interfaces import IServiceRegistry
from ogctwist.server.interface import PluginInterface, ServerInterface
from ogctwist.server.registry import ServiceRegistry
from tests.doubles.server import ScriptedApi, ScriptedService, answering


class RegistryTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.registry = ServiceRegistry()
        self.old = ScriptedService(answering(), "WMS", "1.3.0")
        self.new = ScriptedService(answering(), "WMS", "1.1.1")
        self.registry.registerService(self.old)
        self.registry.registerService(self.new)

    def test_itIsOne(self) -> None:
        verifyObject(IServiceRegistry, self.registry)

    def test_lookUp(self) -> None:
        self.assertIs(self.registry.getService("WMS"), self.old)
        self.assertIs(self.registry.getService("WMS", "1.1.1"), self.new)
        self.assertIs(self.registry.getService("WMS", "7"), self.old)
        self.assertIs(self.registry.getService("wms"), None)
        self.assertEqual(self.registry.serviceNames(), ["WMS"])

    def test_aDuplicateIsIgnored(self) -> None:
        self.registry.registerService(ScriptedService(answering(), "WMS", "1.3.0"))
        self.assertIs(self.registry.getService("WMS", "1.3.0"), self.old)

    def test_unregister(self) -> None:
        self.assertEqual(self.registry.unregisterService("WMS", "1.3.0"), 1)
        self.assertIs(self.registry.getService("WMS"), self.new)
        self.registry.registerService(self.old)
        self.assertEqual(self.registry.unregisterService("WMS"), 2)
        self.assertEqual(self.registry.unregisterService("WMS"), 0)
        self.assertIs(self.registry.getService("WMS"), None)

    def test_whatIsNoServiceIsRefused(self) -> None:
        self.assertRaises(Invalid, self.registry.registerService, object())

    def test_apisAreAskedInTheOrderOfTheirNames(self) -> None:
        later = ScriptedApi(answering(), "/a", name="Z")
        sooner = ScriptedApi(answering(), "/a/b", name="A")
        self.assertTrue(self.registry.registerApi(later))
        self.assertTrue(self.registry.registerApi(sooner))
        self.assertFalse(self.registry.registerApi(sooner))
        self.assertEqual(self.registry.apis(), [sooner, later])
        self.assertEqual(self.registry.unregisterApi("Z"), 1)
        self.assertIs(self.registry.getApi("Z"), None)

    def test_whatAPluginRegisteredCanBeTakenBack(self) -> None:
        server = ServerInterface()
        server.services.registerService(self.old)
        registry = PluginInterface(server, "p").serviceRegistry()
        verifyObject(IServiceRegistry, registry)
        registry.registerService(ScriptedService(answering(), "WMS", "2"))
        registry.registerApi(ScriptedApi(answering()))
        self.assertEqual(registry.getApi("API").name, "API")
        self.assertEqual(registry.unregisterApi("other"), 0)
        self.assertIs(registry.getService("WMS"), self.old)
        server.withdraw("p")
        self.assertEqual(registry.unregisterService("WMS"), 1)
        self.assertIs(registry.getApi("API"), None)
