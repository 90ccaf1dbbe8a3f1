# -*- test-case-name: tests.qgiscompat.test_loading -*-
"""PyQt5.sip without Qt: objects are Python's alone."""

from __future__ import annotations

from typing import Any

__all__ = ["cast", "delete", "isdeleted", "ispyowned", "transferback", "transferto", "voidptr"]

voidptr = bytes


def isdeleted(obj: Any) -> bool:
    """Whether the C++ object is gone: there is none to go."""
    return False


def ispyowned(obj: Any) -> bool:
    """Whether Python owns the object."""
    return True


def cast(obj: Any, type: Any) -> Any:
    """The object as one of another class: it is what it is."""
    return obj


def delete(obj: Any) -> None:
    """Python does that by itself."""


def transferto(obj: Any, owner: Any) -> None:
    """There is nobody to own it."""


def transferback(obj: Any) -> None:
    """There is nobody to own it."""
