# -*- test-case-name: tests.project.test_properties -*-
"""The C{properties} of a project file: entries of a scope, by path."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from ogctwist.project.errors import ProjectError
from ogctwist.project.options import scalar

__all__ = ["PropertyReader", "readProperties"]

_DEPTH = 100


def readProperties(element: etree._Element | None) -> dict[str, object]:
    """
    @param element: C{properties}: nested elements, those with a C{type} are the
        entries; newer files name them by an attribute, C{<properties name=…>}.
    @return: C{scope/key} to str, bool, int, float, or a tuple of str for a list.
    @raise ProjectError: nested too deeply.
    """
    found: dict[str, object] = {}
    if element is not None:
        _collect(element, "", found, 0)
    return found


def _collect(element: etree._Element, prefix: str, found: dict[str, object], depth: int) -> None:
    if depth > _DEPTH:
        raise ProjectError("properties are nested too deeply")
    for child in element:
        name = child.get("name") or child.tag if child.tag == "properties" else child.tag
        path = f"{prefix}{name}"
        kind = child.get("type")
        if kind is None:
            _collect(child, path + "/", found, depth + 1)
        elif kind == "QStringList":
            found[path] = tuple(value.text or "" for value in child.iterchildren("value"))
        else:
            found[path] = scalar(kind, child.text or "")


class PropertyReader:
    """
    Entries as the type that is wanted, forgiving as QGIS is: an entry of
    another type, or none, is the default.
    """

    def __init__(self, entries: Mapping[str, object]):
        self._entries = entries

    def text(self, path: str, default: str = "") -> str:
        """Text; a list is no text."""
        value = self._entries.get(path)
        if value is None or isinstance(value, tuple):
            return default
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value)

    def number(self, path: str, default: float) -> float:
        """A number, or text of one."""
        try:
            return float(self.text(path) or default)
        except ValueError:
            return default

    def integer(self, path: str, default: int) -> int:
        """A whole number, or text of one."""
        try:
            return int(self.number(path, default))
        except (ValueError, OverflowError):
            return default

    def flag(self, path: str, default: bool = False) -> bool:
        """As Qt makes a bool of text: all but '', C{0} and C{false} is true."""
        value = self.text(path).lower()
        return default if not value else value not in ("0", "false")

    def isEnabled(self, path: str) -> bool:
        """The entries that QGIS compares with words: C{enabled} or C{true}."""
        return self.text(path).lower() in ("enabled", "true")

    def items(self, path: str) -> tuple[str, ...]:
        """A list of text without empty items; text is a list of one."""
        value = self._entries.get(path)
        if isinstance(value, tuple):
            return tuple(item for item in value if item)
        return (value,) if isinstance(value, str) and value else ()

    def below(self, path: str) -> dict[str, object]:
        """All entries below C{path}, by the rest of their path."""
        prefix = path + "/"
        return {k[len(prefix) :]: v for k, v in self._entries.items() if k.startswith(prefix)}
