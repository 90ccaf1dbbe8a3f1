# -*- test-case-name: tests.qgiscompat.test_qt_dates -*-
"""QDate, QTime and QDateTime."""

from __future__ import annotations

import datetime
import re
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from ogctwist.encoders.qtdates import formatter
from ogctwist.qgiscompat.qt.namespace import Qt

_DAY = datetime.timedelta(days=1)
_TOKENS = re.compile(r"'[^']*'|yyyy|yy|MM?|dd?|HH?|hh?|mm?|ss?|zzz|z|AP|ap|.", re.DOTALL)
_READERS = {
    "yyyy": r"(?P<year>\d{4})", "yy": r"(?P<short>\d{2})",
    "MM": r"(?P<month>\d{2})", "M": r"(?P<month>\d{1,2})",
    "dd": r"(?P<day>\d{2})", "d": r"(?P<day>\d{1,2})",
    "HH": r"(?P<hour>\d{2})", "H": r"(?P<hour>\d{1,2})",
    "hh": r"(?P<hour>\d{2})", "h": r"(?P<hour>\d{1,2})",
    "mm": r"(?P<minute>\d{2})", "m": r"(?P<minute>\d{1,2})",
    "ss": r"(?P<second>\d{2})", "s": r"(?P<second>\d{1,2})",
    "zzz": r"(?P<milli>\d{3})", "z": r"(?P<milli>\d{1,3})",
    "AP": r"(?P<half>[AaPp][Mm])", "ap": r"(?P<half>[AaPp][Mm])",
}  # fmt: skip


@lru_cache(maxsize=64)
def _reader(pattern: str) -> re.Pattern[str]:
    parts = (_READERS.get(token) or re.escape(token.strip("'")) for token in _TOKENS.findall(pattern))
    return re.compile("".join(parts))


def _read(text: str, pattern: str) -> datetime.datetime | None:
    """Text by a pattern in Qt's letters; None when it does not fit."""
    found = _reader(pattern).fullmatch(text)
    if found is None:
        return None
    part = {name: value for name, value in found.groupdict().items() if value is not None}
    hour = int(part.get("hour", 0))
    if "half" in part:
        hour = hour % 12 + (12 if part["half"].lower() == "pm" else 0)
    year = int(part["year"]) if "year" in part else 1900 + int(part.get("short", 0))
    minute, second, milli = (int(part.get(name, 0)) for name in ("minute", "second", "milli"))
    try:
        return datetime.datetime(
            year, int(part.get("month", 1)), int(part.get("day", 1)), hour, minute, second, milli * 1000
        )
    except ValueError:
        return None


class _Value:
    """What the three have in common: a value of Python's, None when it is not valid."""

    _value: Any

    def isValid(self) -> bool:
        return self._value is not None

    def isNull(self) -> bool:
        return self._value is None

    def __bool__(self) -> bool:
        return self._value is not None

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._value == other._value

    def __lt__(self, other: Any) -> bool:
        return bool(self._value < other._value)

    def __le__(self, other: Any) -> bool:
        return bool(self._value <= other._value)

    def __gt__(self, other: Any) -> bool:
        return bool(self._value > other._value)

    def __ge__(self, other: Any) -> bool:
        return bool(self._value >= other._value)

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._value})"


class QDate(_Value):
    """A day."""

    def __init__(self, *parts: Any):
        if len(parts) == 3:
            self._value = _orNone(datetime.date, *parts)
        elif parts and isinstance(parts[0], (datetime.date, QDate)):
            self._value = parts[0]._value if isinstance(parts[0], QDate) else parts[0]
        else:
            self._value = None

    @staticmethod
    def currentDate() -> QDate:
        return QDate(datetime.date.today())

    @staticmethod
    def fromString(text: str, format: Any = Qt.TextDate) -> QDate:
        if isinstance(format, str):
            found = _read(text, format)
            return QDate(found.date()) if found else QDate()
        return QDate(_orNone(datetime.date.fromisoformat, text[:10]))

    def toString(self, format: Any = Qt.TextDate) -> str:
        if self._value is None:
            return ""
        if isinstance(format, str):
            return formatter(format)(datetime.datetime.combine(self._value, datetime.time()))
        if format == Qt.TextDate:
            return formatter("ddd MMM d yyyy")(datetime.datetime.combine(self._value, datetime.time()))
        return str(self._value.isoformat())

    def toPyDate(self) -> Any:
        return self._value

    def year(self) -> int:
        return self._value.year if self._value else 0

    def month(self) -> int:
        return self._value.month if self._value else 0

    def day(self) -> int:
        return self._value.day if self._value else 0

    def dayOfWeek(self) -> int:
        return self._value.isoweekday() if self._value else 0

    def addDays(self, days: int) -> QDate:
        return QDate(self._value + days * _DAY) if self._value else QDate()

    def daysTo(self, other: QDate) -> int:
        return (other._value - self._value).days if self._value and other._value else 0


