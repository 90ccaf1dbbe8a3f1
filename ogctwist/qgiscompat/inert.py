# -*- test-case-name: tests.qgiscompat.test_inert -*-
"""
Stand-ins for names of QGIS and Qt that a server has no use for, such as widgets: a plugin
may import them, subclass them and mention their members; using one says what it is.
"""

from __future__ import annotations

from typing import Any


class NotOnServer(NotImplementedError):
    """A plugin uses a class of QGIS or Qt that is not there on this server."""


class InertType(type):
    """Gives inert classes any member that is asked for."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return inertClass(cls.__module__, f"{cls.__qualname__}.{name}")

    def __or__(cls, other: Any) -> Any:
        return cls

    __ror__ = __or__


class Inert(metaclass=InertType):
    """The base of them all."""

    def __init__(self, *arguments: Any, **named: Any):
        raise NotOnServer(f"{type(self).__module__}.{type(self).__qualname__} is not there on this server")


_made: dict[tuple[str, str], type] = {}


def inertClass(module: str, name: str) -> type:
    """The stand-in of a name."""
    found = _made.get((module, name))
    if found is None:
        namespace = {"__module__": module, "__qualname__": name}
        found = _made[module, name] = InertType(name.rpartition(".")[2], (Inert,), namespace)
    return found
