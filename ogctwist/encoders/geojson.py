# -*- test-case-name: tests.encoders.test_geojson -*-
"""
GeoJSON (RFC 7946) as QGIS Server's WFS writes it: the members of a feature in alphabetical
order, coordinates with six digits, a box for all but points.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from zope.interface import implementer

from ogctwist.encoders.featuretype import CollectionBounds, FeatureType
from ogctwist.encoders.values import jsonPiece
from ogctwist.geo.batch import FeatureBatch
from ogctwist.interfaces import IFeatureEncoder
from ogctwist.native.escapes import Escape, escapedText
from ogctwist.native.numbers import fixedText
from ogctwist.native.shapes import GeometryFormat, Shapes
from ogctwist.native.text import EnvelopePiece, IntegerPiece, Piece, ShapePiece, joinRows

CONTENT_TYPE = "application/vnd.geo+json; charset=utf-8"

_NAMES = ("Point", "LineString", "Polygon")
_FIRST, _LAST = ("", "[", "["), ("", "]", "]")
_START = '{"coordinates":'


def _single(start: str, end: str) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
    (a, b, c), (d, e, f) = _FIRST, _LAST
    p, q, r = (f'{end},"type":"{name}"}}' for name in _NAMES)
    return (start + a, start + b, start + c), (d + p, e + q, f + r)


#: Coordinates and type of every geometry, in alphabetical order.
GEOMETRY = GeometryFormat(
    numberMark=",",
    tupleMark=",",
    tupleStart="[",
    tupleEnd="]",
    shell="[",
    shellEnd="]",
    hole="[",
    holeEnd="]",
    ringMark=",",
    single=_single(_START, "")[0],
    singleEnd=_single(_START, "")[1],
    multi=(f"{_START}[", f"{_START}[", f"{_START}[", '{"geometries":['),
    multiEnd=(
        '],"type":"MultiPoint"}',
        '],"type":"MultiLineString"}',
        '],"type":"MultiPolygon"}',
        '],"type":"GeometryCollection"}',
    ),
    member=_FIRST,
    memberEnd=_LAST,
    mixedMember=_single(_START, "")[0],
    mixedMemberEnd=_single(_START, "")[1],
    memberMark=",",
)


def quoted(text: str) -> str:
    """A text as a JSON string."""
    return f'"{escapedText(text, Escape.JSON)}"'


@implementer(IFeatureEncoder)
class GeoJsonEncoder:
    """
    Features as GeoJSON.  x comes first, whatever the axis order of the CRS (RFC 7946, 3.1.1);
    that the CRS is WGS 84 is up to the feature type.
    """

    contentType = CONTENT_TYPE

    def __init__(self, bounds: CollectionBounds | None, featureType: FeatureType):
        """
        @param bounds: the box of the collection.
        """
        self._bounds = bounds
        self._isFirst = True
        self.ofType(featureType)

    def ofType(self, featureType: FeatureType) -> None:
        """What follows are features of that type."""
        self._type = featureType
        self._fields = sorted(featureType.fields, key=lambda field: field.name.encode())

    def head(self) -> bytes:
        """See L{IFeatureEncoder}."""
        bbox = ""
        if self._bounds is not None:
            box = self._bounds.box
            sides = fixedText(np.array(box.bounds), self._bounds.precision).to_pylist()
            bbox = f' "bbox": [ {", ".join(sides)}],\n'
        return f'{{"type": "FeatureCollection",\n{bbox} "features": [\n'.encode()

    def batch(self, features: FeatureBatch) -> bytes:
        """See L{IFeatureEncoder}."""
        rows = joinRows(self._pieces(features), len(features))
        if rows and self._isFirst:
            self._isFirst = False
            return b"  " + rows[2:]
        return rows

    def tail(self) -> bytes:
        """See L{IFeatureEncoder}."""
        return b" ]\n}"

    def identifierStart(self) -> str:
        """What stands before the number of a feature in its identifier."""
        return f"{self._type.name}."

    def _pieces(self, features: FeatureBatch) -> list[Piece]:
        shapes = self._type.shapes(features.geometry)
        pieces: list[Piece] = [Piece(" ,{")]
        pieces += [Piece('"geometry":null')] if shapes is None else self._geometryPieces(shapes)
        start = escapedText(self.identifierStart(), Escape.JSON)
        pieces.append(IntegerPiece(f',"id":"{start}', '","properties":{', "", pa.array(features.ids)))
        for i, field in enumerate(self._fields):
            before = f"{',' if i else ''}{quoted(field.name)}:"
            pieces.append(jsonPiece(field, features.columns[field.name], before))
        pieces.append(Piece('},"type":"Feature"}\n'))
        return pieces

    def _geometryPieces(self, shapes: Shapes) -> Sequence[Piece]:
        kind = self._type
        bounds = np.where((shapes.types > 1)[:, None], shapes.bounds, np.nan)
        return [
            EnvelopePiece('"bbox":[', "],", bounds=bounds, precision=kind.precision, marks=(",",) * 3),
            ShapePiece(
                '"geometry":',
                null='"geometry":null',
                shapes=shapes,
                format=GEOMETRY,
                precision=kind.precision,
                dimension=3 if kind.hasZ else 2,
            ),
        ]
