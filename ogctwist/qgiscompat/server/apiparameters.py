# -*- test-case-name: tests.qgiscompat.test_ogcapi -*-
"""QgsServerQueryStringParameter: a parameter of an operation of an API."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any

from ogctwist.qgiscompat.qt import qtModule
from ogctwist.qgiscompat.server.exceptions import QgsServerApiBadRequestException
from ogctwist.qgiscompat.wrapper import Wrapper, exposed


class Type(IntEnum):
    """Types of parameters, by QVariant's numbers."""

    Boolean = 1
    Integer = 4
    Double = 6
    String = 10
    List = 11


@exposed(Type)
class QgsServerQueryStringParameter(Wrapper):
    """Says how a parameter is read, and what is said when it cannot be."""

    _q_name: str
    _q_required: bool
    _q_type: Type
    _q_description: str
    _q_default: Any
    _q_validator: Callable[[Any, Any], bool] | None
    _q_hidden: bool

    def _make(
        self,
        name: Any,
        required: bool = False,
        type: int = Type.String,
        description: str = "",
        defaultValue: Any = None,
    ) -> None:
        if isinstance(name, QgsServerQueryStringParameter):
            self.__dict__.update(name.__dict__)
            return
        self._q_name = name
        self._q_required = required
        self._q_type = Type(type)
        self._q_description = description
        self._q_default = defaultValue
        self._q_validator = None
        self._q_hidden = False

    def name(self) -> str:
        """The name in the query."""
        return self._q_name

    def description(self) -> str:
        """What it is for."""
        return self._q_description

    def setDescription(self, description: str) -> None:
        """Set what it is for."""
        self._q_description = description

    def hidden(self) -> bool:
        """Whether it is left out of descriptions of the API."""
        return self._q_hidden

    def setHidden(self, hidden: bool) -> None:
        """Set whether it is left out of descriptions of the API."""
        self._q_hidden = hidden

    def setCustomValidator(self, customValidator: Callable[[Any, Any], bool]) -> None:
        """Have a function look at the value: called with context and value, True is good."""
        self._q_validator = customValidator

    @staticmethod
    def typeName(type: int) -> str:
        """C{Boolean}, C{Integer}, …"""
        return Type(type).name

    def value(self, context: Any) -> Any:
        """
        The value in the request, in its type; the default, or None, when it is absent.

        @raise QgsServerApiBadRequestException: it is required and absent, or not of its type.
        """
        core = qtModule("QtCore")
        query = core.QUrlQuery(context.request().url())
        isGiven = query.hasQueryItem(self._q_name)
        if self._q_required and not isGiven:
            raise QgsServerApiBadRequestException(f"Missing required argument: '{self._q_name}'")
        if isGiven:
            value = query.queryItemValue(self._q_name, core.QUrl.FullyDecoded)
        else:
            value = self._q_default
        if value is None:
            return None
        value = self._q_converted(value)
        if self._q_validator is not None and not self._q_validator(context, value):
            raise QgsServerApiBadRequestException(
                f"Argument '{self._q_name}' is not valid. {self._q_description}"
            )
        return value

    def _q_converted(self, value: Any) -> Any:
        try:
            if self._q_type == Type.List:
                return value.split(",") if isinstance(value, str) else list(value)
            if self._q_type == Type.Boolean:
                return value.lower() not in ("", "0", "false") if isinstance(value, str) else bool(value)
            if self._q_type == Type.Integer:
                return int(value)
            return float(value) if self._q_type == Type.Double else str(value)
        except (TypeError, ValueError):
            raise QgsServerApiBadRequestException(
                f"Argument '{self._q_name}' could not be converted to {self._q_type.name}"
            ) from None
