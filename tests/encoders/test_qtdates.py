"""Dates by Qt's patterns; the expected texts are Qt 5.15's."""

from __future__ import annotations

import datetime

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.encoders.qtdates import ISO_PATTERN, formatColumn, formatter

MOMENT = datetime.datetime(2020, 1, 2, 13, 4, 5, 670000)


class PatternTests(SynchronousTestCase):
    """L{formatter}."""

    def test_letters(self) -> None:
        """Every letter group."""
        cases = {
            "yyyy-MM-dd HH:mm:ss": "2020-01-02 13:04:05",
            "d. MMMM yy h:mm ap dddd": "2. January 20 1:04 pm Thursday",
            "ddd MMM M": "Thu Jan 1",
            "hh H m s zzz AP": "01 13 4 5 670 PM",
            "h hh": "13 13",
            "z": "67",
            "'at' ''HH'' o'cl''ock'": "at '13' ocl'ock",
            ISO_PATTERN: "2020-01-02 13:04:05+UTC",
            "''''": "''",
            "'x": "x",
            "'": "",
            "yyyyy MMMMM zz": "2020y January1 6767",
            "": "",
        }
        for pattern, text in cases.items():
            self.assertEqual(formatter(pattern)(MOMENT), text, pattern)

    def test_midnight(self) -> None:
        """Hours with AM and PM count from 12."""
        self.assertEqual(formatter("h ap")(MOMENT.replace(hour=0)), "12 am")
        self.assertEqual(formatter("h ap")(MOMENT.replace(hour=12)), "12 pm")

    def test_columns(self) -> None:
        """Dates, times and moments; nulls stay null."""
        dates = pa.array([MOMENT.date(), None, MOMENT.date()])
        self.assertEqual(formatColumn(dates, "d/M").to_pylist(), ["2/1", None, "2/1"])
        times = pa.array([MOMENT.time()], pa.time32("ms"))
        self.assertEqual(formatColumn(times, "HH:mm:ss").to_pylist(), ["13:04:05"])
        moments = pa.array([MOMENT], pa.timestamp("ms"))
        self.assertEqual(formatColumn(moments, "HH:mm").to_pylist(), ["13:04"])

    @given(st.text(), st.datetimes())
    def test_anyPattern(self, pattern: str, moment: datetime.datetime) -> None:
        """No pattern fails."""
        self.assertIsInstance(formatter(pattern)(moment), str)
