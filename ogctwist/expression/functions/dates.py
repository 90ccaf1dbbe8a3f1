# -*- test-case-name: tests.expression.test_answers -*-
"""Dates, times and intervals."""

from __future__ import annotations

import datetime
import re

from ogctwist.expression import temporal
from ogctwist.expression.column import Column
from ogctwist.expression.errors import EvaluationFailure
from ogctwist.expression.functions.locales import localeNamed
from ogctwist.expression.functions.registry import function
from ogctwist.expression.scope import Scope
from ogctwist.expression.temporal import toDate, toDateTime, toTime
from ogctwist.expression.values import Interval, toInteger, toReal, toText

_EPOCH = datetime.datetime(1970, 1, 1)


@function("now", "Date and Time", "$now", needs="columns")
def now(scope: Scope) -> Column:
    """The time of the evaluation."""
    return Column.constant(scope.budget.now, scope.length)


@function("age(datetime1, datetime2)", "Date and Time")
def age(later: object, earlier: object) -> Interval:
    """From the second to the first."""
    return Interval((toDateTime(later) - toDateTime(earlier)).total_seconds())


def _intervalOf(value: object) -> Interval | None:
    """An interval, or a text that spells one (a text that is a date is none)."""
    return temporal.intervalOrNone(value)


@function("year(date)", "Date and Time")
def yearOf(value: object) -> float:
    """The year, or the length of an interval in years."""
    interval = _intervalOf(value)
    return interval.seconds / temporal.YEAR if interval else toDate(value).year


@function("month(date)", "Date and Time")
def monthOf(value: object) -> float:
    """1 to 12, or the length of an interval in months."""
    interval = _intervalOf(value)
    return interval.seconds / temporal.MONTH if interval else toDate(value).month


@function("week(date)", "Date and Time")
def weekOf(value: object) -> float:
    """The ISO week, or the length of an interval in weeks."""
    interval = _intervalOf(value)
    return interval.seconds / temporal.WEEK if interval else toDate(value).isocalendar().week


@function("day(date)", "Date and Time")
def dayOf(value: object) -> float:
    """1 to 31, or the length of an interval in days."""
    interval = _intervalOf(value)
    return interval.seconds / temporal.DAY if interval else toDate(value).day


@function("hour(datetime)", "Date and Time")
def hourOf(value: object) -> float:
    """0 to 23, or the length of an interval in hours."""
    interval = _intervalOf(value)
    return interval.seconds / temporal.HOUR if interval else toTime(value).hour


@function("minute(datetime)", "Date and Time")
def minuteOf(value: object) -> float:
    """0 to 59, or the length of an interval in minutes."""
    interval = _intervalOf(value)
    return interval.seconds / temporal.MINUTE if interval else toTime(value).minute


@function("second(datetime)", "Date and Time")
def secondOf(value: object) -> float:
    """0 to 59, or the length of an interval."""
    interval = _intervalOf(value)
    return interval.seconds if interval else toTime(value).second


@function("epoch(date)", "Date and Time")
def epochOf(value: object) -> int:
    """Milliseconds since 1970."""
    return round((toDateTime(value) - _EPOCH).total_seconds() * 1000)


@function("datetime_from_epoch(int)", "Date and Time")
def fromEpoch(value: object) -> datetime.datetime:
    """The time so many milliseconds after 1970."""
    return temporal.addInterval(_EPOCH, toInteger(value) / 1000)


@function("day_of_week(date)", "Date and Time")
def dayOfWeek(value: object) -> int:
    """0 for Sunday to 6."""
    return toDate(value).isoweekday() % 7


@function("make_date(year, month, day)", "Date and Time")
def makeDate(year: object, month: object, day: object) -> datetime.date:
    """A date of its parts."""
    try:
        return datetime.date(toInteger(year), toInteger(month), toInteger(day))
    except (ValueError, OverflowError):
        raise EvaluationFailure("this is not a valid date") from None


