# -*- test-case-name: tests.native.test_rows -*-
"""
What the kernel does in L{ogctwist.native.rows}, in Arrow and numpy: one column of text for each
piece, joined.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ogctwist.native import escapes, numbers
from ogctwist.native.shapes import ID, MEMBER

if TYPE_CHECKING:
    from ogctwist.native import rows

_TEXT = pa.large_string()


def joinRows(pieces: Sequence[rows.Piece], n: int) -> bytes:
    """L{rows.joinRows} for pieces with normal columns."""
    joined = pc.binary_join_element_wise(*(pieceText(piece, n) for piece in pieces), _scalar(""))
    if isinstance(joined, pa.Scalar):
        return joined.as_py().encode() * n
    return _allText(joined)


def pieceText(piece: rows.Piece, n: int) -> pa.Array | pa.Scalar:
    """What a piece writes for each row; a scalar where that is always the same."""
    values = _values(piece)
    if values is None:
        return _scalar(piece.before)
    text = pc.binary_join_element_wise(
        _scalar(piece.before), pc.cast(values, _TEXT), _scalar(piece.after), _scalar("")
    )
    return pc.fill_null(text, _scalar(piece.null))


def _values(piece: rows.Piece) -> pa.Array | None:
    """The values of a piece as text, nulls where there is none; None for a constant."""
    # not at the top: rows imports this module
    from ogctwist.native import rows

    if isinstance(piece, rows.TextPiece):
        return escapes.escaped(piece.column, piece.escape)
    if isinstance(piece, rows.FixedPiece):
        return _fixed(piece.column, piece.precision)
    if isinstance(piece, (rows.IntegerPiece, rows.BooleanPiece)):
        return pc.cast(piece.column, _TEXT)
    if isinstance(piece, rows.EnvelopePiece):
        return _envelopes(piece)
    if isinstance(piece, rows.ShapePiece):
        return shapeText(piece)
    return None


def _fixed(column: pa.Array, precision: int) -> pa.Array:
    values = pc.fill_null(column, np.nan).to_numpy(zero_copy_only=False)
    return _nullWhere(np.isnan(values), numbers.fixedByTwin(values, precision))


def _envelopes(piece: rows.EnvelopePiece) -> pa.Array:
    bounds = np.asarray(piece.bounds, np.float64)
    order = (1, 0, 3, 2) if piece.isSwapped else (0, 1, 2, 3)
    sides = [numbers.fixedByTwin(np.ascontiguousarray(bounds[:, k]), piece.precision) for k in order]
    first, second, third = (_scalar(mark) for mark in piece.marks)
    text = pc.binary_join_element_wise(
        sides[0], first, sides[1], second, sides[2], third, sides[3], _scalar("")
    )
    return _nullWhere(np.isnan(bounds[:, 0]), text)


def shapeText(piece: rows.ShapePiece) -> pa.Array:
    """The geometries of a piece as text, null where there is none."""
    shapes, words = piece.shapes, piece.format
    assert shapes is not None
    r, types = shapes.ragged, shapes.types
    holes = np.ones(len(r.coordsOf) - 1, np.int64) * 2
    holes[r.ringsOf[:-1]] = 1
    partOfRing = np.repeat(np.arange(len(r.kinds)), np.diff(r.ringsOf))
    holes[r.kinds[partOfRing] != 3] = 0
    ringText = _wrapped(
        _joined(_tuples(piece), r.coordsOf, words.tupleMark),
        holes,
        ("", words.shell, words.hole),
        ("", words.shellEnd, words.holeEnd),
    )
    owner = np.repeat(np.arange(len(types)), np.diff(r.partsOf))
    place = np.where(types[owner] <= 3, 0, np.where(types[owner] == 7, 3, 0) + r.kinds)
    places = np.arange(len(owner)) - r.partsOf[owner] + 1
    partText = _wrapped(
        _joined(ringText, r.ringsOf, words.ringMark),
        place,
        ("", *words.member, *words.mixedMember),
        ("", *words.memberEnd, *words.mixedMemberEnd),
        None if piece.ids is None else (piece.ids[owner], places),
    )
    text = _wrapped(
        _joined(partText, r.partsOf, words.memberMark),
        types,
        ("", *words.single, *words.multi),
        ("", *words.singleEnd, *words.multiEnd),
        None if piece.ids is None else (piece.ids, np.zeros(len(types), np.int64)),
    )
    return _nullWhere(types == 0, text)


def _tuples(piece: rows.ShapePiece) -> pa.Array:
    """Every coordinate tuple as text."""
    assert piece.shapes is not None
    coords, words = piece.shapes.ragged.coords, piece.format
    order = [1, 0] if piece.isSwapped else [0, 1]
    columns = [coords[:, k] for k in order]
    if piece.dimension > 2:
        z = coords[:, 2] if coords.shape[1] > 2 else np.zeros(len(coords))
        columns.append(np.where(np.isnan(z), 0.0, z))
    parts: list[object] = [_scalar(words.tupleStart)]
    for column in columns:
        parts += [
            numbers.fixedByTwin(np.ascontiguousarray(column), piece.precision),
            _scalar(words.numberMark),
        ]
    parts[-1] = _scalar(words.tupleEnd)
    return pc.binary_join_element_wise(*parts, _scalar(""))


def _joined(texts: pa.Array, offsets: np.ndarray, mark: str) -> pa.Array:
    """The texts of each run between two offsets, joined by C{mark}."""
    lists = pa.LargeListArray.from_arrays(pa.array(offsets, pa.int64()), texts)
    return pc.binary_join(lists, _scalar(mark))


def _wrapped(
    texts: pa.Array,
    kinds: np.ndarray,
    before: Sequence[str],
    after: Sequence[str],
    ids: tuple[np.ndarray, np.ndarray] | None = None,
) -> pa.Array:
    """
    Each text between C{before[kind]} and C{after[kind]}.

    @param ids: what stands in C{before} for L{ID} and L{MEMBER}.
    """
    if not any(before) and not any(after):
        return texts
    index = pa.array(kinds.astype(np.int64))
    first = pa.array(before, _TEXT).take(index) if ids is None else _named(before, kinds, ids)
    last = pa.array(after, _TEXT).take(index)
    return pc.binary_join_element_wise(first, texts, last, _scalar(""))


def _named(before: Sequence[str], kinds: np.ndarray, ids: tuple[np.ndarray, np.ndarray]) -> pa.Array:
    """The texts with ids in them, in as many columns as the longest has pieces."""
    index = pa.array(kinds.astype(np.int64))
    split = [re.split(f"([{ID}{MEMBER}])", text) for text in before]
    columns: list[object] = []
    for place in range(max(map(len, split))):
        pieces = [text[place] if place < len(text) else "" for text in split]
        if place % 2 == 0:
            columns.append(pa.array(pieces, _TEXT).take(index))
            continue
        for mark, values in zip((ID, MEMBER), ids, strict=True):
            isHere = np.array([piece == mark for piece in pieces])[kinds]
            columns.append(
                pc.if_else(pa.array(isHere), pc.cast(pa.array(values, pa.int64()), _TEXT), _scalar(""))
            )
    return pc.binary_join_element_wise(*columns, _scalar(""))


def _nullWhere(mask: np.ndarray, texts: pa.Array) -> pa.Array:
    return pc.if_else(pa.array(mask), pa.scalar(None, _TEXT), texts) if mask.any() else texts


def _scalar(text: str) -> pa.Scalar:
    return pa.scalar(text, _TEXT)


def _allText(texts: pa.Array) -> bytes:
    """The texts of a large_string array one after another."""
    offsets = np.frombuffer(texts.buffers()[1], np.int64)
    first, last = offsets[texts.offset], offsets[texts.offset + len(texts)]
    return texts.buffers()[2].slice(first, last - first).to_pybytes() if last > first else b""
