# -*- test-case-name: tests.geo.test_axisorder -*-
"""
The one table of how a CRS may be spelled, and what the spelling says of the order of axes.

Some spellings promise coordinates in the order of the authority - latitude or
northing first, where the authority has it so - others always easting or
longitude first.  Inside the server x is always easting or longitude; only here
is it known which document has to be turned.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

from ogctwist.geo.crs import CRS, UnknownCRS

__all__ = ["CRSSpelling", "UnknownCRS", "crsFromName", "nameOfCrs", "spellingOf"]


class CRSSpelling(Enum):
    """
    A way to write the name of a CRS.

    C{pattern} has the groups C{authority} and C{code}; C{template} writes it;
    C{followsAuthority}: whether coordinates come in the authority's order.
    """

    #: EPSG:4326
    SHORT = (r"(?P<authority>[A-Z][\w-]*):(?P<code>[\w.-]+)", "{authority}:{code}", False)
    #: urn:ogc:def:crs:EPSG::4326, with or without a version (OGC 07-092r3)
    URN = (
        r"urn:(?:x-)?ogc:def:crs:(?P<authority>[\w-]+):(?:[\w.-]*:)?(?P<code>[\w.-]+)",
        "urn:ogc:def:crs:{authority}:{version}:{code}",
        True,
    )
    #: http://www.opengis.net/def/crs/EPSG/0/4326 (OGC 09-048r5)
    HTTP = (
        r"https?://www\.opengis\.net/def/crs/(?P<authority>[\w-]+)/[\w.-]+/(?P<code>[\w.-]+)",
        "http://www.opengis.net/def/crs/{authority}/{version0}/{code}",
        True,
    )
    #: http://www.opengis.net/def/crs?authority=EPSG&version=0&code=4326
    HTTP_QUERY = (
        r"https?://www\.opengis\.net/def/crs\?authority=(?P<authority>[\w-]+)&(?:version=[\w.-]*&)?code=(?P<code>[\w.-]+)",
        "http://www.opengis.net/def/crs?authority={authority}&version={version0}&code={code}",
        True,
    )
    #: http://www.opengis.net/gml/srs/epsg.xml#4326 (GML 2)
    GML = (
        r"https?://www\.opengis\.net/gml/srs/(?P<authority>[\w-]+)\.xml#(?P<code>[\w.-]+)",
        "http://www.opengis.net/gml/srs/{lower}.xml#{code}",
        False,
    )
    #: urn:EPSG:geographicCRS:4326, from before the URNs had rules
    OLD_URN = (
        r"urn:(?P<authority>EPSG):(?:geographic|projected|vertical|compound|geographic2D)?CRS:(?P<code>\d+)",
        "urn:{authority}:CRS:{code}",
        True,
    )
    #: [EPSG:4326], the safe CURIE of OGC APIs
    CURIE = (r"\[(?P<authority>[\w-]+):(?P<code>[\w.-]+)\]", "[{authority}:{code}]", True)

    def __init__(self, pattern: str, template: str, followsAuthority: bool):
        self.pattern = re.compile(pattern, re.IGNORECASE | re.ASCII)
        self.template = template
        self.followsAuthority = followsAuthority


#: Systems of the OGC itself: longitude first by definition.
_OGC = {
    ("CRS", "84"): "OGC:CRS84", ("OGC", "CRS84"): "OGC:CRS84", ("OGC", "84"): "OGC:CRS84",
    ("CRS", "83"): "OGC:CRS83", ("OGC", "CRS83"): "OGC:CRS83",
    ("CRS", "27"): "OGC:CRS27", ("OGC", "CRS27"): "OGC:CRS27",
    ("OGC", "CRS84H"): "OGC:CRS84h",
}  # fmt: skip


def crsFromName(text: str) -> tuple[CRS, bool]:
    """
    The CRS of a name in any spelling, and whether coordinates written under
    this name are northing (latitude) first.

    C{EPSG:4326} is longitude first, C{urn:ogc:def:crs:EPSG::4326} latitude first.

    @raise UnknownCRS: the spelling or the CRS is not known.
    """
    return _fromName(text.strip())


def spellingOf(text: str) -> CRSSpelling:
    """
    How a name is spelled, to answer in kind.

    @raise UnknownCRS: in no known way.
    """
    return _split(text.strip())[0]


def nameOfCrs(crs: CRS, spelling: CRSSpelling) -> str:
    """
    The name of a CRS; the one that has no authority is named by C{str(crs)}.
    """
    authority, _, code = crs.authid.partition(":")
    if not code:
        return str(crs)
    if (authority.upper(), code.upper()) in _OGC:
        return _nameOfOgc(_OGC[authority.upper(), code.upper()].partition(":")[2], crs, spelling)
    return _written(spelling, authority, code, "", "0")


def _nameOfOgc(code: str, crs: CRS, spelling: CRSSpelling) -> str:
    if spelling in (CRSSpelling.SHORT, CRSSpelling.GML, CRSSpelling.OLD_URN):
        return crs.authid
    return _written(spelling, "OGC", code, "1.3", "1.3")


def _written(spelling: CRSSpelling, authority: str, code: str, version: str, version0: str) -> str:
    return spelling.template.format(
        authority=authority, code=code, version=version, version0=version0, lower=authority.lower()
    )


def _split(name: str) -> tuple[CRSSpelling, str, str]:
    if len(name) <= 200:
        for spelling in CRSSpelling:
            match = spelling.pattern.fullmatch(name)
            if match:
                return spelling, match["authority"].upper(), match["code"]
    raise UnknownCRS(name[:200])


@lru_cache(maxsize=1024)
def _fromName(name: str) -> tuple[CRS, bool]:
    spelling, authority, code = _split(name)
    ogc = _OGC.get((authority, code.upper()))
    if ogc is not None:
        crs = CRS.fromAuthid("CRS:84") if ogc == "OGC:CRS84" else CRS(ogc, ogc)
        crs.pyproj  # noqa: B018 - raises UnknownCRS here, where it is expected
        return crs, False
    crs = CRS.fromAuthid(f"{authority}:{code}")
    return crs, spelling.followsAuthority and crs.isNorthFirst
