# -*- test-case-name: tests.services.wfs.test_getcapabilities -*-
"""XML documents as the services write them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from lxml import etree

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS

XLINK = "http://www.w3.org/1999/xlink"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


class Writer:
    """Appends elements of a namespace; others by their prefix."""

    def __init__(self, spaces: Mapping[str | None, str]):
        self._spaces = spaces

    def add(
        self, parent: etree._Element, name: str, text: str | None = None, /, **attributes: str
    ) -> etree._Element:
        """
        Append an element.

        @param name: with a prefix, or in the default namespace.
        """
        element = etree.SubElement(parent, self.tag(name))
        if text is not None:
            element.text = text
        for key, value in attributes.items():
            element.set(key, value)
        return element

    def addIf(self, parent: etree._Element, name: str, text: str) -> None:
        """Append an element if there is a text for it."""
        if text:
            self.add(parent, name, text)

    def addLink(self, parent: etree._Element, name: str, url: str) -> None:
        """Append an element with an xlink:href."""
        self.add(parent, name).set(f"{{{XLINK}}}href", url)

    def addPath(self, parent: etree._Element, *names: str) -> etree._Element:
        """Append elements within each other.  @return: the innermost."""
        for name in names:
            parent = self.add(parent, name)
        return parent

    def tag(self, name: str) -> str:
        """The name in Clark's notation."""
        prefix, colon, local = name.rpartition(":")
        return f"{{{self._spaces[prefix if colon else None]}}}{local}"


def serialised(root: etree._Element) -> bytes:
    """A document as UTF-8, indented."""
    etree.indent(root, " ")
    return etree.tostring(root, encoding="utf-8", xml_declaration=False) + b"\n"


def cornerTexts(box: Box, crs: CRS | None) -> tuple[str, str, str, str]:
    """
    xmin, ymin, xmax, ymax, rounded outwards: to six digits for degrees, to three for other units.
    """
    digits = 6 if crs is not None and crs.isGeographic else 3
    scale = 10.0**digits
    low = [math.floor(value * scale) / scale for value in (box.xmin, box.ymin)]
    high = [math.ceil(value * scale) / scale for value in (box.xmax, box.ymax)]
    xmin, ymin, xmax, ymax = (_plain(value, digits) for value in (*low, *high))
    return xmin, ymin, xmax, ymax


def _plain(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
