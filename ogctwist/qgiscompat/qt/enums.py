# -*- test-case-name: tests.qgiscompat.test_qt -*-
"""Enumerations as PyQt5 has them: integers, with their members on the class that they belong to."""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import Any


def enum(name: str, **members: int) -> Any:
    """An enumeration."""
    return IntEnum(name, members)


def flags(name: str, **members: int) -> Any:
    """An enumeration whose members can be joined with C{|}."""
    return IntFlag(name, members)


def member(*enums: Any) -> Any:
    """Class decorator: the enumerations and their members as attributes of the class."""

    def expose(cls: Any) -> Any:
        for each in enums:
            setattr(cls, each.__name__, each)
            for name, value in each.__members__.items():
                setattr(cls, name, value)
        return cls

    return expose
