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
from types import ModuleType
from typing import Any

#: The modules of PyQt5 that we have something for, and ours.
OWN = {
    "QtCore": "ogctwist.qgiscompat.qt.core",
    "QtGui": "ogctwist.qgiscompat.qt.gui",
    "QtXml": "ogctwist.qgiscompat.qt.xml",
    "QtNetwork": "ogctwist.qgiscompat.qt.network",
    "QtWidgets": "ogctwist.qgiscompat.qt.widgets",
}


def _isReal() -> bool:
    if os.environ.get("OGCTWIST_QT", "") == "own":
        return False
    try:
        core = importlib.import_module("PyQt5.QtCore")
    except ImportError:
        return False
    return not core.__name__.startswith("ogctwist.")


#: Whether Qt is PyQt5.
isReal = _isReal()

_chosen: dict[str, ModuleType] = {}


def qtModule(name: str) -> ModuleType:
    """
    A module of Qt, by its name in PyQt5.

    @raise ImportError: there is none.
    """
    if name not in _chosen:
        _chosen[name] = _choose(name)
    return _chosen[name]


def _choose(name: str) -> ModuleType:
    if isReal:
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
