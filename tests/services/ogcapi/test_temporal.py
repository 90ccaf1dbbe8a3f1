"""Times: intervals, and which features meet them."""

from __future__ import annotations

import contextlib
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import shapely
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.geometry import GeometryColumn
from ogctwist.project.layers import Dimension
from ogctwist.services.ogcapi.temporal import Interval, interval
from ogctwist.sources.query import FieldType, SourceField, SourceSchema
from tests.services.ogcapi.served import ServedApi, identifiers
from tests.services.wfs.served import WGS84

EVENTS = SourceSchema(
    (
        SourceField("day", FieldType.DATE),
        SourceField("last", FieldType.DATE),
        SourceField("moment", FieldType.DATETIME),
        SourceField("text", FieldType.STRING),
    ),
    wkbType="Point",
    geometryName="geom",
    crs=WGS84,
)


def events() -> FeatureBatch:
    """1 in 2010, 2 in 2015, 3 without time."""
    days = [date(2010, 5, 1), date(2015, 5, 1), None]
    columns = {
        "day": pa.array(days, pa.date32()),
        "last": pa.array([date(2012, 1, 1), date(2020, 1, 1), None], pa.date32()),
        "moment": pa.array([datetime(2010, 5, 1, 12), datetime(2015, 5, 1, 12), None], pa.timestamp("us")),
        "text": pa.array(["2010-05-01", "2015-05-01", None]),
    }
    return FeatureBatch(np.arange(1, 4), GeometryColumn.fromShapes(shapely.points(np.zeros((3, 2)))), columns)


class IntervalTests(SynchronousTestCase):
    def test_read(self) -> None:
        """Instants and intervals, open or closed, with or without zone."""
        day = date(2018, 2, 12)
        self.assertEqual(interval("2018-02-12"), Interval(day, day))
        self.assertEqual(interval("2018-02-12/.."), Interval(day, None))
        self.assertEqual(interval("/2018-02-12"), Interval(None, day))
        moment = datetime(2018, 2, 12, 23, 20, 50)
        self.assertEqual(interval("2018-02-12T23:20:50Z"), Interval(moment, moment))
        self.assertEqual(interval("2018-02-13T01:20:50+02:00").start, moment)

    def test_refused(self) -> None:
        """What is none."""
        for text in (
            "bad timing!",
            "../..",
            "/",
            "2018",
            "2018-13-01",
            "2018-01-01/x",
            "0001-01-01T00:00:00+23:00",
        ):
            with self.assertRaises(ValueError):
                interval(text)

    @given(st.text(alphabet="0123456789-:TZ/.+", max_size=40))
    def test_anyText(self, text: str) -> None:
        """Anything is an interval or refused."""
        with contextlib.suppress(ValueError):
            interval(text)


class FilterTests(SynchronousTestCase):
    def found(self, text: str, *dimensions: Dimension) -> list[str]:
        api = ServedApi()
        api.add("events", events(), schema=EVENTS, dimensions=dimensions)
        return identifiers(api.json("/collections/events/items", datetime=text))

    def test_day(self) -> None:
        """By a date; a moment is its day; a feature without a time is always found."""
        for dimensions in ((), (Dimension("date", "day"),)):
            self.assertEqual(self.found("2010-05-01", *dimensions), ["1", "3"])
            self.assertEqual(self.found("2010-05-01T10:00:00", *dimensions), ["1", "3"])
            self.assertEqual(self.found("2011-01-01/..", *dimensions), ["2", "3"])
            self.assertEqual(self.found("2011-01-01/2012-01-01", *dimensions), ["3"])

    def test_moment(self) -> None:
        """By a date and time; a day is all of it."""
        time = Dimension("Time", "moment")
        self.assertEqual(self.found("2010-05-01", time), ["1", "3"])
        self.assertEqual(self.found("2010-05-01T10:00:00", time), ["3"])
        self.assertEqual(self.found("../2010-05-01T12:00:00", time), ["1", "3"])
        self.assertEqual(self.found("../9999-12-31", time), ["1", "2", "3"])

    def test_span(self) -> None:
        """From one attribute to another."""
        span = Dimension("date", "day", "last")
        self.assertEqual(self.found("2011-01-01", span), ["1", "3"])
        self.assertEqual(self.found("2016-01-01/..", span), ["2", "3"])
        self.assertEqual(self.found("../2011-01-01", span), ["1", "3"])

    def test_text(self) -> None:
        """By a text that is a date."""
        self.assertEqual(self.found("2015-05-01", Dimension("date", "text")), ["2", "3"])

    def test_several(self) -> None:
        """All dimensions have to meet it; those of other names have no say."""
        both = (Dimension("date", "day"), Dimension("time", "moment"), Dimension("other", "text"))
        self.assertEqual(self.found("2015-05-01T12:00:00", *both), ["2", "3"])

    def test_extent(self) -> None:
        """The collection tells from when to when its features are."""
        api = ServedApi()
        api.add("events", events(), schema=EVENTS, dimensions=(Dimension("date", "day", "last"),))
        extent = api.json("/collections/events")["extent"]
        self.assertEqual(extent["temporal"]["interval"], [["2010-05-01T00:00:00", "2020-01-01T00:00:00"]])
