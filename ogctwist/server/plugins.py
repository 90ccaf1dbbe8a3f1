# -*- test-case-name: tests.server.test_plugins -*-
"""
Plugins: folders with a C{metadata.txt} that says C{server=True} and an
C{__init__.py} with C{serverClassFactory(serverIface)}, as in QGIS.

A plugin that cannot be used is refused by name, with the reason, and the server
runs on.
"""

from __future__ import annotations

import configparser
import importlib
import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

from twisted.logger import Logger
from twisted.python.failure import Failure

from ogctwist.interfaces import RegistrationRefused
from ogctwist.server.interface import PluginInterface, ServerInterface

log = Logger()


@dataclass
class Plugin:
    """
    One plugin folder.

    @ivar name: of the folder, and so of the package.
    @ivar metadata: C{[general]} of its C{metadata.txt}, keys in lower case.
    @ivar refusal: why it is not loaded; '' when it is.
    @ivar instance: what its factory returned.
    """

    name: str
    folder: Path
    metadata: dict[str, str] = field(default_factory=dict)
    refusal: str = ""
    isLoaded: bool = False
    instance: Any = None

    @property
    def title(self) -> str:
        """The name that it calls itself by."""
        return self.metadata.get("name") or self.name

    @property
    def dependencies(self) -> list[str]:
        """Names of the plugins that it wants to be loaded before it; versions cut off."""
        names = self.metadata.get("plugin_dependencies", "").split(",")
        return [name.partition("==")[0].strip() for name in names if name.strip()]


def splitPath(text: str) -> list[str]:
    """The folders of a QGIS_PLUGINPATH, separated by C{:} or C{;}."""
    return [part for part in text.replace(";", os.pathsep).split(os.pathsep) if part]


def discover(folders: Sequence[str | Path]) -> list[Plugin]:
    """
    The plugins below some folders, those that are wanted before others first.

    Folders are searched in their order; the first plugin of a name wins.  Refused
    ones are among them; a folder that is no plugin, or none for servers, is not.
    """
    found: dict[str, Plugin] = {}
    for folder in folders:
        try:
            entries = sorted(Path(folder).iterdir())
        except OSError as error:
            log.error(
                "the plugins folder {folder} cannot be read: {reason}", folder=folder, reason=error.strerror
            )
            continue
        for entry in entries:
            if (entry / "metadata.txt").is_file() and entry.name not in found:
                plugin = examine(entry)
                if plugin is not None:
                    found[plugin.name] = plugin
    return inOrder(list(found.values()))


def examine(folder: Path) -> Plugin | None:
    """What a folder says of itself; None when it is no server plugin."""
    plugin = Plugin(folder.name, folder)
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string((folder / "metadata.txt").read_text(encoding="utf-8-sig"))
        plugin.metadata = {key: value.strip() for key, value in parser["general"].items()}
    except (OSError, ValueError, KeyError, configparser.Error) as error:
        plugin.refusal = f"metadata.txt cannot be read: {' '.join(str(error).split())[:200]}"
        return plugin
    if plugin.metadata.get("server") != "True":
        return None
    if not plugin.metadata.get("name"):
        plugin.refusal = "metadata.txt has no name"
    elif not plugin.name.isidentifier():
        plugin.refusal = "the folder's name is not that of a Python package"
    elif not (folder / "__init__.py").is_file():
        plugin.refusal = "there is no __init__.py"
    return plugin


def inOrder(plugins: list[Plugin]) -> list[Plugin]:
    """By name, but each after those that it depends on; a circle is cut anywhere."""
    byName = {key: plugin for plugin in plugins for key in (plugin.title, plugin.name)}
    ordered: dict[str, Plugin] = {}
    entered: set[str] = set()

    def visit(plugin: Plugin) -> None:
        if plugin.name in entered:
            return
        entered.add(plugin.name)
        for wanted in plugin.dependencies:
            if wanted in byName:
                visit(byName[wanted])
        ordered[plugin.name] = plugin

    for plugin in sorted(plugins, key=lambda p: p.name):
        visit(plugin)
    return list(ordered.values())


