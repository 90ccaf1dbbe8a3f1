# -*- test-case-name: tests.native.test_rows -*-
"""
Rows of text out of columns: what every feature encoder ends in.

A row is its pieces one after another.  A piece writes, for each row, the row's value between
two constant texts, or another constant where the row has none.  With the kernel that is one
pass into one buffer without the interpreter; without it, Arrow joins one column of text a piece.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ogctwist.native import kernel, rowstwin
from ogctwist.native.escapes import Escape
from ogctwist.native.shapes import GeometryFormat, Shapes


@dataclass(frozen=True)
class Piece:
    """
    The base of the pieces; on its own, the constant text C{before}.

    @ivar before: UTF-8, before the value (likewise C{after}).
    @ivar null: UTF-8, in place of all three where a row has no value.
    """

    before: str = ""
    after: str = ""
    null: str = ""


@dataclass(frozen=True, eq=False)
class TextPiece(Piece):
    """A column of texts: an Arrow string, large_string or dictionary of them."""

    column: pa.Array = None
    escape: Escape = Escape.NONE


@dataclass(frozen=True, eq=False)
class IntegerPiece(Piece):
    """A column of integers: any Arrow integer array."""

    column: pa.Array = None


@dataclass(frozen=True, eq=False)
class FixedPiece(Piece):
    """A column of numbers with a fixed precision (L{ogctwist.native.numbers}); NaN is no value."""

    column: pa.Array = None
    precision: int = 0


@dataclass(frozen=True, eq=False)
class BooleanPiece(Piece):
    """A column of booleans, as C{true} and C{false}."""

    column: pa.Array = None


@dataclass(frozen=True, eq=False)
class ShapePiece(Piece):
    """
    A column of geometries.

    @ivar dimension: 2, or 3 to write z; 0 stands for a z that a geometry lacks.
    @ivar isSwapped: y before x.
    @ivar ids: int64, shape (n,): what the format's ids are; None for none.
    """

    shapes: Shapes | None = None
    format: GeometryFormat = GeometryFormat(" ", " ")
    precision: int = 8
    dimension: int = 2
    isSwapped: bool = False
    ids: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class EnvelopePiece(Piece):
    """
    Boxes: float64, shape (n, 4), xmin, ymin, xmax, ymax; NaN is no value.

    @ivar marks: between the two numbers of the lower corner, between the corners, between the
        two numbers of the upper corner.
    """

    bounds: np.ndarray | None = None
    precision: int = 8
    isSwapped: bool = False
    marks: tuple[str, str, str] = (" ", " ", " ")


def joinRows(pieces: Sequence[Piece], n: int) -> bytes:
    """
    n rows of text.

    @param pieces: in the order of a row; their columns have length n.
    @return: UTF-8.
    """
    if n == 0 or not pieces:
        return b""
    pieces = [_normal(piece) for piece in pieces]
    return joinByKernel(pieces, n) if kernel.AVAILABLE else rowstwin.joinRows(pieces, n)


def _normal(piece: Piece) -> Piece:
    """The piece with its column in the one Arrow type that is handled below."""
    column = getattr(piece, "column", None)
    if column is None:
        return piece
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if isinstance(piece, TextPiece):
        wanted = column.type if _isText(column.type) else pa.large_string()
    elif isinstance(piece, IntegerPiece):
        wanted = pa.int64()
    else:
        wanted = pa.float64() if isinstance(piece, FixedPiece) else pa.bool_()
    if column.type != wanted:
        column = pc.cast(column, wanted)
    if column is not piece.column:  # type: ignore[attr-defined]
        piece = type(piece)(**{**vars(piece), "column": column})
    return piece


def _isText(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def joinByKernel(pieces: Sequence[Piece], n: int) -> bytes:
    """L{joinRows} in C, for pieces with normal columns."""
    kept: list[object] = []
    array = kernel.ffi.new("ogt_piece[]", len(pieces))
    for struct, piece in zip(array, pieces, strict=True):
        _fill(struct, piece, kept)
    with kernel.GrowingBuffer() as out:
        out.check(kernel.lib.ogt_enlarge(out.c, sum(_size(piece, n) for piece in pieces)))
        out.check(kernel.lib.ogt_rows(array, len(pieces), 0, n, out.c))
        return out.take()


def _size(piece: Piece, n: int) -> int:
    """About how many bytes a piece writes: one allocation is cheaper than many."""
    size = n * (len(piece.before) + len(piece.after) + 8)
    if isinstance(piece, ShapePiece) and piece.shapes is not None:
        numbers = len(piece.shapes.ragged.coords) * piece.dimension
        return size + numbers * (piece.precision + 10) + n * 64
    if isinstance(piece, TextPiece):
        return size + piece.column.nbytes
    return size + n * (4 * piece.precision + 40 if isinstance(piece, EnvelopePiece) else 0)


def _fill(struct: Any, piece: Piece, kept: list[object]) -> None:
    """Fill an C{ogt_piece}; what its pointers need goes to C{kept}."""
    for name in ("before", "after", "null"):
        _setToken(getattr(struct, name), getattr(piece, name), kept)
    if isinstance(piece, ShapePiece):
        _fillShape(struct, piece, kept)
    elif isinstance(piece, EnvelopePiece):
        bounds = np.ascontiguousarray(piece.bounds, np.float64)
        struct.kind, struct.precision, struct.swapped = 6, piece.precision, int(piece.isSwapped)
        struct.values = kernel.ffi.from_buffer(bounds)
        kept.append(bounds)
        for token, mark in zip(struct.marks, piece.marks, strict=True):
            _setToken(token, mark, kept)
    elif isinstance(piece, (TextPiece, IntegerPiece, FixedPiece, BooleanPiece)):
        _fillColumn(struct, piece, kept)


def _fillColumn(
    struct: Any, piece: TextPiece | IntegerPiece | FixedPiece | BooleanPiece, kept: list[object]
) -> None:
    column = piece.column
    buffers = column.buffers()
    kept.append(column)
    struct.validity = kernel.address(buffers[0], "uint8_t *")
    struct.start = column.offset
    if isinstance(piece, TextPiece):
        struct.kind, struct.escape = 1, int(piece.escape)
        struct.wide = int(pa.types.is_large_string(column.type))
        struct.offsets = kernel.address(buffers[1], "void *")
        struct.values = kernel.address(buffers[2], "void *")
        return
    struct.values = kernel.address(buffers[1], "void *")
    if isinstance(piece, FixedPiece):
        struct.kind, struct.precision = 3, piece.precision
    else:
        struct.kind = 2 if isinstance(piece, IntegerPiece) else 4


def _fillShape(struct: Any, piece: ShapePiece, kept: list[object]) -> None:
    assert piece.shapes is not None
    ids = None if piece.ids is None else np.ascontiguousarray(piece.ids, np.int64)
    shapes, arrays = piece.shapes.cStruct(piece.dimension, piece.isSwapped, piece.precision, ids)
    words = kernel.ffi.new("ogt_format *")
    kept += [shapes, arrays, words]
    struct.kind, struct.shapes, struct.format = 5, shapes, words
    for name, field in _FORMAT_FIELDS.items():
        value = getattr(piece.format, name)
        if isinstance(value, str):
            _setToken(getattr(words, field), value, kept)
        else:
            for token, text in zip(getattr(words, field), value, strict=True):
                _setToken(token, text, kept)


def _setToken(token: Any, text: str, kept: list[object]) -> None:
    data = text.encode()
    token.text, token.length = kernel.ffi.from_buffer("char[]", data), len(data)
    kept.append(data)


#: GeometryFormat's attributes by the names of C{ogt_format}'s members.
_FORMAT_FIELDS = {
    "numberMark": "number_mark",
    "tupleMark": "tuple_mark",
    "tupleStart": "tuple",
    "tupleEnd": "tuple_end",
    "shell": "shell",
    "shellEnd": "shell_end",
    "hole": "hole",
    "holeEnd": "hole_end",
    "ringMark": "ring_mark",
    "single": "single",
    "singleEnd": "single_end",
    "multi": "multi",
    "multiEnd": "multi_end",
    "member": "member",
    "memberEnd": "member_end",
    "mixedMember": "mixed_member",
    "mixedMemberEnd": "mixed_member_end",
    "memberMark": "member_mark",
}
