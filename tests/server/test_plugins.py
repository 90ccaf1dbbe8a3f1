"""Plugins: found, ordered, loaded, refused: plugin_semantics 11."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent

from twisted.trial.unittest import SynchronousTestCase
from zope.interface import Interface, implementer
from zope.interface.verify import verifyObject

from ogctwist.interfaces import IServerFilter, IServerInterface, RegistrationRefused
from ogctwist.server.interface import PluginInterface, ServerInterface
from ogctwist.server.plugins import PluginLoader, discover, splitPath
from tests.doubles.filters import ScriptedFilter

FILTERS = Path(__file__).resolve().parents[2] / "filters"

METADATA = "[general]\nname={name}\nserver=True\n"


class PluginCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        self.folder.mkdir()
        self.server = ServerInterface()

    def plugin(
        self, name: str, code: str = "", metadata: str | None = None, folder: Path | None = None
    ) -> Path:
        """Write a plugin; C{code} is the body of its factory."""
        path = (folder or self.folder) / name
        path.mkdir(parents=True)
        path.joinpath("metadata.txt").write_text(METADATA.format(name=name) if metadata is None else metadata)
        body = "".join(f"    {line}\n" for line in dedent(code or "pass").strip().splitlines())
        path.joinpath("__init__.py").write_text(f"def serverClassFactory(serverIface):\n{body}")
        return path

    def load(self, *folders: Path) -> dict[str, str]:
        """Load the plugins.  @return: name to refusal."""
        self.loader = PluginLoader(self.server, folders or (self.folder,))
        self.addCleanup(self.loader.unload)
        self.loader.load()
        return {plugin.name: plugin.refusal for plugin in self.loader.plugins}


class DiscoveryTests(PluginCase):
    def test_serverMustBeTrueToTheLetter(self) -> None:
        for name, value in (("a1", "True"), ("a2", "true"), ("a3", "yes"), ("a4", "True  "), ("a5", "")):
            self.plugin(name, metadata=f"[general]\nname={name}\nserver={value}\n")
        self.plugin("a6", metadata="[general]\nname=a6\n")
        self.assertEqual(self.load(), {"a1": "", "a4": ""})

    def test_theFirstHitOfANameWins(self) -> None:
        second = self.folder / "second"
        self.plugin("same", folder=self.folder)
        self.plugin("same", "raise ValueError('the second one')", folder=second)
        self.assertEqual([p.folder for p in discover([self.folder, second])], [self.folder / "same"])
        self.assertEqual([p.folder for p in discover([second, self.folder])], [second / "same"])

    def test_brokenMetadataRefusesThatPluginOnly(self) -> None:
        self.plugin("good")
        self.plugin("nameless", metadata="[general]\nserver=True\n")
        self.plugin("garbled", metadata="server=True\n")
        refusals = self.load()
        self.assertEqual(refusals["good"], "")
        self.assertEqual(refusals["nameless"], "metadata.txt has no name")
        self.assertIn("metadata.txt cannot be read", refusals["garbled"])

    def test_foldersThatAreNoPackages(self) -> None:
        self.plugin("no-package")
        (self.plugin("no_init") / "__init__.py").unlink()
        refusals = self.load()
        self.assertIn("Python package", refusals["no-package"])
        self.assertIn("no __init__.py", refusals["no_init"])

    def test_dependenciesGoFirst(self) -> None:
        self.plugin("a", metadata="[general]\nname=A\nserver=True\nplugin_dependencies=B==1.0,Unknown\n")
        self.plugin("b", metadata="[general]\nname=B\nserver=True\nplugin_dependencies=c\n")
        self.plugin("c", metadata="[general]\nname=C\nserver=True\nplugin_dependencies=A\n")
        self.assertEqual([p.name for p in discover([self.folder])], ["c", "b", "a"])

    def test_aFolderThatIsNotThere(self) -> None:
        self.plugin("good")
        self.assertEqual(self.load(self.folder / "missing", self.folder), {"good": ""})

    def test_splitPath(self) -> None:
        self.assertEqual(splitPath("/a:/b;/c::"), ["/a", "/b", "/c"])


class LoadingTests(PluginCase):
    def test_whatAFactoryReturnsIsKept(self) -> None:
        self.plugin("kept", "return ['instance', serverIface]")
        self.load()
        plugin = self.loader.plugins[0]
        self.assertTrue(plugin.isLoaded)
        self.assertEqual(plugin.instance[0], "instance")
        self.assertEqual(plugin.instance[1].name, "kept")

    def test_failuresRefuseByNameAndTheServerRunsOn(self) -> None:
        self.plugin("raising", "raise ValueError('no licence')")
        self.plugin("leaving", "import sys\nsys.exit(3)")
        self.plugin("importing").joinpath("__init__.py").write_text("import no_such_module_at_all")
        self.plugin("factoryless").joinpath("__init__.py").write_text("")
        self.plugin("zgood")
        refusals = self.load()
        self.assertEqual(refusals["raising"], "ValueError: no licence")
        self.assertEqual(refusals["leaving"], "SystemExit: 3")
        self.assertIn("no_such_module_at_all", refusals["importing"])
        self.assertEqual(refusals["factoryless"], "__init__.py has no serverClassFactory")
        self.assertEqual(refusals["zgood"], "")
        self.flushLoggedErrors()

    def test_aFilterThatDoesNotVerifyRefusesThePluginAndTakesBackTheRest(self) -> None:
        self.plugin(
            "partial",
            """
            from zope.interface import implementer
            from ogctwist.interfaces import IServerFilter, IServerInterface
            from tests.doubles.filters import ScriptedFilter
            serverIface.registerFilter(ScriptedFilter())
            @implementer(IServerFilter)
            class Partial:
                def requestReady(self, handler):
                    pass
            serverIface.registerFilter(Partial())
            """,
        )
        refusals = self.load()
        self.assertIn("Partial", refusals["partial"])
        self.assertIn("projectReady", refusals["partial"])
        self.assertEqual(len(self.server.filters), 0)

    def test_aForeignObjectIsRefused(self) -> None:
        self.plugin("foreign", "serverIface.registerFilter(object())")
        self.assertEqual(self.load()["foreign"], "object does not provide IServerFilter")

    def test_namesOfInstalledPackagesAreTaken(self) -> None:
        self.plugin("json")
        self.assertIn("installed", self.load()["json"])
        import json

        self.assertTrue(hasattr(json, "dumps"))

    def test_submodulesAndOtherPluginsMayBeImported(self) -> None:
        self.plugin("lib_one").joinpath("part.py").write_text("VALUE = 7")
        self.plugin(
            "user_two", "import lib_one.part\nfrom . import own\nreturn lib_one.part.VALUE + own.VALUE"
        )
        (self.folder / "user_two" / "own.py").write_text("VALUE = 1")
        (self.folder / "stray_module.py").write_text("raise AssertionError")
        self.assertEqual(self.load(), {"lib_one": "", "user_two": ""})
        self.assertEqual(self.loader.plugins[1].instance, 8)
        self.assertRaises(ImportError, __import__, "stray_module")

    def test_unloading(self) -> None:
        self.plugin(
            "short_lived",
            "from tests.doubles.filters import ScriptedFilter\nserverIface.registerFilter(ScriptedFilter())",
        )
        self.load()
        self.assertEqual(len(self.server.filters), 1)
        self.loader.unload()
        self.assertEqual(len(self.server.filters), 0)
        self.assertNotIn("short_lived", sys.modules)
        self.assertRaises(ImportError, __import__, "short_lived")

    def test_shippedPluginsLoad(self) -> None:
        for name in ("hello", "request_log", "xyz"):
            (self.folder / name).symlink_to(FILTERS / name)
        self.assertEqual(self.load(), {"hello": "", "request_log": "", "xyz": ""})

    def test_aPluginMaySayThatItCannotBeUsed(self) -> None:
        self.plugin(
            "unset", "from ogctwist.interfaces import RegistrationRefused\nraise RegistrationRefused('set X')"
        )
        self.assertEqual(self.load(), {"unset": "set X"})


class AdapterTests(SynchronousTestCase):
    def test_foreignObjectsAreAdaptedByTheirClass(self) -> None:
        class Foreign:
            pass

        class Derived(Foreign):
            pass

        server = ServerInterface()
        server.adaptForeign(
            Foreign, IServerFilter, lambda found, owner: ScriptedFilter(f"{owner}:{found.tag}")
        )
        foreign = Derived()
        foreign.tag = "x"  # type: ignore[attr-defined]
        PluginInterface(server, "p").registerFilter(foreign)
        self.assertEqual([entry.label for entry in server.filters], ["p.p:x"])

    def test_whatTheAdapterMakesIsVerified(self) -> None:
        class Foreign:
            pass

        @implementer(IServerFilter)
        class Empty:
            pass

        server = ServerInterface()
        server.adaptForeign(Foreign, IServerFilter, lambda found, owner: Empty())
        self.assertRaises(RegistrationRefused, PluginInterface(server, "p").registerFilter, Foreign())

    def test_otherInterfacesAreNotMeant(self) -> None:
        class IOther(Interface):
            pass

        @implementer(IOther)
        class Other:
            pass

        server = ServerInterface()
        self.assertRaises(RegistrationRefused, PluginInterface(server, "p").registerFilter, Other())

    def test_theInterfaceOfAPluginIsOne(self) -> None:
        forgotten: list[str] = []
        interface = PluginInterface(ServerInterface(forgotten.append), "p")
        verifyObject(IServerInterface, interface)
        interface.removeConfigCacheEntry("/a.qgs")
        self.assertEqual(forgotten, ["/a.qgs"])

    def test_withdraw(self) -> None:
        server = ServerInterface()
        PluginInterface(server, "a").registerFilter(ScriptedFilter("mine"))
        PluginInterface(server, "b").registerFilter(ScriptedFilter("other"))
        server.withdraw("a")
        self.assertEqual([entry.owner for entry in server.filters], ["b"])
