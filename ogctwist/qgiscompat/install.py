# -*- test-case-name: tests.qgiscompat.test_install -*-
"""
The names under which plugins find us: C{qgis}, C{qgis.server}, C{qgis.core}, C{qgis.PyQt.QtCore},
C{PyQt5.QtCore} and so on.

They are there while a server runs plugins that want them.  Where the real PyQGIS can be
imported, they are not put in its place: a plugin that wants them is refused.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from ogctwist.qgiscompat import core, qt
from ogctwist.qgiscompat.inert import inertClass

_HERE = "ogctwist.qgiscompat"

#: Names of QGIS's modules to ours.
MODULES = {
    "qgis.server": f"{_HERE}.server",
    "qgis._server": f"{_HERE}.server",
    "qgis.core": f"{_HERE}.core",
    "qgis._core": f"{_HERE}.core",
    "qgis.utils": f"{_HERE}.pluginnames",
    "qgis.gui": f"{_HERE}.gui",
    "qgis._gui": f"{_HERE}.gui",
}

#: Modules of Qt that plugins import; those without anything of ours have inert classes only.
QT_MODULES = (
    "Qt", "Qsci", "QtCore", "QtGui", "QtMultimedia", "QtNetwork", "QtPositioning", "QtPrintSupport", "QtSql",
    "QtSvg", "QtTest", "QtWebEngineCore", "QtWebEngineWidgets", "QtWebKit", "QtWebKitWidgets", "QtWidgets",
    "QtXml", "sip", "uic",
)  # fmt: skip


class InstallationRefused(ImportError):
    """The C{qgis} modules cannot be put in place."""


class Installation(MetaPathFinder, Loader):
    """
    Finds and makes the modules.

    A module of ours that stands for one of QGIS's is a module of its own: what a plugin
    puts into it is gone with it.
    """

    def __init__(self) -> None:
        self._installed = 0
        self._made: dict[str, ModuleType] = {}

    def install(self) -> None:
        """
        Put the modules in place.

        @raise InstallationRefused: the real PyQGIS is there.
        """
        if not self._installed:
            self._refuseReal()
            sys.meta_path.append(self)
        self._installed += 1

    def uninstall(self) -> None:
        """Take them away, when all that installed them have done so."""
        if not self._installed:
            return
        self._installed -= 1
        if not self._installed:
            sys.meta_path.remove(self)
            for name in self._made:
                sys.modules.pop(name, None)
            self._made.clear()

    @staticmethod
    def _refuseReal() -> None:
        if "qgis" in sys.modules or importlib.util.find_spec("qgis") is not None:
            raise InstallationRefused(
                "PyQGIS is installed for this Python: plugins written for QGIS would import it, which cannot "
                "work here; run the server in an environment without it"
            )

    # The finder.

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not self._offers(fullname):
            return None
        return ModuleSpec(fullname, self, is_package=fullname in ("qgis", "qgis.PyQt", "PyQt5"))

    @staticmethod
    def _offers(name: str) -> bool:
        if name in ("qgis", "qgis.PyQt", "PyQt5") or name in MODULES:
            return True
        package, _, last = name.rpartition(".")
        return package in ("qgis.PyQt", "PyQt5") and last in QT_MODULES

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        made = self._made[spec.name] = ModuleType(spec.name)
        return made

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__
        if name in ("qgis", "qgis.PyQt", "PyQt5"):
            module.__path__ = []
            module.__dict__["__getattr__"] = _submodules(name)
            return
        source = importlib.import_module(MODULES[name]) if name in MODULES else _qt(name.rpartition(".")[2])
        offered = [n for n in getattr(source, "__all__", None) or dir(source) if not n.startswith("_")]
        module.__doc__ = source.__doc__
        module.__dict__["__all__"] = offered
        module.__dict__["__getattr__"] = _names(name, source)


def _qt(name: str) -> ModuleType:
    try:
        return qt.qtModule(name)
    except ImportError:
        return ModuleType(name)


def _submodules(package: str) -> Any:
    def find(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return importlib.import_module(f"{package}.{name}")
        except ImportError as error:
            raise AttributeError(f"module {package!r} has no attribute {name!r}") from error

    return find


def _names(module: str, source: ModuleType) -> Any:
    """
    C{__getattr__} of a module: what ours has, and inert classes for other names of QGIS and Qt.
    QGIS has its C{NULL} in several of them, Qt in none.
    """

    def find(name: str) -> Any:
        try:
            value = getattr(core if name == "NULL" else source, name)
        except AttributeError:
            if name.startswith("_") or not name[:1].isalpha():
                raise AttributeError(f"module {module!r} has no attribute {name!r}") from None
            value = inertClass(module, name)
        setattr(sys.modules[module], name, value)
        return value

    return find


#: The names are the process's, so there is one.
installation = Installation()
