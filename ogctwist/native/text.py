# -*- test-case-name: tests.native -*-
"""
The face of this room for encoders: columns to text.

Rows out of pieces (L{joinRows}), single columns of numbers (L{fixedText}), escaping of columns
(L{escapeXml}, L{escapeJson}).  With and without the compiled kernel the bytes are the same.
"""

from __future__ import annotations

from ogctwist.native.escapes import Escape, escaped, escapedText, escapeJson, escapeXml
from ogctwist.native.numbers import MAXIMUM_PRECISION, fixedText
from ogctwist.native.rows import (
    BooleanPiece,
    EnvelopePiece,
    FixedPiece,
    IntegerPiece,
    Piece,
    ShapePiece,
    TextPiece,
    joinRows,
)
from ogctwist.native.shapes import GeometryFormat, Shapes

__all__ = [
    "MAXIMUM_PRECISION",
    "BooleanPiece",
    "EnvelopePiece",
    "Escape",
    "FixedPiece",
    "GeometryFormat",
    "IntegerPiece",
    "Piece",
    "ShapePiece",
    "Shapes",
    "TextPiece",
    "escapeJson",
    "escapeXml",
    "escaped",
    "escapedText",
    "fixedText",
    "joinRows",
]
