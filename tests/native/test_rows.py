"""Rows: kernel and twin write the same bytes."""

from __future__ import annotations

from dataclasses import replace
from unittest import skipUnless

import numpy as np
import pyarrow as pa
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.geometry import GeometryColumn
from ogctwist.native import kernel, rows, rowstwin, wkb
from ogctwist.native.escapes import Escape, escaped, escapedText
from ogctwist.native.shapes import ID, MEMBER
from ogctwist.native.text import (
    BooleanPiece,
    EnvelopePiece,
    FixedPiece,
    GeometryFormat,
    IntegerPiece,
    Piece,
    ShapePiece,
    TextPiece,
    joinRows,
)
from tests.native.geometries import columns3d

#: A format in which every word shows.
WORDS = GeometryFormat(
    numberMark=",",
    tupleMark=" ",
    tupleStart="<",
    tupleEnd=">",
    shell="s(",
    shellEnd=")s",
    hole="h(",
    holeEnd=")h",
    ringMark="+",
    single=("P", "L", "A"),
    singleEnd=("p", "l", "a"),
    multi=("MP", "ML", "MA", "GC"),
    multiEnd=("mp", "ml", "ma", "gc"),
    member=("1[", "2[", "3["),
    memberEnd=("]1", "]2", "]3"),
    mixedMember=("4[", "5[", "6["),
    mixedMemberEnd=("]4", "]5", "]6"),
    memberMark="|",
)

#: One whose geometries have ids.
NAMED = replace(
    GeometryFormat(" ", ","),
    single=(f"{ID}:", f"L{ID}", f"{ID}"),
    multi=(f"{ID}{{", f"{ID}[", f"{ID}", f"<{ID}>{{"),
    multiEnd=("}", "]", "", "}"),
    member=(f"({ID}.{MEMBER} ", f"{ID}{MEMBER}", MEMBER),
    memberEnd=(")", "", ""),
    mixedMember=(f"({MEMBER} of {ID} ", f"{MEMBER}", f"{ID} "),
    mixedMemberEnd=(")", "", ""),
)

texts = st.lists(
    st.one_of(st.none(), st.text(max_size=8), st.text('&<>"\\\r\n\t\x00\x1f\ufffe\uffff\ud7ffa,;'))
)


def both(pieces: list[Piece], n: int) -> tuple[bytes, bytes]:
    normal = [rows._normal(piece) for piece in pieces]
    twin = rowstwin.joinRows(normal, n)
    return (rows.joinByKernel(normal, n) if kernel.AVAILABLE else twin), twin


class RowTests(SynchronousTestCase):
    """L{joinRows} by example."""

    def test_row(self) -> None:
        """Pieces stand one after another, each between its texts; nulls have a text of their own."""
        pieces = [
            Piece("<r>"),
            IntegerPiece("<i>", "</i>", "<i/>", column=pa.array([1, None, -3], pa.int16())),
            TextPiece("<t>", "</t>", "", column=pa.array(["a&b", None, "é"]), escape=Escape.XML),
            FixedPiece("<d>", "</d>", "<d/>", column=pa.array([1.25, np.nan, None]), precision=1),
            BooleanPiece("<b>", "</b>", "", column=pa.array([True, False, None])),
            EnvelopePiece("(", ")", "-", bounds=np.array([[1, 2, 3, 4], [np.nan] * 4, [5, 6, 7, 8.5]])),
            Piece("\n"),
        ]
        wanted = (
            "<r><i>1</i><t>a&amp;b</t><d>1.2</d><b>true</b>(1 2 3 4)\n"
            "<r><i/><d/><b>false</b>-\n"
            "<r><i>-3</i><t>é</t><d/>(5 6 7 8.5)\n"
        ).encode()
        self.assertEqual(joinRows(pieces, 3), wanted)
        self.assertEqual(both(pieces, 3)[1], wanted)

    def test_nothing(self) -> None:
        """No rows or no pieces: no bytes; constants alone are repeated."""
        self.assertEqual(joinRows([Piece("x")], 0), b"")
        self.assertEqual(joinRows([], 4), b"")
        self.assertEqual(both([Piece("x"), Piece("y")], 3), (b"xyxyxy",) * 2)

    def test_slices(self) -> None:
        """Slices, chunks, dictionaries and columns of nothing but nulls."""
        text = pa.array(["a", "b", None, "d"])[1:]
        pieces = [
            TextPiece(column=text, null="-"),
            TextPiece(column=text.dictionary_encode(), null="-"),
            TextPiece(column=pa.chunked_array([text[:1], text[1:]]), null="-"),
            TextPiece(column=pa.nulls(3), null="0"),
            IntegerPiece(column=pa.array([9, 1, 2, 3])[1:]),
            BooleanPiece(column=pa.array([True] * 9 + [False, True, False])[9:]),
        ]
        self.assertEqual(both(pieces, 3), (b"bbb01false---02trueddd03false",) * 2)

    def test_swapped(self) -> None:
        """y before x, in shapes and envelopes; z stays third, 0 where there is none."""
        column = GeometryColumn.fromShapes(np.array([pointZ(1, 2, 3.5), pointZ(1, 2, np.nan)], object))
        shapes = wkb.shapes(column)
        pieces = [
            ShapePiece(shapes=shapes, format=GeometryFormat(" ", ","), dimension=3, isSwapped=True),
            EnvelopePiece("/", "\n", bounds=shapes.bounds, isSwapped=True),
        ]
        self.assertEqual(both(pieces, 2), (b"2 1 3.5/2 1 2 1\n2 1 0/2 1 2 1\n",) * 2)

    def test_ids(self) -> None:
        """Geometries and their members say who they are, wherever the words want it."""
        texts = [
            "POINT (1 2)",
            "MULTIPOINT ((3 4), (5 6))",
            None,
            "GEOMETRYCOLLECTION (POINT (7 8))",
            "POINT EMPTY",
        ]
        shapes = wkb.shapes(
            GeometryColumn.fromShapes(np.array([t and shapely.from_wkt(t) for t in texts], object))
        )
        piece = ShapePiece("", "\n", "-\n", shapes=shapes, format=NAMED, ids=np.array([7, -8, 9, 10, 11]))
        wanted = b"7:1 2\n-8{(-8.1 3 4)(-8.2 5 6)}\n-\n<10>{(1 of 10 7 8)}\n11:\n"
        self.assertEqual(both([piece], 5), (wanted, wanted))


