"""Delimited text as QGIS reads it (compared with QGIS 3.22 by hand)."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.batch import BATCH_ROWS
from ogctwist.sources.catalogue import SourceCatalogue
from ogctwist.sources.delimitedfile import DelimitedSettings, records
from ogctwist.sources.query import FeatureQuery, FieldType, SourceError
from tests.conformance.featuresource import delivered
from tests.doubles.features import ImmediatePool
from tests.sources.sample import layerOf


class DelimitedCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.path = Path(self.mktemp()).absolute()
        self.catalogue = SourceCatalogue(ImmediatePool())
        self.addCleanup(self.catalogue.close)

    def source(self, text: str | bytes, _subset: str = "", **settings: str) -> Any:
        self.path.write_bytes(text if isinstance(text, bytes) else text.encode())
        query = "&".join(f"{name}={quote(value)}" for name, value in settings.items())
        return self.catalogue.features(
            layerOf(f"file://{self.path}?{query}", "delimitedtext", subset=_subset)
        )

    def rows(self, source: Any, **query: Any) -> list[tuple[Any, ...]]:
        """(id, values…) of all features."""
        rows: list[tuple[Any, ...]] = []
        for batch in source.read(FeatureQuery(**query), lambda: False):
            columns = [batch.columns[name].to_pylist() for name in batch.columns]
            rows += zip(batch.ids.tolist(), *columns, strict=True)
        return rows

    def fields(self, source: Any) -> list[tuple[str, str]]:
        return [(f.name, f.typeName) for f in source.features.schema().fields]

    def shapes(self, source: Any) -> list[str | None]:
        batches = list(source.read(FeatureQuery(), lambda: False))
        return [None if s is None else s.wkt for b in batches for s in b.geometry.shapes]


class RecordsTests(DelimitedCase):
    def test_quotesAndLines(self) -> None:
        source = self.source('a,b\n1,"x ""y""\nz"\n\n2,\n', geomType="none")
        self.assertEqual(self.rows(source), [(2, 1, 'x "y"\nz'), (5, 2, None)])

    def test_headers(self) -> None:
        source = self.source("a,,a,2\n1,,x,y\n2,b,c,d,extra\n3\n", geomType="none", detectTypes="no")
        self.assertEqual([name for name, _ in self.fields(source)], ["a", "field_2", "a_1", "2", "field_5"])
        self.assertEqual(self.rows(source)[2], (4, "3", None, None, None, None))

    def test_withoutHeader(self) -> None:
        source = self.source("1,x\n2,y\n", geomType="none", useHeader="no")
        self.assertEqual(self.fields(source), [("field_1", "integer"), ("field_2", "text")])
        self.assertEqual(self.rows(source), [(1, 1, "x"), (2, 2, "y")])

    def test_skippedLines(self) -> None:
        source = self.source("# nothing\n# yet\na\n1\n", geomType="none", skipLines="2")
        self.assertEqual(self.rows(source), [(4, 1)])

    def test_delimiters(self) -> None:
        self.assertEqual(
            self.rows(self.source("a\tb\n1\t2\n", geomType="none", delimiter="\\t")), [(2, 1, 2)]
        )
        self.assertEqual(
            self.rows(self.source("a;b\n1;'2;3'\n", geomType="none", delimiter=";", quote="'")),
            [(2, 1, "2;3")],
        )
        self.assertEqual(
            self.rows(self.source("a  b\n 1   2 \n", geomType="none", type="whitespace")), [(2, 1, 2)]
        )
        self.assertEqual(
            self.rows(self.source('a|b\n"1|2\n', geomType="none", type="plain", delimiter="|")),
            [(2, '"1', 2)],
        )
        self.assertEqual(
            self.rows(self.source("a--b\n1--2\n", geomType="none", type="regexp", delimiter="-+")),
            [(2, 1, 2)],
        )

    def test_escapes(self) -> None:
        self.assertEqual(self.rows(self.source('a\n"x\\"y"\n', geomType="none", escape="\\\\")), [(2, 'x"y')])

    def test_trimmedAndEmptyFields(self) -> None:
        self.assertEqual(
            self.rows(self.source("a,b\n x , y\n", geomType="none", trimFields="yes")), [(2, "x", "y")]
        )
        self.assertEqual(
            self.rows(self.source("a,b\n,x,,y\n", geomType="none", skipEmptyFields="yes")), [(2, "x", "y")]
        )
        self.assertEqual(
            self.fields(self.source("a,b,c\n1,2,3\n", geomType="none", maxFields="2"))[-1][0], "b"
        )

    def test_encodings(self) -> None:
        self.assertEqual(
            self.rows(self.source("é\nü\n".encode("latin-1"), geomType="none", encoding="ISO-8859-1")),
            [(2, "ü")],
        )
        self.assertEqual(self.fields(self.source(b"\xef\xbb\xbfa\n1\n", geomType="none")), [("a", "integer")])
        self.assertEqual(self.rows(self.source(b"a\n\xff\n", geomType="none")), [(2, "\ufffd")])

    def test_whatIsNotSupported(self) -> None:
        for settings in (
            {"type": "strange"},
            {"delimiter": ",;"},
            {"quote": "\"'"},
            {"type": "regexp", "delimiter": "("},
            {"encoding": "nosuch"},
        ):
            self.failureResultOf(self.source("a\n", geomType="none", **settings).describe(), SourceError)

    def test_missingFilesAndColumns(self) -> None:
        source = self.source("a\n1\n", xField="x", yField="y")
        self.failureResultOf(source.describe(), SourceError)
        self.path.unlink()
        self.failureResultOf(source.describe(), SourceError)

    @given(
        st.lists(
            st.lists(
                st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0")), min_size=2, max_size=2
            )
        )
    )
    def test_whatPythonWrites(self, rows: list[list[str]]) -> None:
        path = Path(self.mktemp())
        with open(path, "w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        settings = DelimitedSettings(str(path), hasHeader=False)
        expected = [row for row in rows if any(row)]
        if expected and expected[0][0].startswith("\ufeff"):
            return  # taken for the mark at the beginning of a file
        self.assertEqual([fields for _, fields in records(settings)], expected)


class TypesTests(DelimitedCase):
    TEXT = (
        "i,l,d,day,t,m,s,e\n"
        "1,5,1,2020-01-01,10:11,2020-01-01T10:11:12,a,\n"
        "-2,5000000000,1.5e3,2020-02-01,10:11:12,2020-01-01 10:11:12,1,\n"
    )

    def test_detected(self) -> None:
        source = self.source(self.TEXT, geomType="none")
        self.assertEqual(
            [kind for _, kind in self.fields(source)],
            ["integer", "longlong", "double", "date", "time", "datetime", "text", "text"],
        )
        first = [str(value) for value in self.rows(source)[0][1:]]
        self.assertEqual(first[:3], ["1", "5", "1.0"])
        self.assertEqual(first[3:], ["2020-01-01", "10:11:00", "2020-01-01 10:11:12", "a", "None"])

    def test_notDetected(self) -> None:
        source = self.source(self.TEXT, geomType="none", detectTypes="no")
        self.assertEqual({f.type for f in source.features.schema().fields}, {FieldType.STRING})

    def test_oneOddValue(self) -> None:
        rows = "\n".join(str(n) for n in range(BATCH_ROWS + 5))
        self.assertEqual(self.fields(self.source(f"n\n{rows}\n", geomType="none")), [("n", "integer")])
        self.assertEqual(self.fields(self.source(f"n\n{rows}\nx\n", geomType="none")), [("n", "text")])

    def test_whatOnlyLooksLikeANumber(self) -> None:
        for text in ("0x1F", "1_000", "12abc", "1 2", "--1"):
            self.assertEqual(self.fields(self.source(f"a\n{text}\n", geomType="none")), [("a", "text")], text)

    def test_decimalPoint(self) -> None:
        source = self.source("a;b\n1,5;2.5\n", geomType="none", delimiter=";", decimalPoint=",")
        self.assertEqual(self.fields(source), [("a", "double"), ("b", "double")])
        self.assertEqual(self.rows(source), [(2, 1.5, 2.5)])


class GeometryTests(DelimitedCase):
    def test_points(self) -> None:
        source = self.source("x,y,n\n1,2,a\n,,b\nabc,4,c\n5,6,d\n", xField="x", yField="y", crs="EPSG:2154")
        self.assertEqual([row[0] for row in self.rows(source)], [2, 3, 5])
        self.assertEqual(self.shapes(source), ["POINT (1 2)", None, "POINT (5 6)"])
        schema = source.features.schema()
        self.assertEqual((schema.wkbType, schema.crs.srid), ("Point", 2154))
        self.assertEqual(self.successResultOf(source.count(FeatureQuery())), 3)
        self.assertEqual(self.successResultOf(source.extent()).bounds, (1, 2, 5, 6))
        self.assertEqual(schema.field("x").type, FieldType.INTEGER)

    def test_decimalPoint(self) -> None:
        source = self.source("x;y\n1,5;2,5\n", xField="x", yField="y", delimiter=";", decimalPoint=",")
        self.assertEqual(self.shapes(source), ["POINT (1.5 2.5)"])

    def test_degrees(self) -> None:
        text = "x,y\n7 30 0 W,45 15 36 N\n-7°30'0\",S 45 15 36\n7.5,45.26\n"
        source = self.source(text, xField="x", yField="y", xyDms="yes")
        expected = ["POINT (-7.5 45.26)", "POINT (-7.5 -45.26)", "POINT (7.5 45.26)"]
        self.assertEqual(self.shapes(source), expected)

    def test_wellKnownText(self) -> None:
        text = (
            "n\tw\n1\tLINESTRING(0 0,1 1)\n2\tPOLYGON((0 0,1 0,1 1,0 0))\n3\tbroken(\n4\t\n"
            "5\tSRID=1;LINESTRING(0 0,2 2)\n"
        )
        source = self.source(text, delimiter="\\t", wktField="w")
        self.assertEqual(self.rows(source), [(2, 1), (5, 4), (6, 5)])
        self.assertEqual(source.features.schema().wkbType, "LineString")
        source = self.source(text, delimiter="\\t", wktField="w", geomType="polygon")
        self.assertEqual((self.rows(source)[0], source.features.schema().wkbType), ((3, 2), "Polygon"))

    def test_oneMultiMakesTheLayerMulti(self) -> None:
        source = self.source("w\nPOINT(1 2)\nMULTIPOINT(3 4)\n", wktField="w", delimiter=";")
        self.assertEqual(source.features.schema().wkbType, "MultiPoint")

    def test_heights(self) -> None:
        source = self.source("x,y,z\n1,2,3\n", xField="x", yField="y", zField="z")
        self.assertEqual(self.shapes(source), ["POINT Z (1 2 3)"])

    def test_subsetsAreExpressions(self) -> None:
        source = self.source("a,b\n1,x\n2,y\n", "\"a\" > 1 and upper(b) = 'Y'", geomType="none")
        self.assertEqual(self.rows(source), [(3, 2, "y")])
        self.assertEqual(self.successResultOf(source.count(FeatureQuery())), 1)
        self.assertRaises(SourceError, self.rows, self.source("a\n1\n", "nosuch = 1", geomType="none"))

    def test_aChangedFile(self) -> None:
        source = self.source("a\n1\n", geomType="none")
        self.assertEqual(self.rows(source), [(2, 1)])
        self.path.write_text("a,b\nx,2\n")
        self.assertEqual(self.rows(source), [(2, "x", 2)])

    def test_manyRows(self) -> None:
        text = "n\n" + "\n".join(map(str, range(BATCH_ROWS + 3)))
        batches = list(self.source(text, geomType="none").read(FeatureQuery(), lambda: False))
        self.assertEqual([len(b) for b in batches], [BATCH_ROWS, 3])
        self.assertEqual(delivered(batches, "n"), list(range(BATCH_ROWS + 3)))