@function("make_time(hour, minute, second)", "Date and Time")
def makeTime(hour: object, minute: object, second: object) -> datetime.time:
    """A time of its parts; seconds may have a fraction."""
    seconds = toReal(second)
    try:
        millis = int((seconds - int(seconds)) * 1000 + 1e-9)
        return datetime.time(toInteger(hour), toInteger(minute), int(seconds), millis * 1000)
    except (ValueError, OverflowError):
        raise EvaluationFailure("this is not a valid time") from None


@function("make_datetime(year, month, day, hour, minute, second)", "Date and Time")
def makeDateTime(
    year: object, month: object, day: object, hour: object, minute: object, second: object
) -> datetime.datetime:
    """A point in time of its parts."""
    return datetime.datetime.combine(makeDate(year, month, day), makeTime(hour, minute, second))


_UNITS = (
    temporal.YEAR,
    temporal.MONTH,
    temporal.WEEK,
    temporal.DAY,
    temporal.HOUR,
    temporal.MINUTE,
    temporal.SECOND,
)


@function("make_interval(years=0, months=0, weeks=0, days=0, hours=0, minutes=0, seconds=0)", "Date and Time")
def makeInterval(*parts: object) -> Interval:
    """The sum of its parts."""
    return Interval(sum(toReal(part) * unit for part, unit in zip(parts, _UNITS, strict=True)))


_TOKEN = re.compile(r"'(?:[^']|'')*'|d{1,4}|M{1,4}|yyyy|yy|H{1,2}|h{1,2}|m{1,2}|s{1,2}|zzz|z|AP|ap|A|a|t")


@function("format_date(datetime, format, language=None)", "String", takesNull=True)
def formatDate(value: object, pattern: object, language: object) -> str | None:
    """A date or time in the letters of Qt: C{dddd d MMMM yyyy HH:mm:ss.zzz AP}."""
    if value is None or pattern is None:
        return None
    moment = toDateTime(value)
    locale = localeNamed(language)
    source = toText(pattern)
    twelve = bool(re.search("A|a", re.sub("'[^']*'", "", source)))

    def token(found: re.Match[str]) -> str:
        return _dateToken(found.group(), moment, locale, twelve)

    return _TOKEN.sub(token, source) or None


def _dateToken(word: str, moment: datetime.datetime, locale, twelve: bool) -> str:  # type: ignore[no-untyped-def]
    if word[0] == "'":
        return word[1:-1].replace("''", "'") or "'"
    kind, width = word[0], len(word)
    if kind == "d" and width > 2:
        return (locale.shortDays if width == 3 else locale.days)[moment.weekday()]
    if kind == "M" and width > 2:
        return (locale.shortMonths if width == 3 else locale.months)[moment.month - 1]
    if kind == "y":
        return f"{moment.year:04d}" if width == 4 else f"{moment.year % 100:02d}"
    if kind == "z":
        millis = f"{moment.microsecond // 1000:03d}"
        return millis if width == 3 else millis.rstrip("0") or "0"
    if kind in "Aa":
        half = "AM" if moment.hour < 12 else "PM"
        return half if kind == "A" else half.lower()
    if kind == "t":
        return "UTC"
    hour = (moment.hour % 12 or 12) if twelve and kind == "h" else moment.hour
    number = {
        "d": moment.day,
        "M": moment.month,
        "H": moment.hour,
        "h": hour,
        "m": moment.minute,
        "s": moment.second,
    }
    return f"{number[kind]:0{width}d}"


