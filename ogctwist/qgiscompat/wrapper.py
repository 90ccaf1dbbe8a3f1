# -*- test-case-name: tests.qgiscompat.test_wrapper -*-
"""
Classes that behave as PyQGIS's do, which SIP makes out of C++.

A subclass that does not chain to C{__init__} is told so on first use; one that
chains past its base (C{super(QgsServerFilter, self).__init__(iface)}) is well
made all the same; a virtual method that must be overridden can be left out, and
then answers nothing.
"""

from __future__ import annotations

import sys
from enum import IntEnum
from functools import wraps
from types import FunctionType
from typing import Any

_OURS = "ogctwist.qgiscompat."


class WrapperType(type):
    """Makes the public methods of our classes refuse objects that were not made properly."""

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> Any:
        if str(namespace.get("__module__", "")).startswith(_OURS):
            for key, value in list(namespace.items()):
                if isinstance(value, FunctionType) and not key.startswith("_"):
                    namespace[key] = _checked(value)
        return super().__new__(mcs, name, bases, namespace, **options)


def _checked(method: FunctionType) -> Any:
    @wraps(method)
    def checked(self: Any, *arguments: Any, **named: Any) -> Any:
        if not isinstance(self, Wrapper):
            raise TypeError(
                f"{method.__qualname__}(self): first argument of unbound method must have type "
                f"'{method.__qualname__.partition('.')[0]}'"
            )
        if not self._q_isMade:
            raise RuntimeError(f"super-class __init__() of type {type(self).__name__} was never called")
        return method(self, *arguments, **named)

    return checked


class Wrapper(metaclass=WrapperType):
    """
    The root.

    Subclasses of ours define C{_make} in place of C{__init__}: so whichever
    C{__init__} a plugin's class chains to ends here and makes the whole object.
    Their own attributes begin with C{_q_}: plugins have names of their own.
    """

    _q_isMade = False

    def __init__(self, *arguments: Any, **named: Any):
        self._q_isMade = True
        self._make(*arguments, **named)

    def _make(self) -> None:
        """Set up the object; a copy constructor takes an object of the same class."""


def isMade(thing: Any) -> bool:
    """Whether an object's constructor was chained to; what is none of ours passes."""
    return not isinstance(thing, Wrapper) or thing._q_isMade


def abstract(thing: Any, method: str, empty: Any = None) -> Any:
    """
    What a pure virtual method of ours does when it is not overridden: as PyQGIS, it tells
    so on standard error and answers C{empty}.
    """
    owner = next(
        c.__name__ for c in type(thing).__mro__ if c.__module__.startswith(_OURS) and method in vars(c)
    )
    print(f"NotImplementedError: {owner}.{method}() is abstract and must be overridden", file=sys.stderr)
    return empty


def exposed(*enums: type[IntEnum]) -> Any:
    """
    Class decorator: the members of enumerations are attributes of the class too, as
    SIP has them: C{QgsServerRequest.GetMethod} beside C{QgsServerRequest.Method.GetMethod}.
    """

    def expose(cls: Any) -> Any:
        for enum in enums:
            enum.__qualname__ = f"{cls.__name__}.{enum.__name__}"
            setattr(cls, enum.__name__, enum)
            for name, member in enum.__members__.items():
                setattr(cls, name, member)
        return cls

    return expose
