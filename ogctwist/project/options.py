# -*- test-case-name: tests.project.test_options -*-
"""
QGIS's two ways to write a value as XML: C{<Option type="Map">…} of 3.x and
C{<property key= value=>} of older files.
"""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from ogctwist.project.errors import ProjectError

__all__ = ["customProperties", "optionValue", "scalar"]

_DEPTH = 100


def scalar(kind: str, text: str) -> object:
    """
    @param kind: a QVariant type's name.
    @return: C{text} as bool, int, float or str; text that does not fit its type
        stays text.
    """
    convert = _scalars.get(kind)
    if convert is None:
        return text
    try:
        return convert(text)
    except ValueError:
        return text


def _bool(text: str) -> bool:
    return text.strip().lower() not in ("", "0", "false")


_scalars: dict[str, Callable[[str], object]] = {
    "bool": _bool,
    "int": int,
    "uint": int,
    "LongLong": int,
    "qlonglong": int,
    "ULongLong": int,
    "double": float,
    "float": float,
}


def optionValue(element: etree._Element, depth: int = 0) -> object:
    """
    @param element: an C{Option}.
    @return: dict, list, str, bool, int, float or None (an Option without type).
    @raise ProjectError: nested too deeply.
    """
    if depth > _DEPTH:
        raise ProjectError("options are nested too deeply")
    kind = element.get("type", "")
    if kind == "Map":
        return {
            child.get("name", ""): optionValue(child, depth + 1) for child in element.iterchildren("Option")
        }
    if kind in ("List", "StringList", "QStringList"):
        return [optionValue(child, depth + 1) for child in element.iterchildren("Option")]
    if not kind or kind == "invalid":
        # also written for an empty map
        return None
    return scalar(kind, element.get("value", element.text or ""))


def customProperties(element: etree._Element | None) -> dict[str, object]:
    """
    @param element: C{customproperties}, of a layer or of a node of the tree.
    @return: names to values; a list is a tuple of str.
    """
    found: dict[str, object] = {}
    if element is None:
        return found
    for child in element:
        if child.tag == "Option":
            value = optionValue(child)
            if isinstance(value, dict):
                found.update((k, tuple(v) if isinstance(v, list) else v) for k, v in value.items())
        elif child.tag == "property":
            # Most have no children, and a layer of QGIS 2 has some two hundred of them.
            values = [value.text or "" for value in child.iterchildren("value")] if len(child) else ()
            found[child.get("key", "")] = tuple(values) if values else child.get("value", "")
    return found
