# -*- test-case-name: tests.project.test_elements -*-
"""Small pieces of a project's XML: boxes, reference systems, numbers."""

from __future__ import annotations

import math
from functools import lru_cache

from lxml import etree

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS, UnknownCRS

__all__ = ["boxOf", "crsOf", "flagOf", "namedCrs", "numberOf", "textOf"]


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
    @param element: one that holds a C{spatialrefsys}, or one itself.
    @return: the system by its authority, else by its WKT or PROJ string (custom
        systems, whose C{USER:…} number means nothing outside the profile that
        made them); None when it is empty or not to be understood.
    """
    if element is None:
        return None
    system = element if element.tag == "spatialrefsys" else element.find("spatialrefsys")
    if system is None:
        return None
    definition = system.findtext("wkt") or system.findtext("proj4") or ""
    return namedCrs((system.findtext("authid") or "").strip(), definition.strip())


@lru_cache(maxsize=1024)
def namedCrs(authid: str, definition: str = "") -> CRS | None:
    """
    @param authid: C{EPSG:4326}, … or ''.
    @param definition: WKT or a PROJ string, for when the authority does not know it; or ''.
    @return: None when neither is understood.
    """
    if authid and not authid.upper().startswith(("USER:", "CUSTOM:")):
        try:
            return CRS.fromAuthid(authid)
        except UnknownCRS:
            pass
    if not definition:
        return None
    try:
        # old files have nothing but a PROJ string for the best known systems
        code = CRS(definition).pyproj.to_epsg(min_confidence=70)
    except UnknownCRS:
        return None
    return CRS(f"EPSG:{code}", f"EPSG:{code}") if code else CRS(definition)
