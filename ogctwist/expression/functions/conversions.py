# -*- test-case-name: tests.expression.test_answers -*-
"""From one type to another; hashes and encodings."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import urllib.parse

import pyarrow as pa

from ogctwist.expression.arithmetic import textOf
from ogctwist.expression.column import Column, Kind, mapRows
from ogctwist.expression.errors import EvaluationFailure
from ogctwist.expression.functions.registry import function
from ogctwist.expression.scope import Scope
from ogctwist.expression.values import toInteger, toReal, toText


@function("to_int(value)", "Conversions", "toint")
def convertInteger(value: object) -> int:
    """Rounded; a text must spell an integer."""
    return toInteger(value)


@function("to_real(value)", "Conversions", "toreal")
def convertReal(value: object) -> float:
    """As a number."""
    return toReal(value)


@function("to_string(value)", "Conversions", "tostring", needs="columns")
def convertText(scope: Scope, value: Column) -> Column:
    """As a text; NULL of what has none."""
    if value.kind is Kind.OBJECT:
        return mapRows(lambda v: toText(v) or None, [value], scope.length)
    text = textOf(value)
    if isinstance(text, pa.Scalar):
        return Column.constant(text.as_py(), scope.length)
    return Column.fromArray(Kind.TEXT, text)


@function("to_bool(value)", "Conversions", "tobool", takesNull=True)
def convertBoolean(value: object) -> bool:
    """False for NULL, 0, '' , 'false' and '0'."""
    return asBoolean(value)


def asBoolean(value: object) -> bool:
    """As Qt takes a variant for true: numbers but 0, texts but '', '0' and 'false'."""
    if isinstance(value, str):
        return value.lower() not in ("", "0", "false")
    return bool(value) if isinstance(value, (bool, int, float)) else False


def _digest(method: str, text: object) -> str:
    try:
        return hashlib.new(method, toText(text).encode(), usedforsecurity=False).hexdigest()
    except ValueError:
        raise EvaluationFailure("this hash method is not available") from None


@function("hash(string, method)", "Conversions")
def hashed(text: object, method: object) -> str:
    """By md5, sha1, sha224 to sha512 or sha3_224 to sha3_512 (keccak is not available)."""
    name = toText(method).lower()
    if name not in ("md4", "md5", "sha1", "sha224", "sha256", "sha384", "sha512") and not name.startswith(
        "sha3_"
    ):
        raise EvaluationFailure("this hash method is not available")
    return _digest(name, text)


@function("md5(string)", "Conversions")
def md5(text: object) -> str:
    """The MD5 hash in hexadecimal digits."""
    return _digest("md5", text)


@function("sha256(string)", "Conversions")
def sha256(text: object) -> str:
    """The SHA-256 hash in hexadecimal digits."""
    return _digest("sha256", text)


@function("to_base64(value)", "Conversions")
def toBase64(value: object) -> str:
    """Of bytes, or of a text in UTF-8."""
    return base64.b64encode(value if isinstance(value, bytes) else toText(value).encode()).decode()


@function("from_base64(string)", "Conversions")
def fromBase64(text: object) -> bytes:
    """The bytes that a text in Base64 stands for."""
    try:
        return base64.b64decode(toText(text))
    except (binascii.Error, ValueError):
        raise EvaluationFailure("this is not Base64") from None


@function("url_encode(map)", "Maps")
def urlEncode(values: object) -> str:
    """C{a=1&b=2}, escaped."""
    if not isinstance(values, dict):
        raise EvaluationFailure("url_encode() needs a map")
    return urllib.parse.urlencode(
        {key: toText(value) for key, value in values.items()}, quote_via=urllib.parse.quote
    )


_ANGLE = re.compile(r"^(.*?)(-?\d+(?:\.\d*)?)[^\d.]+(\d+(?:\.\d*)?)(?:[^\d.]+(\d+(?:\.\d*)?))?([^\d.]*)$")


@function("to_decimal(value)", "Conversions", "todecimal")
def toDecimal(value: object) -> float | None:
    """Degrees of C{12°30'15.5" S}, or of degrees and minutes; NULL of what is neither."""
    match = _ANGLE.match(toText(value).strip()[:200])
    if match is None:
        return None
    before, degrees, minutes, seconds, after = match.groups()
    if float(minutes) >= 60 or (seconds and float(seconds) >= 60):
        return None
    angle = abs(float(degrees)) + float(minutes) / 60 + float(seconds or 0) / 3600
    letters = (before + after).upper()
    negative = degrees.startswith("-") or "S" in letters or "W" in letters
    return -angle if negative else angle


def _axisAngle(value: object, axis: object) -> tuple[float, str]:
    """The angle within the range of its axis, and the axis."""
    name = toText(axis).lower()
    if name not in ("x", "y"):
        raise EvaluationFailure("Invalid axis name. It must be either 'x' or 'y'.")
    angle = toReal(value)
    if not abs(angle) < 1e9:
        raise EvaluationFailure("this is no angle")
    if name == "x":
        return (angle + 180) % 360 - 180 if abs(angle) > 180 else angle, name
    if abs(angle) > 90:
        angle = (angle + 180) % 360 - 180
        angle = 180 - angle if angle > 90 else -180 - angle if angle < -90 else angle
        angle = -angle if abs(toReal(value)) > 90 else angle
    return angle, name


def _hemisphere(angle: float, axis: str, isZero: bool) -> str:
    if isZero:
        return ""
    return ("W" if angle < 0 else "E") if axis == "x" else ("S" if angle < 0 else "N")


def _places(precision: object) -> int:
    return max(0, min(toInteger(precision), 20))


@function("to_dm(value, axis, precision, formatting=None)", "Conversions", "todm", takesNull=True)
def toDegreesMinutes(value: object, axis: object, precision: object, formatting: object) -> str | None:
    """Degrees and minutes; C{suffix} appends the hemisphere, C{aligned} also fills minutes up."""
    if value is None or axis is None or precision is None:
        return None
    angle, name = _axisAngle(value, axis)
    places, style = _places(precision), toText(formatting) if formatting is not None else ""
    total = round(abs(angle) * 60, places)
    degrees, minutes = int(total // 60), total % 60
    width = 2 + (places + 1 if places else 0) if style == "aligned" else 0
    text = f"{degrees}°{minutes:0{width}.{places}f}′"
    if style in ("suffix", "aligned"):
        return text + _hemisphere(angle, name, total == 0)
    return f"-{text}" if angle < 0 and total else text


@function("to_dms(value, axis, precision, formatting=None)", "Conversions", "todms", takesNull=True)
def toDegreesMinutesSeconds(value: object, axis: object, precision: object, formatting: object) -> str | None:
    """Degrees, minutes and seconds, styled as in L{toDegreesMinutes}."""
    if value is None or axis is None or precision is None:
        return None
    angle, name = _axisAngle(value, axis)
    places, style = _places(precision), toText(formatting) if formatting is not None else ""
    total = round(abs(angle) * 3600, places)
    degrees, minutes, seconds = int(total // 3600), int(total % 3600 // 60), total % 60
    aligned = style == "aligned"
    width = 2 + (places + 1 if places else 0) if aligned else 0
    text = f"{degrees}°{minutes:0{2 if aligned else 1}d}′{seconds:0{width}.{places}f}″"
    if style in ("suffix", "aligned"):
        return text + _hemisphere(angle, name, total == 0)
    return f"-{text}" if angle < 0 and total else text
