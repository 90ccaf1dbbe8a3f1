# -*- test-case-name: tests.expression.test_answers -*-
"""Math: numbers in, numbers out; NaN and infinity where the C library has them."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from ogctwist.expression.column import NUMERIC, Column, Kind, mapRows
from ogctwist.expression.errors import EvaluationFailure
from ogctwist.expression.functions.registry import function
from ogctwist.expression.scope import Scope
from ogctwist.expression.values import toInteger, toReal


def _real(signature: str, scalar: Callable[[float], float], kernel: Callable[..., pa.Array] | None) -> None:
    """Declare a function of one real number, with an Arrow kernel for columns where there is one."""

    def value(argument: object) -> float:
        try:
            return scalar(toReal(argument))
        except ValueError:
            return math.nan
        except OverflowError:
            return math.inf

    def column(scope: Scope, argument: Column) -> Column:
        if argument.kind in NUMERIC and not argument.isConstant and kernel is not None:
            numbers = pc.cast(argument.array, pa.int64()) if argument.kind is Kind.TRUTH else argument.array
            return Column.fromArray(Kind.REAL, kernel(pc.cast(numbers, pa.float64(), safe=False)))
        return mapRows(lambda v: None if v is None else value(v), [argument], scope.length)

    function(signature, "Math", needs="columns")(column)


_real("sqrt(value)", math.sqrt, pc.sqrt)
_real("radians(degrees)", math.radians, None)
_real("degrees(radians)", math.degrees, None)
_real("abs(value)", abs, pc.abs)
_real("cos(angle)", math.cos, pc.cos)
_real("sin(angle)", math.sin, pc.sin)
_real("tan(angle)", math.tan, pc.tan)
_real("asin(value)", math.asin, pc.asin)
_real("acos(value)", math.acos, pc.acos)
_real("atan(value)", math.atan, pc.atan)
_real("exp(value)", math.exp, None)
_real("floor(value)", lambda x: float(math.floor(x)) if math.isfinite(x) else x, pc.floor)
_real("ceil(value)", lambda x: float(math.ceil(x)) if math.isfinite(x) else x, pc.ceil)


@function("ln(value)", "Math")
def naturalLogarithm(value: object) -> float | None:
    """NULL of what is not positive."""
    number = toReal(value)
    return math.log(number) if number > 0 else None


@function("log10(value)", "Math")
def decimalLogarithm(value: object) -> float | None:
    """NULL of what is not positive."""
    number = toReal(value)
    return math.log10(number) if number > 0 else None


@function("log(base, value)", "Math")
def logarithm(base: object, value: object) -> float | None:
    """NULL when either is not positive."""
    b, x = toReal(base), toReal(value)
    if b <= 0 or x <= 0:
        return None
    return math.log(x) / math.log(b) if b != 1 else math.inf if x > 1 else math.nan if x == 1 else -math.inf


@function("atan2(dx, dy)", "Math")
def arcTangent2(dx: object, dy: object) -> float:
    """The angle of the two legs."""
    return math.atan2(toReal(dx), toReal(dy))


@function("round(value, places=0)", "Math")
def rounded(value: object, places: object) -> object:
    """Halves away from zero; an integer when no places are asked for."""
    number, digits = toReal(value), toInteger(places)
    if digits:
        scale = 10.0 ** max(-300, min(300, digits))
        scaled = number * scale
        return number if not math.isfinite(scaled) else _halfAway(scaled) / scale
    if not abs(number) < 2**63:
        raise EvaluationFailure("the number has no integer of 64 bits")
    return int(_halfAway(number))


def _halfAway(number: float) -> float:
    """C's round()."""
    whole = math.floor(abs(number))
    whole += abs(number) - whole >= 0.5
    return math.copysign(float(whole), number)


@function("pi", "Math", "$pi")
def circleNumber() -> float:
    """3.14159…"""
    return math.pi


@function("max(*)", "Math", takesNull=True)
def largest(*values: object) -> float | None:
    """Of those that are not NULL."""
    return max((toReal(value) for value in values if value is not None), default=None)


@function("min(*)", "Math", takesNull=True)
def smallest(*values: object) -> float | None:
    """Of those that are not NULL."""
    return min((toReal(value) for value in values if value is not None), default=None)


@function("clamp(min, value, max)", "Math")
def clamped(low: object, value: object, high: object) -> float:
    """The value, or the bound that it passes."""
    a, x, b = toReal(low), toReal(value), toReal(high)
    return a if x <= a else b if x >= b else x


def _portion(value: object, low: object, high: object) -> float | None:
    """How far along a domain a value lies, 0 to 1; None beyond the ends (see the callers)."""
    x, a, b = toReal(value), toReal(low), toReal(high)
    if a >= b:
        raise EvaluationFailure("Domain max must be greater than domain min")
    return 0.0 if x <= a else 1.0 if x >= b else (x - a) / (b - a)


@function("scale_linear(value, domain_min, domain_max, range_min, range_max)", "Math")
def scaledLinearly(value: object, low: object, high: object, start: object, end: object) -> float:
    """From one range to another."""
    t = _portion(value, low, high)
    a, b = toReal(start), toReal(end)
    if t in (0.0, 1.0):
        return b if t else a
    m = (b - a) / (toReal(high) - toReal(low))
    return m * toReal(value) + (a - m * toReal(low))


def _exponent(value: object) -> float:
    exponent = toReal(value)
    if exponent <= 0:
        raise EvaluationFailure("Exponent must be greater than 0")
    return exponent


@function(
    "scale_polynomial(value, domain_min, domain_max, range_min, range_max, exponent)", "Math", "scale_exp"
)
def scaledPolynomially(
    value: object, low: object, high: object, start: object, end: object, exponent: object
) -> float:
    """From one range to another, along a power."""
    t = _portion(value, low, high)
    a, b, power = toReal(start), toReal(end), _exponent(exponent)
    if t in (0.0, 1.0):
        return b if t else a
    span = toReal(high) - toReal(low)
    return (b - a) / math.pow(span, power) * math.pow(toReal(value) - toReal(low), power) + a


@function("scale_exponential(value, domain_min, domain_max, range_min, range_max, exponent)", "Math")
def scaledExponentially(
    value: object, low: object, high: object, start: object, end: object, exponent: object
) -> float:
    """From one range to another, along an exponential."""
    t = _portion(value, low, high)
    a, b, base = toReal(start), toReal(end), _exponent(exponent)
    if t in (0.0, 1.0):
        return b if t else a
    assert t is not None
    ratio = (
        t
        if base == 1
        else (math.pow(base, toReal(value) - toReal(low)) - 1)
        / (math.pow(base, toReal(high) - toReal(low)) - 1)
    )
    return a + (b - a) * ratio


@function("rand(min, max, seed=None)", "Math", takesNull=True, isPure=False)
def randomInteger(low: object, high: object, seed: object) -> int | None:
    """From min to max, both among them; a seed gives the same number again (not QGIS's)."""
    if low is None or high is None:
        return None
    a, b = toInteger(low), toInteger(high)
    return None if b < a else _source(seed).randint(a, b)


@function("randf(min=0.0, max=1.0, seed=None)", "Math", takesNull=True, isPure=False)
def randomReal(low: object, high: object, seed: object) -> float | None:
    """From min up to max."""
    if low is None or high is None:
        return None
    a, b = toReal(low), toReal(high)
    return None if b < a else _source(seed).uniform(a, b)


def _source(seed: object) -> random.Random:
    return random.Random() if seed is None else random.Random(str(seed))
