# -*- test-case-name: tests.geo.test_crs -*-
"""
Coordinate reference systems: names in, names out, axis order, transformation.

Inside the server x is always easting or longitude.  The axis order of a CRS
matters only where a document or a request spells coordinates; the one table
for that is in L{ogctwist.geo.axisorder}.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import pyproj


class UnknownCRS(ValueError):
    """A CRS that no authority knows, or whose definition cannot be read."""


@dataclass(frozen=True)
class CRS:
    """
    A reference system; compared by its definition.

    @ivar definition: what pyproj reads: C{EPSG:2154}, WKT or a PROJ string.
    @ivar authid: C{AUTHORITY:CODE}, or '' for a custom system.
    """

    definition: str
    authid: str = ""

    @classmethod
    def fromAuthid(cls, authid: str) -> CRS:
        """
        @param authid: C{EPSG:4326}, C{IGNF:LAMB93}, C{CRS:84}, …
        @raise UnknownCRS: if it is not known.
        """
        return _fromAuthid(authid.strip().upper())

    @cached_property
    def pyproj(self) -> pyproj.CRS:
        """The pyproj object; costs up to 30 ms the first time."""
        return _pyprojOf(self.definition)

    @cached_property
    def isGeographic(self) -> bool:
        """Whether its units are degrees."""
        return bool(self.pyproj.is_geographic)

    @cached_property
    def isNorthFirst(self) -> bool:
        """Whether its authority puts northing or latitude first."""
        axes = self.pyproj.axis_info
        return len(axes) > 1 and (
            axes[0].direction.lower() in ("north", "south") and axes[1].direction.lower() in ("east", "west")
        )

    @cached_property
    def metresPerUnit(self) -> float:
        """Length of a map unit; 111319.49079327358 for a degree."""
        if self.isGeographic:
            return 111319.49079327358
        axes = self.pyproj.axis_info
        return float(axes[0].unit_conversion_factor) if axes else 1.0

    @property
    def srid(self) -> int | None:
        """The EPSG code, or None."""
        authority, _, code = self.authid.partition(":")
        return int(code) if authority == "EPSG" and code.isdigit() else None

    def __str__(self) -> str:
        return self.authid or self.definition


@lru_cache(maxsize=512)
def _pyprojOf(definition: str) -> pyproj.CRS:
    try:
        return pyproj.CRS.from_user_input(definition)
    except pyproj.exceptions.CRSError as error:
        raise UnknownCRS(definition[:200]) from error


@lru_cache(maxsize=512)
def _fromAuthid(authid: str) -> CRS:
    authority, separator, code = authid.partition(":")
    if authid in ("CRS:84", "OGC:CRS84"):
        return CRS("OGC:CRS84", authid)
    if not (separator and authority.replace("_", "").isalnum() and code.replace("_", "").isalnum()):
        raise UnknownCRS(authid[:200])
    crs = CRS(authid, authid)
    crs.pyproj  # noqa: B018 - raises UnknownCRS now rather than in the middle of a request
    return crs


#: What GML and GeoJSON fall back to.
WGS84 = CRS("EPSG:4326", "EPSG:4326")
