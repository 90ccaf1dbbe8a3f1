# -*- test-case-name: tests.qgiscompat.test_runtime -*-
"""
The runtime of the server that runs in this process: what C{instance()} methods and the like
belong to.  Plugins are the process's, so there is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ogctwist.qgiscompat.runtime import PluginRuntime

_active: list[PluginRuntime] = []


def activeRuntime() -> PluginRuntime | None:
    """The one that began last; None when no server runs plugins of QGIS's."""
    return _active[-1] if _active else None


def activate(runtime: PluginRuntime) -> None:
    """A server begins to run plugins."""
    _active.append(runtime)


def deactivate(runtime: PluginRuntime) -> None:
    """It has ended."""
    if runtime in _active:
        _active.remove(runtime)
