# -*- test-case-name: tests.expression.test_columns -*-
"""
C{+ - * / // % ^ ||} and the unary minus.

Integers stay integers except under C{/} and C{^}; division by zero is NULL;
two texts joined by C{+} are concatenated, texts that spell numbers calculate;
dates take intervals, and texts that spell intervals.
"""

from __future__ import annotations

import datetime
import math

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ogctwist.expression.column import NUMERIC, Column, Kind, failuresOf, mapRows
from ogctwist.expression.context import Budget
from ogctwist.expression.errors import EvaluationFailure
from ogctwist.expression.temporal import addInterval, intervalOrNone
from ogctwist.expression.values import (
    Interval,
    integerOrNone,
    isTemporal,
    toReal,
    toText,
    wrapped,
)


def calculateValues(word: str, left: object, right: object) -> object:
    """One operation on two values."""
    if word == "+" and isinstance(left, str) and isinstance(right, str):
        return left + right
    if left is None or right is None:
        return None
    if word not in ("/", "//", "^"):
        a, b = integerOrNone(left), integerOrNone(right)
        if a is not None and b is not None:
            return _integers(word, a, b)
    if word in ("+", "-") and (isTemporal(left) or isTemporal(right)):
        moved = _temporal(word, left, right)
        if moved is not None:
            return moved
    return _reals(word, toReal(left), toReal(right))


def _integers(word: str, left: int, right: int) -> int | None:
    if word == "%":
        return (
            None
            if right == 0
            else int(math.fmod(left, right))
            if abs(left) < 2**53
            else _remainder(left, right)
        )
    result = left + right if word == "+" else left - right if word == "-" else left * right
    return wrapped(result)


def _remainder(left: int, right: int) -> int:
    """With the sign of the dividend, exact beyond 2**53."""
    return (abs(left) % abs(right)) * (1 if left >= 0 else -1)


def _reals(word: str, left: float, right: float) -> object:
    if word in ("/", "//", "%") and right == 0:
        return None
    try:
        if word == "^":
            return math.pow(left, right)
        if word == "//":
            quotient = left / right
            return math.floor(quotient) if abs(quotient) < 2**63 else None
        if word == "%":
            return math.fmod(left, right)
    except OverflowError:
        return math.inf if word == "^" else None
    except ValueError:
        return math.inf if word == "^" and left == 0 else math.nan
    if word == "/":
        return left / right
    return left + right if word == "+" else left - right if word == "-" else left * right


def _temporal(word: str, left: object, right: object) -> object:
    """Dates and times: with an interval, with a time of the day, minus one another; None if it is neither."""
    interval = intervalOrNone(right) if not isTemporal(right) else None
    if interval is not None:
        return addInterval(left, interval.seconds if word == "+" else -interval.seconds)
    if word == "+":
        for day, time in ((left, right), (right, left)):
            if type(day) is datetime.date and isinstance(time, datetime.time):
                return datetime.datetime.combine(day, time)
        return None
    if isinstance(left, datetime.time) and isinstance(right, datetime.time):
        anyDay = datetime.date(2000, 1, 1)
        left, right = datetime.datetime.combine(anyDay, left), datetime.datetime.combine(anyDay, right)
    if type(left) is type(right) and isinstance(left, datetime.date):
        return Interval((left - right).total_seconds())  # type: ignore[operator]
    return None


def calculate(word: str, left: Column, right: Column) -> Column:
    """The column of C{left word right}."""
    outcome = None
    if Kind.NULL in (left.kind, right.kind):
        outcome = Column.constant(None, left.length)
    elif left.kind in NUMERIC and right.kind in NUMERIC and not (left.isConstant and right.isConstant):
        outcome = _numeric(word, left, right)
    if outcome is None:
        outcome = mapRows(lambda a, b: calculateValues(word, a, b), [left, right], left.length)
    return outcome.withFailures(*failuresOf((left, right)))


