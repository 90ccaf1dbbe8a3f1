# -*- test-case-name: tests.ows.test_parameters -*-
"""The parameters of a request: names in any case, values as text, read as what they should be."""

from __future__ import annotations

import math
import re
from collections.abc import ItemsView, Iterable, Iterator, Mapping
from typing import overload

from ogctwist.geo.box import Box
from ogctwist.ows.exceptions import MissingParameterValue, UnreadableValue, quoted

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_FLAGS = dict.fromkeys(("true", "1", "yes", "on"), True) | dict.fromkeys(("false", "0", "no", "off"), False)
#: Letters other than ASCII keep their case: 'ſervice' must not become SERVICE.
_UPPER = {lower: lower - 32 for lower in range(ord("a"), ord("z") + 1)}


def upperName(name: str) -> str:
    """The name of a parameter as it is kept: ASCII letters in upper case."""
    return name.translate(_UPPER)


class Parameters(Mapping[str, str]):
    """
    An immutable mapping of upper-case names to decoded text.

    Looked up in any case.  An empty value is as good as none for the typed
    readers.  What cannot be read raises L{UnreadableValue} with the
    parameter's name as locator.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, str] | Iterable[tuple[str, str]] = ()):
        pairs = values.items() if isinstance(values, Mapping) else values
        self._values = {upperName(name): value for name, value in pairs}

    def __getitem__(self, name: str) -> str:
        return self._values[upperName(name)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and upperName(name) in self._values

    def __hash__(self) -> int:
        return hash(frozenset(self._values.items()))

    def __repr__(self) -> str:
        return f"Parameters({self._values!r})"

    def replaced(self, name: str, value: str) -> Parameters:
        """The same parameters with C{value} under C{name}, whether it was there or not."""
        return Parameters({**self._values, upperName(name): value})

    def without(self, *names: str) -> Parameters:
        """The same parameters but those."""
        gone = {upperName(name) for name in names}
        return Parameters({n: v for n, v in self._values.items() if n not in gone})

    def text(self, name: str, default: str = "") -> str:
        """The value as it came, or C{default} when absent or empty."""
        return self._values.get(upperName(name)) or default

    def required(self, name: str) -> str:
        """
        The value as it came.

        @raise MissingParameterValue: it is absent or empty.
        """
        value = self.text(name)
        if not value:
            raise MissingParameterValue(f"Parameter {upperName(name)} is missing", locator=upperName(name))
        return value

    def integer(
        self, name: str, default: int | None = None, minimum: int | None = None, maximum: int | None = None
    ) -> int | None:
        """The value as an integer within the bounds (both included)."""
        value = self.text(name).strip()
        if not value:
            return default
        if not _INTEGER.fullmatch(value):
            raise self.invalid(name, "is not an integer")
        number = int(value)
        self._checkBounds(name, number, minimum, maximum)
        return number

    def number(
        self,
        name: str,
        default: float | None = None,
        minimum: float | None = None,
        maximum: float | None = None,
    ) -> float | None:
        """The value as a finite number within the bounds (both included)."""
        value = self.text(name).strip()
        if not value:
            return default
        number = finiteNumber(value)
        if number is None:
            raise self.invalid(name, "is not a number")
        self._checkBounds(name, number, minimum, maximum)
        return number

    def flag(self, name: str, default: bool = False) -> bool:
        """The value as a truth value: TRUE or FALSE, 1 or 0, YES or NO, ON or OFF."""
        value = self.text(name).strip()
        if not value:
            return default
        found = _FLAGS.get(value.lower())
        if found is None:
            raise self.invalid(name, "is neither TRUE nor FALSE")
        return found

    @overload
    def items(self) -> ItemsView[str, str]: ...

    @overload
    def items(self, name: str) -> list[str]: ...

    def items(self, name: str | None = None) -> ItemsView[str, str] | list[str]:
        """
        The value split at its commas, blanks around the pieces taken off; empty
        pieces stay, as STYLES needs them; no pieces when absent or empty.

        Without a name: the names and values, as of any mapping.
        """
        if name is None:
            return self._values.items()
        value = self.text(name)
        return [piece.strip() for piece in value.split(",")] if value else []

    def numbers(self, name: str, count: int | None = None) -> tuple[float, ...] | None:
        """
        The value as finite numbers between commas; None when absent.

        @param count: how many there have to be; None for any.
        """
        value = self.text(name)
        if not value.strip():
            return None
        numbers = [finiteNumber(part.strip()) for part in value.split(",")]
        if None in numbers or (count is not None and len(numbers) != count):
            wanted = "numbers" if count is None else f"{count} numbers"
            raise self.invalid(name, f"is not a list of {wanted}")
        return tuple(number for number in numbers if number is not None)

    def box(self, name: str, area: bool = False) -> Box | None:
        """
        The value C{minx,miny,maxx,maxy}, in the order of the text: who knows the
        CRS swaps the axes; None when absent.

        @param area: refuse a box of no width or no height.
        """
        numbers = self.numbers(name, 4)
        if numbers is None:
            return None
        box = Box(*numbers)
        if box.width < 0 or box.height < 0 or (area and box.isEmpty):
            raise self.invalid(name, "is not a rectangle")
        return box

    def invalid(self, name: str, problem: str) -> UnreadableValue:
        """An exception that says what is wrong with the value of C{name}, for the caller to raise."""
        name = upperName(name)
        return UnreadableValue(f"{name} ('{quoted(self.text(name))}') {problem}", locator=name)

    def _checkBounds(self, name: str, number: float, minimum: float | None, maximum: float | None) -> None:
        if minimum is not None and number < minimum:
            raise self.invalid(name, f"is less than {minimum}")
        if maximum is not None and number > maximum:
            raise self.invalid(name, f"is more than {maximum}")


def finiteNumber(text: str) -> float | None:
    """A decimal number, or None: no 'nan', no 'inf', nothing too large for a float."""
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text)
    return number if math.isfinite(number) else None
