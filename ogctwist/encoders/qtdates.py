# -*- test-case-name: tests.encoders.test_qtdates -*-
"""
Dates and times by patterns in Qt's letters, as date widgets of QGIS projects hold them.

C{d dd ddd dddd M MM MMM MMMM yy yyyy h hh H HH m mm s ss z zzz AP A ap a t}, quoted text between
apostrophes; anything else stands for itself.  Names of days and months are English, the zone
is UTC.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

#: The pattern that stands for "ISO" in a date widget, as QGIS Server formats it.
ISO_PATTERN = "yyyy-MM-dd HH:mm:ss+t"

_LETTERS = re.compile(
    r"''|'(?:[^']|'')*'?|d{1,4}|M{1,4}|yyyy|yy|hh?|HH?|mm?|ss?|zzz|z|AP|A|ap|a|t|.", re.DOTALL
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_Moment = datetime.datetime
_WRITERS: dict[str, Callable[[_Moment], str]] = {
    "d": lambda t: str(t.day),
    "dd": lambda t: f"{t.day:02}",
    "ddd": lambda t: _DAYS[t.weekday()][:3],
    "dddd": lambda t: _DAYS[t.weekday()],
    "M": lambda t: str(t.month),
    "MM": lambda t: f"{t.month:02}",
    "MMM": lambda t: _MONTHS[t.month - 1][:3],
    "MMMM": lambda t: _MONTHS[t.month - 1],
    "yy": lambda t: f"{t.year % 100:02}",
    "yyyy": lambda t: f"{t.year:04}",
    "H": lambda t: str(t.hour),
    "HH": lambda t: f"{t.hour:02}",
    "m": lambda t: str(t.minute),
    "mm": lambda t: f"{t.minute:02}",
    "s": lambda t: str(t.second),
    "ss": lambda t: f"{t.second:02}",
    "z": lambda t: f"{t.microsecond // 1000:03}".rstrip("0") or "0",
    "zzz": lambda t: f"{t.microsecond // 1000:03}",
    "AP": lambda t: "PM" if t.hour >= 12 else "AM",
    "ap": lambda t: "pm" if t.hour >= 12 else "am",
    "t": lambda t: "UTC",
}
_WRITERS["A"], _WRITERS["a"] = _WRITERS["AP"], _WRITERS["ap"]
#: Hours with AM or PM somewhere in the pattern; without it they count to 23.
_TWELVE: dict[str, Callable[[_Moment], str]] = {
    "h": lambda t: str((t.hour - 1) % 12 + 1),
    "hh": lambda t: f"{(t.hour - 1) % 12 + 1:02}",
}


@lru_cache(maxsize=256)
def formatter(pattern: str) -> Callable[[_Moment], str]:
    """What writes a moment by a pattern."""
    tokens = _LETTERS.findall(pattern)
    isTwelve = any(token in ("AP", "A", "ap", "a") for token in tokens)
    writers = [_writer(token, isTwelve) for token in tokens]
    return lambda moment: "".join(write(moment) for write in writers)


def _writer(token: str, isTwelve: bool) -> Callable[[_Moment], str]:
    if token.startswith("'"):
        text = "'" if token == "''" else _unquoted(token)
        return lambda moment: text
    if token in ("h", "hh"):
        return _TWELVE[token] if isTwelve else _WRITERS[token.upper()]
    return _WRITERS.get(token) or (lambda moment: token)


def _unquoted(token: str) -> str:
    """Text between apostrophes; the last one may be missing, a doubled one is one."""
    inner = token[1:].replace("''", "\0")
    return inner.removesuffix("'").replace("\0", "'")


def formatColumn(column: pa.Array, pattern: str) -> pa.Array:
    """
    A column of dates, times or moments as text; texts that are ISO dates are read first.  What
    is no moment is written as it is.
    """
    column = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    encoded = column.dictionary_encode()
    write = formatter(pattern)
    texts = []
    for value in encoded.dictionary.to_pylist():
        moment = asMoment(value)
        texts.append(str(value) if moment is None else write(moment))
    return pa.array(texts, pa.large_string()).take(encoded.indices)


def asMoment(value: object) -> _Moment | None:
    """A date, a time (of the first of January 1900) or ISO text as a moment; None for anything else."""
    if isinstance(value, _Moment):
        return value
    if isinstance(value, datetime.date):
        return _Moment.combine(value, datetime.time())
    if isinstance(value, datetime.time):
        return _Moment.combine(datetime.date(1900, 1, 1), value)
    if isinstance(value, str):
        try:
            return _Moment.fromisoformat(value.strip()).replace(tzinfo=None)
        except ValueError:
            return None
    return None


def isoText(column: pa.Array) -> pa.Array:
    """
    Dates, times and moments as QGIS writes them where nothing else is asked for: milliseconds
    are always there, C{T} between day and hour.
    """
    kind = column.type
    if pa.types.is_timestamp(kind):
        return pc.strftime(pc.cast(column, pa.timestamp("ms", kind.tz), safe=False), "%Y-%m-%dT%H:%M:%S")
    if pa.types.is_time(kind):
        return pc.cast(pc.cast(column, pa.time32("ms"), safe=False), pa.large_string())
    return pc.cast(column, pa.large_string())
