# -*- test-case-name: tests.encoders.test_gml -*-
"""GML 2.1.2 (OGC 02-069), the format of WFS 1.0.0: two dimensions only, as QGIS Server writes it."""

from __future__ import annotations

from ogctwist.encoders.featuretype import CollectionBounds
from ogctwist.encoders.gml import GeometryWords, GmlEncoder, cornerTexts, srsAttribute

CONTENT_TYPE = "text/xml; subtype=gml/2.1.2; charset=utf-8"
_COORDINATES = '<gml:coordinates cs="," ts=" ">', "</gml:coordinates>"
_WORDS = GeometryWords(
    point=_COORDINATES,
    line=_COORDINATES,
    rings=("outerBoundaryIs", "innerBoundaryIs"),
    members=("pointMember", "lineStringMember", "polygonMember"),
    multi=("MultiPoint", "MultiLineString", "MultiPolygon"),
    numberMark=",",
)


class Gml2Encoder(GmlEncoder):
    """Features as GML 2.1.2."""

    contentType = CONTENT_TYPE
    identifier = "fid"
    envelope = (
        f"<gml:boundedBy><gml:Box{{srs}}>{_COORDINATES[0]}",
        (",", " ", ","),
        f"{_COORDINATES[1]}</gml:Box></gml:boundedBy>",
    )

    def boundedBy(self, bounds: CollectionBounds | None) -> str:
        """
        The box of the collection; the schema wants the element, C{gml:null} says that there is
        no box.
        """
        if bounds is None:
            return "<gml:boundedBy><gml:null>unknown</gml:null></gml:boundedBy>\n"
        a, b, c, d = cornerTexts(bounds)
        first, last = _COORDINATES
        box = f"<gml:Box{srsAttribute(bounds)}>{first}{a},{b} {c},{d}{last}</gml:Box>"
        return f"<gml:boundedBy>{box}</gml:boundedBy>\n"

    def words(self) -> GeometryWords:
        """The elements around coordinates."""
        return _WORDS

    def dimension(self) -> int:
        """Two, whatever the data have."""
        return 2