class PluginFinder(MetaPathFinder):
    """Imports plugins by the names of their folders, and nothing else that lies beside them."""

    def __init__(self) -> None:
        self.folders: dict[str, Path] = {}

    def find_spec(
        self, fullname: str, path: Any = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        folder = self.folders.get(fullname)
        if folder is None:
            return None
        path = folder / "__init__.py"
        return importlib.util.spec_from_file_location(
            fullname,
            path,
            loader=PackageLoader(fullname, str(path)),
            submodule_search_locations=[str(folder)],
        )


def exists(module: str) -> bool:
    """Whether a submodule of an imported package can be found."""
    return importlib.util.find_spec(module) is not None


class PackageLoader(SourceFileLoader):
    """
    Loads the package of a plugin.  What it lacks is looked for in its module of the same name:
    C{from HelloServer import HelloServerServer} in a plugin C{HelloServer} means
    C{HelloServer/HelloServer.py}, as it did in Python 2, and does in QGIS's tutorial.
    """

    def exec_module(self, module: ModuleType) -> None:
        """Run C{__init__.py}."""
        package = module.__name__

        def find(name: str) -> Any:
            inner = f"{package}.{package}"
            if not name.startswith("__") and name != "serverClassFactory" and exists(inner):
                found = None if exists(f"{package}.{name}") else importlib.import_module(inner)
                if hasattr(found, name):
                    return getattr(found, name)
            raise AttributeError(f"module {package!r} has no attribute {name!r}")

        module.__dict__.setdefault("__getattr__", find)
        super().exec_module(module)


class PluginLoader:
    """
    Loads the plugins of some folders into a server.

    @ivar plugins: all server plugins that were found, loaded or refused.
    """

    def __init__(
        self,
        server: ServerInterface,
        folders: Sequence[str | Path],
        interfaceFor: Callable[[ServerInterface, Plugin], Any] | None = None,
        prepare: Callable[[Plugin], None] = lambda plugin: None,
        loaded: Callable[[Plugin], None] = lambda plugin: None,
    ):
        """
        @param interfaceFor: makes what a plugin's factory is given; a L{PluginInterface} unless told.
        @param prepare: called before a plugin is imported; an exception refuses it.
        @param loaded: called when a plugin is loaded.
        """
        self.plugins: list[Plugin] = []
        self._server = server
        self._folders = list(folders)
        self._interfaceFor = interfaceFor or (lambda server, plugin: PluginInterface(server, plugin.name))
        self._prepare = prepare
        self._loaded = loaded
        self._finder = PluginFinder()

    def load(self) -> None:
        """Find and load the plugins."""
        self.plugins = discover(self._folders)
        usable = [plugin for plugin in self.plugins if not plugin.refusal]
        for plugin in usable:
            if plugin.name in sys.modules or importlib.util.find_spec(plugin.name) is not None:
                plugin.refusal = "a Python package of that name is installed"
            else:
                self._finder.folders[plugin.name] = plugin.folder
        sys.meta_path.append(self._finder)
        for plugin in usable:
            if not plugin.refusal:
                self._load(plugin)
        for plugin in self.plugins:
            if plugin.refusal:
                log.error("plugin {name} is refused: {reason}", name=plugin.name, reason=plugin.refusal)

    def unload(self) -> None:
        """Take back what the plugins registered, and forget their modules."""
        for plugin in self.plugins:
            self._forget(plugin)
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)

    def _load(self, plugin: Plugin) -> None:
        try:
            self._prepare(plugin)
            module = importlib.import_module(plugin.name)
            factory = getattr(module, "serverClassFactory", None)
            if factory is None:
                raise RegistrationRefused("__init__.py has no serverClassFactory")
            plugin.instance = factory(self._interfaceFor(self._server, plugin))
        except (Exception, SystemExit) as error:
            plugin.refusal = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
            if isinstance(error, RegistrationRefused):
                plugin.refusal = str(error)
            else:
                log.failure("plugin {name} failed to load", Failure(), name=plugin.name)
            self._forget(plugin)
        else:
            plugin.isLoaded = True
            self._loaded(plugin)
            log.info("plugin {name} is loaded", name=plugin.name)

    def _forget(self, plugin: Plugin) -> None:
        self._server.withdraw(plugin.name)
        plugin.isLoaded, plugin.instance = False, None
        if self._finder.folders.pop(plugin.name, None) is None:
            return
        for name in [n for n in sys.modules if n == plugin.name or n.startswith(plugin.name + ".")]:
            del sys.modules[name]