def _numeric(word: str, left: Column, right: Column) -> Column | None:
    a, b = _number(left), _number(right)
    isReal = pa.types.is_floating(a.type) or pa.types.is_floating(b.type)
    if word in ("+", "-", "*"):
        kernel = {"+": pc.add, "-": pc.subtract, "*": pc.multiply}[word]
        return Column.fromArray(Kind.REAL if isReal else Kind.INTEGER, kernel(a, b))
    if word == "%" and not isReal:
        return None
    a, b = pc.cast(a, pa.float64(), safe=False), pc.cast(b, pa.float64(), safe=False)
    if word == "^":
        return Column.fromArray(Kind.REAL, pc.power(a, b))
    if word == "/":
        return Column.fromArray(Kind.REAL, pc.divide(a, _nullZeros(b)))
    if word == "//":
        quotient = pc.floor(pc.divide(a, _nullZeros(b)))
        fits = pc.less(pc.abs(quotient), 2.0**63)
        quotient = pc.if_else(fits, quotient, pa.scalar(None, pa.float64()))
        return Column.fromArray(Kind.INTEGER, pc.cast(quotient, pa.int64()))
    return _modulo(left, right)


def _number(column: Column) -> pa.Array | pa.Scalar:
    return pc.cast(column.operand, pa.int64()) if column.kind is Kind.TRUTH else column.operand


def _nullZeros(divisor: pa.Array | pa.Scalar) -> pa.Array | pa.Scalar:
    return pc.if_else(pc.equal(divisor, 0.0), pa.scalar(None, pa.float64()), divisor)


def _modulo(left: Column, right: Column) -> Column:
    null = left.isNull() | right.isNull()
    a = np.array(pc.fill_null(pc.cast(left.spread().array, pa.float64(), safe=False), 0.0))
    b = np.array(pc.fill_null(pc.cast(right.spread().array, pa.float64(), safe=False), 0.0))
    null |= b == 0
    with np.errstate(all="ignore"):
        return Column.fromArray(Kind.REAL, pa.array(np.fmod(a, b), mask=null))


def concatenate(left: Column, right: Column, budget: Budget) -> Column:
    """C{left || right}: as texts; NULL where either is."""
    if Kind.NULL in (left.kind, right.kind):
        outcome = Column.constant(None, left.length)
    elif left.isConstant and right.isConstant:
        outcome = mapRows(lambda a, b: toText(a) + toText(b), [left, right], left.length)
        budget.text(len(outcome.value))  # type: ignore[arg-type]
    else:
        joined = pc.binary_join_element_wise(textOf(left), textOf(right), "")
        lengths = pc.binary_length(joined)
        budget.text(pc.max(lengths).as_py() or 0)
        budget.produce(pc.sum(lengths).as_py() or 0)
        outcome = Column.fromArray(Kind.TEXT, joined)
    return outcome.withFailures(*failuresOf((left, right)))


def textOf(column: Column) -> pa.Array | pa.Scalar:
    """The column as Arrow text, by the rules of L{toText}; NULL stays NULL."""
    if column.kind is Kind.TEXT:
        return column.operand
    if column.isConstant:
        return pa.scalar(None if column.value is None else toText(column.value), pa.string())
    if column.kind in (Kind.INTEGER, Kind.DATE, Kind.BOOLEAN):
        return pc.cast(column.array, pa.string())
    return pa.array([None if v is None else toText(v) for v in column.values()], pa.string())


_NO_NUMBER = "Unary minus only for numeric values."


def negate(operand: Column) -> Column:
    """The unary minus; NULL is an error here, as in QGIS."""
    if not operand.isConstant and operand.kind in (Kind.INTEGER, Kind.REAL):
        kernel = Column.fromArray(operand.kind, pc.negate(operand.array))
        return kernel.withFailures(operand.isNull(), operand.failure or _NO_NUMBER)
    return mapRows(_negative, [operand], operand.length).withFailures(operand.failed, operand.failure)


def _negative(value: object) -> object:
    integer = integerOrNone(value)
    if integer is not None:
        return wrapped(-integer)
    if value is None or isinstance(value, bool):
        raise EvaluationFailure(_NO_NUMBER)
    return -toReal(value)
