# -*- test-case-name: tests.symbology.test_markup -*-
"""
The parts of QGIS's style XML: properties of symbol layers, written as
C{<prop k v>} up to QGIS 3.16 or so and as typed C{<Option>} trees since.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree


class StyleError(ValueError):
    """A style that cannot be understood."""


def parseStyle(xml: bytes):
    """
    The root element of a style.

    @raise StyleError: if it is no XML.
    """
    try:
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
        )
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise StyleError(str(error)[:200]) from error


def optionValue(element) -> Any:
    """
    The value of an C{<Option>}: a dict for a Map, a list for a List, else
    text, int, float, bool or None by its declared type.
    """
    kind = element.get("type", "")
    if kind == "Map":
        return {child.get("name", ""): optionValue(child) for child in element.iterchildren("Option")}
    if kind in ("List", "StringList"):
        return [optionValue(child) for child in element.iterchildren("Option")]
    if kind in ("", "invalid"):
        return element.get("value")
    return _typed(element.get("value", ""), kind)


def _typed(text: str, kind: str) -> Any:
    try:
        if kind in ("int", "uint", "qlonglong", "qulonglong", "long", "long long"):
            return int(text)
        if kind in ("double", "float"):
            return float(text)
    except ValueError:
        return None
    if kind == "bool":
        return text == "true" or text == "1"
    return text


def _asText(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


class Properties(Mapping[str, str]):
    """
    The properties of one symbol layer (or whatever has such), by name.

    A value is text; C{structure} gives those that are maps or lists.
    """

    def __init__(self, values: Mapping[str, Any]):
        self._values = dict(values)

    @classmethod
    def of(cls, element) -> Properties:
        """Read the C{<prop>} and C{<Option type="Map">} children of an element."""
        values: dict[str, Any] = {}
        for child in element:
            if child.tag == "prop":
                values[child.get("k", "")] = child.get("v", "")
            elif child.tag == "Option" and child.get("type") == "Map":
                values.update(optionValue(child))
        return cls(values)

    def __getitem__(self, name: str) -> str:
        return _asText(self._values[name])

    def __iter__(self):
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def structure(self, name: str) -> Any:
        """The value with its structure, None if absent."""
        return self._values.get(name)

    def first(self, *names: str, default: str = "") -> str:
        """The value of the first of the names that is present: names changed over QGIS's history."""
        for name in names:
            if name in self._values:
                return self[name]
        return default

    def number(self, *names: str, default: float = 0.0) -> float:
        """The value of the first name present as a finite number; C{default} if there is none."""
        return number(self.first(*names), default)

    def flag(self, name: str, default: bool = False) -> bool:
        """Whether the value is 1 (or true, yes)."""
        if name not in self._values:
            return default
        return self[name].strip().lower() in ("1", "true", "yes")

    def pair(self, name: str, default: tuple[float, float] = (0.0, 0.0)) -> tuple[float, float]:
        """A value like C{"1.5,0"}."""
        return pair(self.get(name, ""), default)


def number(text: str | None, default: float = 0.0) -> float:
    """A finite number, else C{default}."""
    try:
        value = float(text or "")
    except ValueError:
        return default
    return value if abs(value) < 1e300 else default


def pair(text: str, default: tuple[float, float] = (0.0, 0.0)) -> tuple[float, float]:
    """Two finite numbers with a comma between, else C{default}."""
    first, comma, second = text.partition(",")
    return (number(first), number(second)) if comma else default
