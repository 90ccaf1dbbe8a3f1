# -*- test-case-name: tests.expression.test_columns -*-
"""
Comparisons: C{= <> < <= > >= IS IN}.

QGIS compares two numbers, or a number and a text that spells one, as numbers,
where doubles less than four epsilons apart are equal; two dates, times or
intervals as such; all else as text.
"""

from __future__ import annotations

import datetime
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ogctwist.expression.column import NUMERIC, Column, Kind, failuresOf, mapRows
from ogctwist.expression.values import NEAR, Interval, realOrNone, toText

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt,
    "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip

_KERNELS = {
    "=": pc.equal, "<>": pc.not_equal, "<": pc.less,
    "<=": pc.less_equal, ">": pc.greater, ">=": pc.greater_equal,
}  # fmt: skip

_MIRRORED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

_TEMPORAL = frozenset((Kind.DATE, Kind.TIME, Kind.DATETIME))


def near(left: float, right: float) -> bool:
    """Whether two doubles are equal to QGIS."""
    return left == right or -NEAR < left - right <= NEAR


def compareValues(word: str, left: object, right: object) -> int | None:
    """One comparison of two values: 1, 0 or None when either is NULL."""
    if left is None or right is None:
        return None
    if isinstance(left, list) or isinstance(right, list):
        return _compareLists(word, left, right)
    numbers = _numbers(left, right)
    if numbers is not None:
        return int(_compareNumbers(word, *numbers))
    if isinstance(left, Interval) and isinstance(right, Interval):
        return int(_compareNumbers(word, left.seconds, right.seconds))
    for kind in (datetime.datetime, datetime.date, datetime.time):
        if type(left) is kind and type(right) is kind:
            return int(_OPERATORS[word](left, right))
    return int(_OPERATORS[word](toText(left), toText(right)))


def _numbers(left: object, right: object) -> tuple[float, float] | None:
    if isinstance(left, str) and isinstance(right, str):
        return None
    a, b = realOrNone(left), realOrNone(right)
    return None if a is None or b is None else (a, b)


def _compareNumbers(word: str, left: float, right: float) -> bool:
    if word == "=":
        return near(left, right)
    if word == "<>":
        return not near(left, right)
    return _OPERATORS[word](left, right)


def _compareLists(word: str, left: object, right: object) -> int | None:
    """Item by item; the shorter of two equal beginnings is the smaller.  NULL beside what is no list."""
    if not isinstance(left, list) or not isinstance(right, list):
        return None
    for a, b in zip(left, right, strict=False):
        if a is None or b is None:
            if a is b:
                continue
            return int(word == "<>" or ((word in ("<", "<=")) == (a is None) and word != "="))
        if not compareValues("=", a, b):
            return int(word == "<>") if word in ("=", "<>") else compareValues(word, a, b)
    return int(_OPERATORS[word](len(left), len(right)))


def isSame(left: object, right: object) -> int:
    """C{left IS right}: NULL is NULL."""
    if left is None or right is None:
        return int(left is right)
    return compareValues("=", left, right) or 0


def compare(word: str, left: Column, right: Column) -> Column:
    """The truths of C{left word right}."""
    length = left.length
    if Kind.NULL in (left.kind, right.kind):
        return _settled(Column.constant(None, length), left, right)
    outcome = None
    if left.kind in NUMERIC and right.kind in NUMERIC:
        outcome = _numeric(word, left, right)
    elif left.kind is right.kind and (left.kind is Kind.TEXT or left.kind in _TEMPORAL):
        outcome = (
            None if left.isConstant and right.isConstant else _KERNELS[word](left.operand, right.operand)
        )
    elif left.kind is Kind.TEXT and right.kind in NUMERIC and right.isConstant and not left.isConstant:
        return _settled(mapRows(lambda a, b: compareValues(word, a, b), [left, right], length), left, right)
    elif right.kind is Kind.TEXT and right.isConstant and left.kind in NUMERIC and not left.isConstant:
        number = realOrNone(right.value)
        if number is not None:
            outcome = _numeric(word, left, Column.constant(number, length))
    if outcome is not None:
        return _settled(Column.truths(outcome), left, right)
    return _settled(
        _asTruths(mapRows(lambda a, b: compareValues(word, a, b), [left, right], length)), left, right
    )


def _settled(outcome: Column, *operands: Column) -> Column:
    return outcome.withFailures(*failuresOf(operands))


def _asTruths(column: Column) -> Column:
    """A column of 1, 0 and NULL as truths, where it is an array of them."""
    if column.kind is Kind.INTEGER and not column.isConstant:
        array = pc.not_equal(column.array, 0)
        return Column(Kind.TRUTH, array, column.length, None, column.failed, column.failure)
    return column


