# -*- test-case-name: tests.qgiscompat.test_qt -*-
"""
Qt as plugins see it: PyQt5 where it is installed (the extra C{qt}), else the parts of
it that server plugins use, in Python.

The choice is made once for the process.  C{OGCTWIST_QT=own} in the environment chooses our
own although PyQt5 is there.
"""

from __future__ import annotations

import importlib
import os
from functools import cache
from importlib.machinery import PathFinder
from types import ModuleType
from typing import Any

#: The modules of PyQt5 that we have something for, and ours.
OWN = {
    "QtCore": "ogctwist.qgiscompat.qt.core",
    "QtGui": "ogctwist.qgiscompat.qt.gui",
    "QtXml": "ogctwist.qgiscompat.qt.xml",
    "QtNetwork": "ogctwist.qgiscompat.qt.network",
    "QtWidgets": "ogctwist.qgiscompat.qt.widgets",
    "sip": "ogctwist.qgiscompat.qt.sip",
}


@cache
def isReal() -> bool:
    """Whether Qt is PyQt5; found out when it is first asked."""
    if os.environ.get("OGCTWIST_QT", "") == "own":
        return False
    if PathFinder.find_spec("PyQt5") is None:
        # Our own finder answers to the name while a plugin needs it.
        return False
    try:
        core = importlib.import_module("PyQt5.QtCore")
    except ImportError:
        return False
    return not core.__name__.startswith("ogctwist.")


_chosen: dict[str, ModuleType] = {}
#: Objects that must live as long as the process.
_kept: dict[str, Any] = {}


def qtModule(name: str) -> ModuleType:
    """
    A module of Qt, by its name in PyQt5.

    @raise ImportError: there is none.
    """
    if name not in _chosen:
        _chosen[name] = _choose(name)
    return _chosen[name]


def startApplication() -> None:
    """
    Make the application object that PyQt5 wants before it paints text; to be called in the main
    thread.  Without effect where Qt is our own, or lacks what it needs of the system.
    """
    if not isReal() or "application" in _kept:
        return
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        gui = importlib.import_module("PyQt5.QtGui")
    except ImportError:
        return
    _kept["application"] = gui.QGuiApplication.instance() or gui.QGuiApplication(["ogctwist"])


def _choose(name: str) -> ModuleType:
    if isReal() and PathFinder.find_spec(f"PyQt5.{name}", importlib.import_module("PyQt5").__path__):
        try:
            return importlib.import_module(f"PyQt5.{name}")
        except ImportError:
            # Parts of Qt may lack what they need of the system, such as libGL.
            if name not in OWN:
                raise
    if name not in OWN:
        raise ImportError(f"there is no PyQt5.{name} without PyQt5")
    return importlib.import_module(OWN[name])


def __getattr__(name: str) -> Any:
    if name.startswith("Qt"):
        return qtModule(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