class QTime(_Value):
    """A time of the day, to the millisecond."""

    def __init__(self, *parts: Any):
        if parts and isinstance(parts[0], (datetime.time, QTime)):
            self._value = parts[0]._value if isinstance(parts[0], QTime) else parts[0]
        elif parts:
            hour, minute, second, milli = (*parts, 0, 0, 0)[:4]
            self._value = _orNone(datetime.time, hour, minute, second, milli * 1000)
        else:
            self._value = None

    @staticmethod
    def currentTime() -> QTime:
        return QTime(datetime.datetime.now().time())

    @staticmethod
    def fromString(text: str, format: Any = Qt.TextDate) -> QTime:
        if isinstance(format, str):
            found = _read(text, format)
            return QTime(found.time()) if found else QTime()
        return QTime(_orNone(datetime.time.fromisoformat, text))

    def toString(self, format: Any = Qt.TextDate) -> str:
        if self._value is None:
            return ""
        pattern = format if isinstance(format, str) else _timePattern(format)
        return formatter(pattern)(datetime.datetime.combine(datetime.date(1900, 1, 1), self._value))

    def toPyTime(self) -> Any:
        return self._value

    def hour(self) -> int:
        return self._value.hour if self._value is not None else -1

    def minute(self) -> int:
        return self._value.minute if self._value is not None else -1

    def second(self) -> int:
        return self._value.second if self._value is not None else -1

    def msec(self) -> int:
        return self._value.microsecond // 1000 if self._value is not None else -1

    def __bool__(self) -> bool:
        return self._value is not None


def _orNone(make: Any, *parts: Any) -> Any:
    try:
        return make(*parts)
    except ValueError:
        return None


def _timePattern(format: Any) -> str:
    return "HH:mm:ss.zzz" if format == Qt.ISODateWithMs else "HH:mm:ss"