def parsedWith(text: str, pattern: str, language: object) -> datetime.datetime:
    """
    A text read by the letters of Qt; parts that are not given are those of 1900-01-01.

    @raise EvaluationFailure: it does not fit.
    """
    locale = localeNamed(language)
    parts, position = [], 0
    for found in _TOKEN.finditer(pattern):
        parts.append(re.escape(pattern[position : found.start()]))
        parts.append(_tokenPattern(found.group(), locale))
        position = found.end()
    parts.append(re.escape(pattern[position:]))
    try:
        match = re.fullmatch("".join(parts), text, re.IGNORECASE)
    except re.error:  # a part that is given twice
        match = None
    if match is None:
        raise EvaluationFailure("the text does not fit the format")
    return _assembled(match.groupdict(), locale)


def _tokenPattern(word: str, locale) -> str:  # type: ignore[no-untyped-def]
    if word[0] == "'":
        return re.escape(word[1:-1].replace("''", "'"))
    kind, width = word[0], len(word)
    if kind in "dM" and width > 2:
        names = {
            "d3": locale.shortDays, "d4": locale.days, "M3": locale.shortMonths, "M4": locale.months,
        }[f"{kind}{width}"]  # fmt: skip
        return f"(?P<{kind}{width}>{'|'.join(map(re.escape, names))})"
    if kind in "Aa":
        return "(?P<half>AM|PM)"
    if kind == "t":
        return "[A-Z]+"
    if kind == "z":
        return r"(?P<z>\d{1,3})"
    digits = {"yyyy": r"\d{4}", "yy": r"\d{2}"}.get(word, r"\d{2}" if width == 2 else r"\d{1,2}")
    return f"(?P<{kind if word != 'yy' else 'yy'}>{digits})"


def _assembled(parts: dict[str, str], locale) -> datetime.datetime:  # type: ignore[no-untyped-def]
    month = int(parts.get("M") or 1)
    for key, names in (("M3", locale.shortMonths), ("M4", locale.months)):
        if parts.get(key):
            month = [name.lower() for name in names].index(parts[key].lower()) + 1
    year = int(parts.get("y") or 1900) if not parts.get("yy") else 1900 + int(parts["yy"])
    hour = int(parts.get("H") or parts.get("h") or 0)
    half = (parts.get("half") or "").upper()
    if half:
        hour = hour % 12 + (12 if half == "PM" else 0)
    millis = int((parts.get("z") or "0").ljust(3, "0"))
    try:
        return datetime.datetime(
            year,
            month,
            int(parts.get("d") or 1),
            hour,
            int(parts.get("m") or 0),
            int(parts.get("s") or 0),
            millis * 1000,
        )
    except ValueError:
        raise EvaluationFailure("this is not a valid date") from None


def _read(value: object, pattern: object, language: object) -> datetime.datetime | None:
    if value is None:
        return None
    return parsedWith(toText(value), toText(pattern), language)


@function("to_datetime(value, format=None, language=None)", "Conversions", "todatetime", takesNull=True)
def convertDateTime(value: object, pattern: object, language: object) -> datetime.datetime | None:
    """From ISO form, or by a format."""
    if value is None or pattern is not None:
        return _read(value, pattern, language)
    return toDateTime(value)


@function("to_date(value, format=None, language=None)", "Conversions", "todate", takesNull=True)
def convertDate(value: object, pattern: object, language: object) -> datetime.date | None:
    """From ISO form, or by a format."""
    if value is None or pattern is not None:
        moment = _read(value, pattern, language)
        return None if moment is None else moment.date()
    return toDate(value)


@function("to_time(value, format=None, language=None)", "Conversions", "totime", takesNull=True)
def convertTime(value: object, pattern: object, language: object) -> datetime.time | None:
    """From ISO form, or by a format."""
    if value is None or pattern is not None:
        moment = _read(value, pattern, language)
        return None if moment is None else moment.time()
    return toTime(value)


@function("to_interval(value)", "Conversions", "tointerval")
def convertInterval(value: object) -> Interval:
    """C{3 days 4.5 hours}; nothing readable is no time at all."""
    return temporal.intervalOrNone(value if isinstance(value, Interval) else toText(value)) or Interval(0.0)
