"""CSV."""

from __future__ import annotations

import csv
import io

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from ogctwist.encoders.csvtext import CsvEncoder
from ogctwist.encoders.featuretype import FeatureType, GeometryForm
from ogctwist.interfaces import IFeatureEncoder
from tests.encoders.columns import COLUMNS, FIELDS, batch, featureType


class CsvTests(SynchronousTestCase):
    """L{CsvEncoder}."""

    def lines(self, encoder: CsvEncoder, *batches) -> list[list[str]]:
        text = (encoder.head() + b"".join(map(encoder.batch, batches)) + encoder.tail()).decode()
        return list(csv.reader(io.StringIO(text, newline="")))

    def test_cells(self) -> None:
        """Names, then a line a feature, as Python's csv module reads them."""
        kind = FeatureType('my "places"', FIELDS)
        names, values, nulls = self.lines(CsvEncoder(kind), batch("POINT(1 2)", None, columns=COLUMNS))
        self.assertEqual(names, ["FID", *COLUMNS, "geometry"])
        self.assertEqual(values[0], 'my "places".1')
        self.assertEqual(
            values[1:],
            [
                "1",
                "12345678901234",
                "0.1",
                'a & <b> "q" \\ \n]]>é',
                "true",
                "2020-01-02",
                "03:04:05.678",
                "2020-01-02T03:04:05.678",
                "AAFhYg==",
                '["x", "é"]',
                "POINT (1 2)",
            ],
        )
        self.assertEqual(nulls[1:], [""] * (len(COLUMNS) + 1))

    def test_wellKnownText(self) -> None:
        """OGC 06-103r4, 7; nothing for the empty."""
        wkts = [
            "POINT (1 2)",
            "LINESTRING (1 2, 3 4)",
            "POLYGON ((0 0, 4 0, 4 4, 0 0), (2 1, 3 1, 3 2, 2 1))",
            "MULTIPOINT ((1 2), (3 4))",
            "MULTILINESTRING ((1 2, 3 4), (5 6, 7 8))",
            "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0)), ((2 1, 3 1, 3 2, 2 1)))",
            "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (3 4, 5 6))",
            "MULTIPOLYGON EMPTY",
        ]
        lines = self.lines(CsvEncoder(featureType()), batch(*wkts))[1:]
        self.assertEqual([line[1] for line in lines], [*wkts[:-1], ""])
        raised = self.lines(CsvEncoder(featureType(hasZ=True)), batch("POINT Z (1 2 3)"))
        self.assertEqual(raised[1][1], "POINT Z (1 2 3)")

    def test_noGeometry(self) -> None:
        """Without geometry there is no column for it."""
        lines = self.lines(CsvEncoder(featureType(geometry=GeometryForm.NONE)), batch("POINT(1 2)"))
        self.assertEqual(lines, [["FID"], ["places.1"]])

    def test_interface(self) -> None:
        """It is a feature encoder."""
        self.assertTrue(verifyObject(IFeatureEncoder, CsvEncoder(featureType())))