class QDateTime(_Value):
    """A moment, in the zone of the machine unless it is in UTC."""

    def __init__(self, *parts: Any):
        self._isUtc = False
        first = parts[0] if parts else None
        if isinstance(first, QDateTime):
            self._value, self._isUtc = first._value, first._isUtc
        elif isinstance(first, datetime.datetime):
            self._isUtc = first.tzinfo is not None
            self._value = first.astimezone(datetime.UTC).replace(tzinfo=None) if self._isUtc else first
        elif isinstance(first, (QDate, datetime.date)):
            day, time = QDate(first)._value, QTime(parts[1])._value if len(parts) > 1 else datetime.time()
            self._value = datetime.datetime.combine(day, time) if day and time is not None else None
            self._isUtc = len(parts) > 2 and parts[2] == Qt.UTC
        elif len(parts) >= 5:
            second, milli = (*parts[5:7], 0, 0)[:2]
            self._value = _orNone(datetime.datetime, *parts[:5], second, milli * 1000)
        else:
            self._value = None

    @classmethod
    def _of(cls, value: datetime.datetime, isUtc: bool) -> QDateTime:
        made = cls(value)
        made._isUtc = isUtc
        return made

    @staticmethod
    def currentDateTime() -> QDateTime:
        return QDateTime(datetime.datetime.now())

    @staticmethod
    def currentDateTimeUtc() -> QDateTime:
        return QDateTime(datetime.datetime.now(datetime.UTC))

    @staticmethod
    def currentMSecsSinceEpoch() -> int:
        return QDateTime.currentDateTimeUtc().toMSecsSinceEpoch()

    @staticmethod
    def currentSecsSinceEpoch() -> int:
        return QDateTime.currentMSecsSinceEpoch() // 1000

    @staticmethod
    def fromMSecsSinceEpoch(milliseconds: int, spec: int = Qt.LocalTime, *more: Any) -> QDateTime:
        moment = datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.UTC)
        return QDateTime(moment) if spec == Qt.UTC else QDateTime(moment).toLocalTime()

    @staticmethod
    def fromSecsSinceEpoch(seconds: int, spec: int = Qt.LocalTime, *more: Any) -> QDateTime:
        return QDateTime.fromMSecsSinceEpoch(seconds * 1000, spec)

    @staticmethod
    def fromString(text: str, format: Any = Qt.TextDate) -> QDateTime:
        if isinstance(format, str):
            return QDateTime(_read(text, format))
        return QDateTime(_orNone(datetime.datetime.fromisoformat, text))

    def toString(self, format: Any = Qt.TextDate) -> str:
        if self._value is None:
            return ""
        if isinstance(format, str):
            return formatter(format)(self._value)
        if format == Qt.RFC2822Date:
            return format_datetime(self._aware())
        if format == Qt.TextDate:
            return formatter("ddd MMM d HH:mm:ss yyyy")(self._value) + (" GMT" if self._isUtc else "")
        text = formatter("yyyy-MM-dd'T'" + _timePattern(format))(self._value)
        return text + ("Z" if self._isUtc else "")

    def _aware(self) -> datetime.datetime:
        """With its zone."""
        return self._value.replace(tzinfo=datetime.UTC) if self._isUtc else self._value.astimezone()

    def toPyDateTime(self) -> Any:
        return self._value

    def toMSecsSinceEpoch(self) -> int:
        return round(self._aware().timestamp() * 1000) if self._value else 0

    def toSecsSinceEpoch(self) -> int:
        return self.toMSecsSinceEpoch() // 1000

    toTime_t = toSecsSinceEpoch

    def toUTC(self) -> QDateTime:
        return QDateTime(self._aware()) if self._value else QDateTime()

    def toLocalTime(self) -> QDateTime:
        return QDateTime(self._aware().astimezone().replace(tzinfo=None)) if self._value else QDateTime()

    def timeSpec(self) -> int:
        return Qt.UTC if self._isUtc else Qt.LocalTime

    def setTimeSpec(self, spec: int) -> None:
        self._isUtc = spec == Qt.UTC

    def date(self) -> QDate:
        return QDate(self._value.date()) if self._value else QDate()

    def time(self) -> QTime:
        return QTime(self._value.time()) if self._value else QTime()

    def addDays(self, days: int) -> QDateTime:
        return self.addMSecs(days * 86_400_000)

    def addSecs(self, seconds: int) -> QDateTime:
        return self.addMSecs(seconds * 1000)

    def addMSecs(self, milliseconds: int) -> QDateTime:
        if self._value is None:
            return QDateTime()
        return self._of(self._value + datetime.timedelta(milliseconds=milliseconds), self._isUtc)

    def msecsTo(self, other: QDateTime) -> int:
        return other.toMSecsSinceEpoch() - self.toMSecsSinceEpoch() if self and other else 0

    def secsTo(self, other: QDateTime) -> int:
        return int(self.msecsTo(other) / 1000)

    def daysTo(self, other: QDateTime) -> int:
        return self.date().daysTo(other.date())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QDateTime) and (
            self._value == other._value
            if None in (self._value, other._value)
            else self._aware() == other._aware()
        )

    def __hash__(self) -> int:
        return hash(self._aware() if self._value else None)

    def __lt__(self, other: QDateTime) -> bool:
        return self._aware() < other._aware()

    def __le__(self, other: QDateTime) -> bool:
        return self._aware() <= other._aware()

    def __gt__(self, other: QDateTime) -> bool:
        return self._aware() > other._aware()

    def __ge__(self, other: QDateTime) -> bool:
        return self._aware() >= other._aware()