def pointZ(x: float, y: float, z: float):
    return shapely.Point(x, y, z)


@skipUnless(kernel.AVAILABLE, "the kernel is not built")
class SameBytesTests(SynchronousTestCase):
    """Kernel against twin on whatever hypothesis thinks of."""

    @given(texts, st.sampled_from(list(Escape)))
    @settings(max_examples=200, deadline=None)
    def test_texts(self, values: list[str | None], way: Escape) -> None:
        """Texts under every escape, also those that a document cannot hold."""
        for kind in (pa.string(), pa.large_string()):
            piece = TextPiece("[", "]", "null", column=pa.array(values, kind), escape=way)
            kernelBytes, twinBytes = both([piece], len(values)) if values else (b"", b"")
            self.assertEqual(kernelBytes, twinBytes)
            wanted = ["null" if v is None else f"[{escapedText(v, way)}]" for v in values]
            self.assertEqual(twinBytes.decode(), "".join(wanted))

    @given(columns3d, st.integers(0, 9), st.sampled_from([2, 3]), st.booleans())
    @settings(max_examples=150, deadline=None)
    def test_shapes(self, column: np.ndarray, precision: int, dimension: int, isSwapped: bool) -> None:
        """Geometries of all types, nulls, empties, collections."""
        shapes = wkb.shapes(GeometryColumn.fromShapes(column))
        options = {"precision": precision, "isSwapped": isSwapped}
        ids = np.arange(len(column)) * 1000 - 3
        pieces = [
            ShapePiece("{", "}", "null", shapes=shapes, format=WORDS, dimension=dimension, **options),
            ShapePiece(
                "{", "}", "null", shapes=shapes, format=NAMED, dimension=dimension, ids=ids, **options
            ),
            EnvelopePiece("[", "]\n", "-\n", bounds=shapes.bounds, **options),
        ]
        if len(column):
            kernelBytes, twinBytes = both(pieces, len(column))
            self.assertEqual(kernelBytes, twinBytes)

    @given(st.lists(st.one_of(st.none(), st.floats()), min_size=1), st.integers(0, 15))
    @settings(max_examples=100, deadline=None)
    def test_numbers(self, values: list[float | None], precision: int) -> None:
        """Numbers and nulls."""
        piece = FixedPiece(column=pa.array(values, pa.float64()), precision=precision, after=" ", null="- ")
        self.assertEqual(*both([piece], len(values)))

    @given(st.lists(st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)), min_size=1))
    @settings(max_examples=100, deadline=None)
    def test_integers(self, values: list[int | None]) -> None:
        """Integers of 64 bits."""
        piece = IntegerPiece(column=pa.array(values, pa.int64()), after=" ", null="- ")
        self.assertEqual(*both([piece], len(values)))
        expected = "".join("- " if v is None else f"{v} " for v in values)
        self.assertEqual(both([piece], len(values))[0].decode(), expected)


class EscapeTests(SynchronousTestCase):
    """L{escaped}."""

    def test_shapeOfWords(self) -> None:
        """A polygon with a hole, several lines, a collection: every word in its place."""
        wkts = [
            "POLYGON((0 0,4 0,4 4,0 0),(2 1,3 1,3 2,2 1))",
            "MULTILINESTRING((0 0,1 1),(2 2,3 3))",
            "GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(3 4,5 6))",
        ]
        shapes = wkb.shapes(GeometryColumn.fromShapes(shapely.from_wkt(np.array(wkts, object))))
        piece = ShapePiece(after="\n", shapes=shapes, format=WORDS)
        wanted = (
            b"As(<0,0> <4,0> <4,4> <0,0>)s+h(<2,1> <3,1> <3,2> <2,1>)ha\n"
            b"ML2[<0,0> <1,1>]2|2[<2,2> <3,3>]2ml\n"
            b"GC4[<1,2>]4|5[<3,4> <5,6>]5gc\n"
        )
        self.assertEqual(both([piece], 3), (wanted, wanted))

    def test_untouched(self) -> None:
        """A column without anything to escape is the same column."""
        column = pa.array(["a", None, "é"])
        self.assertIs(escaped(column, Escape.XML), column)
