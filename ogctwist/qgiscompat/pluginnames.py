# -*- test-case-name: tests.qgiscompat.test_pluginnames -*-
"""What is importable as C{qgis.utils}: the plugins of the server."""

from __future__ import annotations

import configparser
from pathlib import Path
from typing import Any

#: The QgisInterface of the desktop: a server has none.
iface = None

#: Folders in which plugins are looked for.
plugin_paths: list[str] = []

#: Of the desktop: names to plugins; a server has none of those.
plugins: dict[str, Any] = {}
active_plugins: list[str] = []
available_plugins: list[str] = []

#: Names to what the factories of server plugins returned.
server_plugins: dict[str, Any] = {}
#: Names of the server plugins that are loaded.
server_active_plugins: list[str] = []
#: Names of those that were found.
server_available_plugins: list[str] = []
#: The interface that the plugin loaded last was given.
serverIface: Any = None

#: Names to metadata, as a parser has read them.
plugins_metadata_parser: dict[str, configparser.ConfigParser] = {}

__all__ = [
    "active_plugins",
    "available_plugins",
    "findPlugins",
    "iface",
    "pluginMetadata",
    "plugin_paths",
    "plugins",
    "plugins_metadata_parser",
    "qgsfunction",
    "serverIface",
    "server_active_plugins",
    "server_available_plugins",
    "server_plugins",
    "unloadPlugin",
]


def addMetadata(name: str, folder: Path) -> None:
    """Read a plugin's metadata for L{pluginMetadata}."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.read_string((folder / "metadata.txt").read_text(encoding="utf-8-sig"))
    plugins_metadata_parser[name] = parser


def pluginMetadata(packageName: str, fct: str) -> str:
    """A value of a plugin's metadata; C{__error__} when there is none."""
    try:
        return plugins_metadata_parser[packageName].get("general", fct)
    except (KeyError, configparser.Error):
        return "__error__"


def findPlugins(path: str) -> list[tuple[str, configparser.ConfigParser]]:
    """Names and metadata of the plugins in a folder."""
    found = []
    for folder in sorted(Path(path).iterdir()) if Path(path).is_dir() else ():
        if (folder / "metadata.txt").is_file() and (folder / "__init__.py").is_file():
            parser = configparser.ConfigParser(interpolation=None, strict=False)
            try:
                parser.read_string((folder / "metadata.txt").read_text(encoding="utf-8-sig"))
            except (OSError, ValueError, configparser.Error):
                continue
            found.append((folder.name, parser))
    return found


def unloadPlugin(packageName: str) -> bool:
    """Without effect: the plugins of a server stay.  @return: False."""
    return False


def forgetAll() -> None:
    """The server has ended."""
    for registry in (server_plugins, plugins_metadata_parser):
        registry.clear()
    for names in (server_active_plugins, server_available_plugins, plugin_paths):
        names.clear()


def qgsfunction(*arguments: Any, **options: Any) -> Any:
    """Decorator: a function of expressions, written in Python; see C{qgis.core}."""
    from ogctwist.qgiscompat import core

    return core.qgsfunction(*arguments, **options)
