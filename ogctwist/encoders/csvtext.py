# -*- test-case-name: tests.encoders.test_csvtext -*-
"""
CSV (RFC 4180): the feature id, the attributes, and the geometry as well-known text.

The first line names the columns.  A text that a spreadsheet would take for a formula keeps its
first character: the file is data, and changing them is not this server's to decide.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from zope.interface import implementer

from ogctwist.encoders.featuretype import FeatureType, GeometryForm
from ogctwist.encoders.values import plainPiece
from ogctwist.geo.batch import FeatureBatch
from ogctwist.interfaces import IFeatureEncoder
from ogctwist.native.escapes import Escape, escapedText
from ogctwist.native.shapes import GeometryFormat, Shapes
from ogctwist.native.text import IntegerPiece, Piece, ShapePiece, joinRows

CONTENT_TYPE = "text/csv; charset=utf-8; header=present"


def _wkt(dimension: int) -> GeometryFormat:
    """Well-known text; a collection's members are named, those of a multi-geometry are not."""
    mark = "Z " if dimension > 2 else ""
    names = ("POINT", "LINESTRING", "POLYGON")
    point, line, polygon = (f"{name} {mark}(" for name in names)
    multi = ("MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION")
    a, b, c, d = (f"{name} {mark}(" for name in multi)
    return GeometryFormat(
        numberMark=" ",
        tupleMark=", ",
        shell="(",
        shellEnd=")",
        hole="(",
        holeEnd=")",
        ringMark=", ",
        single=(point, line, polygon),
        singleEnd=(")", ")", ")"),
        multi=(a, b, c, d),
        multiEnd=(")", ")", ")", ")"),
        member=("(", "(", "("),
        memberEnd=(")", ")", ")"),
        mixedMember=(point, line, polygon),
        mixedMemberEnd=(")", ")", ")"),
        memberMark=", ",
    )


_WKT = {dimension: _wkt(dimension) for dimension in (2, 3)}


def cell(text: str) -> str:
    """A text as a cell between quotation marks."""
    return f'"{escapedText(text, Escape.CSV)}"'


@implementer(IFeatureEncoder)
class CsvEncoder:
    """
    Features as CSV.  There is one line of names: features of further types are written below the
    names of the first.
    """

    contentType = CONTENT_TYPE

    def __init__(self, featureType: FeatureType):
        self.ofType(featureType)

    def ofType(self, featureType: FeatureType) -> None:
        """What follows are features of that type."""
        self._type = featureType

    def head(self) -> bytes:
        """See L{IFeatureEncoder}."""
        names = ["FID", *(field.name for field in self._type.fields)]
        if self._type.geometry is not GeometryForm.NONE:
            names.append("geometry")
        return (",".join(cell(name) for name in names) + "\r\n").encode()

    def batch(self, features: FeatureBatch) -> bytes:
        """See L{IFeatureEncoder}."""
        name = escapedText(self._type.name, Escape.CSV)
        pieces: list[Piece] = [IntegerPiece(f'"{name}.', '"', "", pa.array(features.ids))]
        pieces += [plainPiece(field, features.columns[field.name]) for field in self._type.fields]
        if self._type.geometry is not GeometryForm.NONE:
            pieces.append(self._geometry(features))
        pieces.append(Piece("\r\n"))
        return joinRows(pieces, len(features))

    def tail(self) -> bytes:
        """See L{IFeatureEncoder}."""
        return b""

    def _geometry(self, features: FeatureBatch) -> Piece:
        kind = self._type
        shapes = kind.shapes(features.geometry)
        if shapes is None:
            return Piece(",")
        dimension = 3 if kind.hasZ else 2
        isFull = np.diff(shapes.ragged.partsOf) > 0
        shapes = Shapes(shapes.ragged, np.where(isFull, shapes.types, 0).astype(np.uint8))
        return ShapePiece(
            ',"',
            '"',
            ",",
            shapes=shapes,
            format=_WKT[dimension],
            precision=kind.precision,
            dimension=dimension,
            isSwapped=kind.isSwapped,
        )
