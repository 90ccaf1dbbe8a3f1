# -*- test-case-name: tests.expression.test_columns -*-
"""
The rules by which QGIS reads one value as another type, and prints it.

A value of a row is None (NULL), bool, int (64 bit), float, str, bytes, date,
time, datetime (without a zone), L{Interval}, a Shapely geometry, a list, a
dict with text keys, or a L{Feature}.  A comparison yields the ints 1 and 0.

These functions are what the columns of L{ogctwist.expression.comparison} and
its neighbours must agree with, value by value.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import shapely

from ogctwist.expression.errors import EvaluationFailure
from ogctwist.ows.exceptions import quoted

#: Doubles closer than this are equal to QGIS (four machine epsilons).
NEAR = 4 * 2.220446049250313e-16

_REAL = re.compile(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*", re.ASCII)
_INTEGER = re.compile(r"\s*[-+]?\d{1,19}\s*", re.ASCII)


@dataclass(frozen=True, order=True)
class Interval:
    """A span of time in seconds; months count 30 days and years 365.25, as in QGIS."""

    seconds: float


@dataclass(frozen=True, eq=False)
class Feature:
    """A whole feature as a value, for get_feature, attribute and the like."""

    id: int
    attributes: Mapping[str, object] = field(default_factory=dict)
    geometry: shapely.Geometry | None = None


def isNumber(value: object) -> bool:
    """Whether it is an int or a float (a bool is neither)."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def realOf(text: str) -> float | None:
    """The finite number that a text spells, or None."""
    if not _REAL.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def realOrNone(value: object) -> float | None:
    """The value as a number, if QGIS takes it for one: numbers, and texts that spell a finite one."""
    if isinstance(value, str):
        return realOf(value)
    return value if isNumber(value) else None  # type: ignore[return-value]


def integerOrNone(value: object) -> int | None:
    """The value as an integer where that loses nothing by type: ints, and texts of 32-bit integers."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        number = int(value)
        return number if -(2**31) <= number < 2**31 else None
    return None


def toReal(value: object) -> float:
    """@raise EvaluationFailure: it is no number."""
    if isinstance(value, bool):
        return float(value)
    if isNumber(value):
        return float(value)  # type: ignore[arg-type]
    number = realOf(value) if isinstance(value, str) else None
    if number is None:
        raise EvaluationFailure(f"Cannot convert '{quoted(toText(value))}' to double")
    return number


def toInteger(value: object) -> int:
    """
    Rounds halves up; a text must spell an integer.

    @raise EvaluationFailure: it is no number of 64 bits.
    """
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float) and abs(value) < 2**63:
        return math.floor(value + 0.5)
    if isinstance(value, str) and _INTEGER.fullmatch(value) and -(2**63) <= int(value) < 2**63:
        return int(value)
    raise EvaluationFailure(f"Cannot convert '{quoted(toText(value))}' to int")


def wrapped(number: int) -> int:
    """An integer cut to 64 bits with sign, as machine arithmetic leaves it."""
    return number if -(2**63) <= number < 2**63 else (number + 2**63) % 2**64 - 2**63


def truth(value: object) -> bool | None:
    """True, False or unknown.  @raise EvaluationFailure: it is none of these."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value != 0
    if isinstance(value, (shapely.Geometry, Feature)):
        return True
    if isinstance(value, Interval):
        return value.seconds != 0
    number = realOrNone(value)
    if number is None:
        raise EvaluationFailure(f"Cannot convert '{quoted(toText(value))}' to boolean")
    return not abs(number) <= NEAR


def toText(value: object) -> str:
    """The value as text; '' for NULL and for what has no text (lists, maps, geometries)."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return realText(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, datetime.time):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return ""


def realText(value: float) -> str:
    """
    The shortest text that reads back as this number, in decimal or exponent
    form, whichever Qt thinks shorter: decimal with up to five zeros put behind
    the digits, or three between the point and the digits.
    """
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if value == 0:
        return "0"
    mantissa, exponent = _scientific(value)
    sign = "-" if mantissa.startswith("-") else ""
    digits = mantissa.lstrip("-").replace(".", "").rstrip("0") or "0"
    point = int(exponent) + 1
    if not (-3 <= point <= len(digits) + 5):
        fraction = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{fraction}e{'-' if point < 1 else '+'}{abs(point - 1):02d}"
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if point >= len(digits):
        return sign + digits + "0" * (point - len(digits))
    return f"{sign}{digits[:point]}.{digits[point:]}"


def _scientific(value: float) -> tuple[str, str]:
    """Mantissa and exponent of the shortest text of a number that is not 0."""
    text = repr(value)
    if "e" in text:
        mantissa, _, exponent = text.partition("e")
        return mantissa, exponent
    sign = "-" if text.startswith("-") else ""
    whole, _, fraction = text.lstrip("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    power = len(whole) - 1 if whole != "0" else -(len(fraction) - len(fraction.lstrip("0"))) - 1
    return sign + digits[0] + "." + digits[1:], str(power)


def isTemporal(value: object) -> bool:
    """Whether it is a date, time or datetime."""
    return isinstance(value, (datetime.date, datetime.time))