def _numeric(word: str, left: Column, right: Column) -> pa.Array | None:
    """Two columns of numbers; None when both are constant."""
    if left.isConstant:
        if right.isConstant:
            return None
        left, right, word = right, left, _MIRRORED[word]
    a, b = left.operand, right.operand
    if left.kind is Kind.TRUTH:
        a = pc.cast(a, pa.int64())
    if right.kind is Kind.TRUTH:
        b = pc.cast(b, pa.int64())
    isReal = pa.types.is_floating(a.type) or pa.types.is_floating(b.type)
    whole = _wholeConstant(right)
    if isReal and whole is not None and not pa.types.is_floating(a.type):
        b, isReal = pa.scalar(whole, pa.int64()), False
    if not isReal:
        return _KERNELS[word](a, b)
    a, b = pc.cast(a, pa.float64(), safe=False), pc.cast(b, pa.float64(), safe=False)
    exact = word not in ("=", "<>") or (right.isConstant and abs(right.value) >= 8)  # type: ignore[arg-type]
    if exact:  # around 8 and beyond neighbouring doubles are further apart than NEAR
        return _KERNELS[word](a, b)
    difference = pc.subtract(a, b)
    equal = pc.and_(pc.greater(difference, -NEAR), pc.less_equal(difference, NEAR))
    equal = pc.or_(equal, pc.equal(a, b))
    return equal if word == "=" else pc.invert(equal)


def _wholeConstant(column: Column) -> int | None:
    """The value of a constant that is a whole number of 64 bits."""
    value = column.value if column.isConstant else None
    if not isinstance(value, (int, float)) or not float(value).is_integer() or not abs(value) < 2**63:
        return None
    return int(value)


def identity(word: str, left: Column, right: Column) -> Column:
    """The truths of C{left IS right} and C{left IS NOT right}; never NULL."""
    negated = word == "IS NOT"
    if right.kind is Kind.NULL and right.isConstant:
        null = left.isNull()
        return _settled(Column.truths(~null if negated else null), left, right)
    column = compare("=", left, right)
    if column.kind is Kind.TRUTH:
        same = column.array.fill_null(False).to_numpy(zero_copy_only=False)
    else:
        same = np.array([value == 1 for value in column.values()], dtype=bool)
    same = same | (left.isNull() & right.isNull())
    return _settled(Column.truths(~same if negated else same), left, right)


def membership(operand: Column, options: Sequence[Column], isNegated: bool) -> Column:
    """
    The truths of C{operand IN (options)}: NULL where nothing matched and an
    option, or the operand, is NULL.
    """
    outcome = _constantMembership(operand, options)
    if outcome is None:
        outcome = _columnMembership(operand, options)
    if isNegated:
        outcome = pc.invert(outcome)
    return _settled(Column.truths(outcome), operand, *options)


def _constantMembership(operand: Column, options: Sequence[Column]) -> pa.Array | None:
    """By one hash look-up, when the options are constants of the operand's own kind."""
    if operand.isConstant or operand.kind not in (Kind.INTEGER, Kind.TEXT):
        return None
    if not all(option.isConstant and option.kind in (operand.kind, Kind.NULL) for option in options):
        return None
    values = [option.value for option in options if option.value is not None]
    found = pc.is_in(operand.array, value_set=pa.array(values, operand.array.type), skip_nulls=True)
    if len(values) < len(options):
        found = pc.if_else(found, True, pa.scalar(None, pa.bool_()))
    if operand.array.null_count:
        found = pc.if_else(operand.array.is_valid(), found, pa.scalar(None, pa.bool_()))
    return found


def _columnMembership(operand: Column, options: Sequence[Column]) -> pa.Array:
    outcome = pa.repeat(pa.scalar(False), operand.length)
    for option in options:
        outcome = pc.or_kleene(outcome, truths(compareForMembership(operand, option)))
    return outcome


def compareForMembership(left: Column, right: Column) -> Column:
    """Equality as IN sees it: lists are texts, and so equal."""
    if Kind.OBJECT in (left.kind, right.kind):
        return mapRows(_isMember, [left, right], left.length)
    return compare("=", left, right)


def _isMember(left: object, right: object) -> int | None:
    if isinstance(left, list) or isinstance(right, list):
        return int(isinstance(left, list) and isinstance(right, list) and isSame(left, right))
    return compareValues("=", left, right)


def truths(column: Column) -> pa.Array:
    """Truths as Arrow booleans of length n (numbers that are 1 and 0 among them)."""
    if column.kind is Kind.TRUTH and not column.isConstant:
        return column.array
    return pa.array([None if v is None else bool(v) for v in column.values()], pa.bool_())
