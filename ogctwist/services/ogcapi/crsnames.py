# -*- test-case-name: tests.services.ogcapi.test_items -*-
"""The reference systems that the API offers, under the names that QGIS Server gives them."""

from __future__ import annotations

from ogctwist.geo.axisorder import crsFromName
from ogctwist.geo.crs import CRS, WGS84, UnknownCRS
from ogctwist.project.model import Project

#: Longitude and latitude in WGS 84: what everything is in unless another system is asked for.
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG = "http://www.opengis.net/def/crs/{}/9.6.2/{}"


def offeredSystems(project: Project | None) -> dict[str, CRS]:
    """The systems by their names, the default first: CRS84, then those that the project lists."""
    systems = {CRS84: WGS84}
    if project is None:
        return systems
    for name in project.publication.wms.crsList or ("EPSG:4326", "EPSG:3857"):
        try:
            crs, _ = crsFromName(name)
        except UnknownCRS:
            continue
        authority, _, code = crs.authid.partition(":")
        if code:
            systems.setdefault(_EPSG.format(authority, code), crs)
    return systems


def systemNamed(project: Project | None, name: str) -> CRS | None:
    """
    The offered system of a name, whatever version of the authority's register it gives; None when
    it is not among them.  Coordinates have x first in all of them, as GeoJSON has it
    (RFC 7946, 3.1.1) and as QGIS Server does.
    """
    systems = offeredSystems(project)
    if name in systems:
        return systems[name]
    try:
        crs, _ = crsFromName(name)
    except UnknownCRS:
        return None
    return crs if crs in systems.values() else None
