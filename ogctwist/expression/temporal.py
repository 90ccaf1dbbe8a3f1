# -*- test-case-name: tests.expression.test_columns -*-
"""Dates, times and intervals: reading them from text, and moving along the calendar."""

from __future__ import annotations

import datetime
import re

from ogctwist.expression.errors import EvaluationFailure
from ogctwist.expression.values import Interval, isNumber

#: Seconds of the units of an interval.
SECOND, MINUTE, HOUR, DAY = 1, 60, 3600, 86400
WEEK, MONTH, YEAR = 7 * DAY, 30 * DAY, 31557600

_UNITS = {
    "second": SECOND, "minute": MINUTE, "hour": HOUR, "day": DAY, "week": WEEK, "month": MONTH,
    "year": YEAR, "sec": SECOND, "min": MINUTE,
}  # fmt: skip

_PART = re.compile(r"([-+]?\d*\.?\d+)\s+(\S+)", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_TIME = re.compile(r"(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?", re.ASCII)


def parsedInterval(text: str) -> Interval | None:
    """C{1 day 3.5 hours}; None if nothing in it is an interval."""
    seconds, found = 0.0, False
    for number, unit in _PART.findall(text[:1000]):  # "1 week, 2 days" also reads
        factor = _UNITS.get(unit.lower().rstrip(","), _UNITS.get(unit.lower().rstrip(",").removesuffix("s")))
        if factor is not None:
            seconds += float(number) * factor
            found = True
    return Interval(seconds) if found else None


def intervalOrNone(value: object) -> Interval | None:
    """An interval, or a text that spells one."""
    if isinstance(value, Interval):
        return value
    if isinstance(value, str) and " " in value:
        return parsedInterval(value)
    return None


def parsedDate(text: str) -> datetime.date | None:
    """A date in ISO form, a time behind it ignored."""
    match = _DATE.match(text)
    if not match:
        return None
    try:
        return datetime.date(*map(int, match.groups()))
    except ValueError:
        return None


def parsedTime(text: str) -> datetime.time | None:
    """A time in ISO form."""
    match = _TIME.match(text)
    if not match:
        return None
    hour, minute, second, fraction = match.groups()
    micros = int((fraction or "0").ljust(6, "0")[:6]) // 1000 * 1000
    try:
        return datetime.time(int(hour), int(minute), int(second or 0), micros)
    except ValueError:
        return None


def parsedDateTime(text: str) -> datetime.datetime | None:
    """A date and time in ISO form, T or a space between them; a date alone is midnight."""
    day = parsedDate(text)
    if day is None:
        return None
    match = _DATE.match(text)
    rest = text[match.end() :].lstrip("Tt ") if match else ""
    time = parsedTime(rest) if rest else datetime.time()
    return None if time is None else datetime.datetime.combine(day, time)


def addInterval(value: object, seconds: float) -> datetime.datetime:
    """
    A date, time or datetime moved; always a datetime (of a time: on the first day of year 1).

    @raise EvaluationFailure: it leaves the calendar.
    """
    if isinstance(value, datetime.time):
        value = datetime.datetime.combine(datetime.date(1, 1, 1), value)
    elif not isinstance(value, datetime.datetime):
        value = datetime.datetime.combine(value, datetime.time())  # type: ignore[arg-type]
    try:
        return value + datetime.timedelta(seconds=seconds)
    except OverflowError:
        raise EvaluationFailure("the date is outside the calendar") from None


def toDate(value: object) -> datetime.date:
    """@raise EvaluationFailure: it is no date."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    day = parsedDate(value) if isinstance(value, str) else None
    if day is None:
        raise EvaluationFailure("Cannot convert to Date")
    return day


def toDateTime(value: object) -> datetime.datetime:
    """@raise EvaluationFailure: it is no point in time."""
    if isinstance(value, datetime.datetime):
        return value
    if isinstance(value, datetime.date):
        return datetime.datetime.combine(value, datetime.time())
    if isinstance(value, datetime.time):
        return datetime.datetime.combine(datetime.date(1, 1, 1), value)
    moment = parsedDateTime(value) if isinstance(value, str) else None
    if moment is None:
        raise EvaluationFailure("Cannot convert to DateTime")
    return moment


def toTime(value: object) -> datetime.time:
    """@raise EvaluationFailure: it is no time."""
    if isinstance(value, datetime.datetime):
        return value.time()
    if isinstance(value, datetime.time):
        return value
    time = parsedTime(value) if isinstance(value, str) else None
    if time is None:
        raise EvaluationFailure("Cannot convert to Time")
    return time


def toInterval(value: object) -> Interval:
    """@raise EvaluationFailure: it is no interval."""
    interval = Interval(float(value)) if isNumber(value) else intervalOrNone(value)  # type: ignore[arg-type]
    if interval is None:
        raise EvaluationFailure("Cannot convert to interval")
    return interval
