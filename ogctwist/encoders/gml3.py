# -*- test-case-name: tests.encoders.test_gml -*-
"""GML 3.1.1 (OGC 03-105r1, simple features), the format of WFS 1.1.0, as QGIS Server writes it."""

from __future__ import annotations

from ogctwist.encoders.featuretype import CollectionBounds
from ogctwist.encoders.gml import GeometryWords, GmlEncoder, cornerTexts, srsAttribute

CONTENT_TYPE = "text/xml; subtype=gml/3.1.1; charset=utf-8"


def _words(dimension: int) -> GeometryWords:
    return GeometryWords(
        point=(f'<gml:pos srsDimension="{dimension}">', "</gml:pos>"),
        line=(f'<gml:posList srsDimension="{dimension}">', "</gml:posList>"),
        rings=("exterior", "interior"),
        members=("pointMember", "curveMember", "surfaceMember"),
        multi=("MultiPoint", "MultiCurve", "MultiSurface"),
    )


_WORDS = {dimension: _words(dimension) for dimension in (2, 3)}


class Gml3Encoder(GmlEncoder):
    """Features as GML 3.1.1."""

    contentType = CONTENT_TYPE
    envelope = (
        "<gml:boundedBy><gml:Envelope{srs}><gml:lowerCorner>",
        (" ", "</gml:lowerCorner><gml:upperCorner>", " "),
        "</gml:upperCorner></gml:Envelope></gml:boundedBy>",
    )

    def boundedBy(self, bounds: CollectionBounds | None) -> str:
        """The envelope of the collection, '' when there is none."""
        if bounds is None:
            return ""
        a, b, c, d = cornerTexts(bounds)
        corners = f"<gml:lowerCorner>{a} {b}</gml:lowerCorner><gml:upperCorner>{c} {d}</gml:upperCorner>"
        envelope = f"<gml:Envelope{srsAttribute(bounds)}>{corners}</gml:Envelope>"
        return f"<gml:boundedBy>{envelope}</gml:boundedBy>\n"

    def words(self) -> GeometryWords:
        """The elements around coordinates."""
        return _WORDS[self.dimension()]
