# -*- test-case-name: tests.project.test_elements -*-
"""Small pieces of a project's XML: boxes, reference systems, numbers."""

from __future__ import annotations

import math

from lxml import etree

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS

__all__ = ["boxOf", "crsOf", "flagOf", "numberOf", "textOf"]


def textOf(element: etree._Element | None, default: str = "") -> str:
    """The text of an element; the default when there is no element."""
    return default if element is None else element.text or ""


def numberOf(text: str | None, default: float) -> float:
    """A finite number, else the default."""
    try:
        value = float(text) if text else default
    except ValueError:
        return default
    return value if math.isfinite(value) else default


def flagOf(text: str | None, default: bool = False) -> bool:
    """C{1} and C{true} are true; no text is the default."""
    return default if not text else text.strip().lower() in ("1", "true", "qt::checked")


def boxOf(element: etree._Element | None) -> Box | None:
    """
    @param element: with children or attributes C{xmin}, C{ymin}, C{xmax}, C{ymax}.
    @return: None when one is missing or no number, or the box is inverted (QGIS
        writes an empty extent so).
    """
    if element is None:
        return None
    values = []
    for name in ("xmin", "ymin", "xmax", "ymax"):
        text = element.get(name) or element.findtext(name)
        try:
            values.append(float(text))  # type: ignore[arg-type]
        except (TypeError, ValueError):
            return None
    if not all(map(math.isfinite, values)):
        return None
    box = Box(*values)
    return box if box.xmax >= box.xmin and box.ymax >= box.ymin else None


def crsOf(element: etree._Element | None) -> CRS | None:
    """
    @param element: one that holds a C{spatialrefsys}.
    @return: the system by its authority, else (custom systems, C{USER:…}) by its
        WKT or PROJ string; None when it is empty.  Whether it can be used shows
        when it is used first.
    """
    if element is None:
        return None
    system = element if element.tag == "spatialrefsys" else element.find("spatialrefsys")
    if system is None:
        return None
    authid = (system.findtext("authid") or "").strip()
    authority, separator, code = authid.partition(":")
    if separator and code and authority.upper() not in ("USER", "CUSTOM", "QGIS"):
        return CRS(authid, authid)
    definition = (system.findtext("wkt") or system.findtext("proj4") or "").strip()
    if definition:
        return CRS(definition, authid)
    srid = (system.findtext("srid") or "").strip()
    return CRS(f"EPSG:{srid}", f"EPSG:{srid}") if srid.isdecimal() and int(srid) > 0 else None
