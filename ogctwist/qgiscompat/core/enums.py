# -*- test-case-name: tests.qgiscompat.core.test_names -*-
"""Enumerations as PyQGIS has them, scoped and not; and the class C{Qgis}."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import IntEnum, IntFlag
from functools import cache
from typing import Any

from ogctwist.qgiscompat.core.enumdata import ENUMS
from ogctwist.qgiscompat.wrapper import Wrapper

VERSION = "3.34.0-Prizren"
VERSION_INT = 33400

_FLAGS = ("Flag", "Capability", "Category", "Constraint", "Option")


class Flags(int):
    """What joined flags are: a number; none of them by default."""

    def __new__(cls, value: int = 0) -> Flags:
        return super().__new__(cls, int(value))

    def __or__(self, other: int) -> Flags:
        return Flags(int(self) | int(other))

    def __and__(self, other: int) -> Flags:
        return Flags(int(self) & int(other))

    def __invert__(self) -> Flags:
        return Flags(~int(self))

    def testFlag(self, flag: int) -> bool:
        """Whether a flag is among them."""
        return int(self) & int(flag) == int(flag)

    __ror__ = __or__
    __rand__ = __and__


@cache
def enumOf(owner: str, name: str) -> Any:
    """The enumeration C{name} of a class; its module is C{qgis.core} to plugins."""
    members = {key: int(value) for key, value in (part.split("=") for part in ENUMS[owner][name].split())}
    kind: Any = IntFlag if name.endswith(_FLAGS) else IntEnum
    return kind(name, members, module="qgis.core", qualname=f"{owner}.{name}")


def plural(name: str) -> str:
    """How QGIS names the set of flags."""
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"


def withEnums(owner: str, unscoped: Iterable[str] | None = None) -> Callable[[Any], Any]:
    """
    Class decorator: the enumerations of C{owner}, with their members on the class too.

    @param unscoped: of which the members are there; None: of all.
    """

    def expose(cls: Any) -> Any:
        for name in ENUMS[owner]:
            enum = enumOf(owner, name)
            setattr(cls, name, enum)
            if issubclass(enum, IntFlag):
                setattr(cls, plural(name), Flags)
            if unscoped is None or name in unscoped:
                for key, member in enum.__members__.items():
                    setattr(cls, key, member)
        return cls

    return expose


@withEnums("Qgis", ("MessageLevel", "DataType"))
class Qgis(Wrapper):
    """The version, and enumerations that belong to no class."""

    QGIS_VERSION = VERSION
    QGIS_VERSION_INT = VERSION_INT
    QGIS_RELEASE_NAME = "Prizren"
    QGIS_DEV_VERSION = "exported"
    DEFAULT_SEARCH_RADIUS_MM = 2.0
    DEFAULT_MAPTOPIXEL_THRESHOLD = 1.0
    SCALE_PRECISION = 0.9999999999

    @staticmethod
    def version() -> str:
        """The version as text."""
        return VERSION

    @staticmethod
    def versionInt() -> int:
        """The version as a number: 33400."""
        return VERSION_INT

    @staticmethod
    def releaseName() -> str:
        """The name of the release."""
        return "Prizren"

    @staticmethod
    def devVersion() -> str:
        """What the version was built from."""
        return "exported"

    @staticmethod
    def defaultProjectScales() -> str:
        """Scales of a project that has none of its own."""
        return "1:1000000,1:500000,1:250000,1:100000,1:50000,1:25000,1:10000,1:5000,1:2500,1:1000,1:500"


#: Before 3.30 this was an enumeration by itself.
QgsMapLayerType = enumOf("Qgis", "LayerType")


@withEnums("QgsMapSettings")
class QgsMapSettings(Wrapper):
    """Enumerations of map settings; maps are drawn by the services, not by plugins."""

    def _make(self, *arguments: Any) -> None:
        raise NotImplementedError("a plugin of this server does not draw maps itself: ask the WMS for GetMap")
