# -*- test-case-name: tests.expression.test_columns -*-
"""Truths of three values, and the choice of rows by them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ogctwist.expression.column import Column, Kind, failuresOf, mapRows, objectArray
from ogctwist.expression.values import NEAR, truth


def truthOf(column: Column) -> Column:
    """The column as truths (kind TRUTH, never constant); what is none fails."""
    if column.kind in (Kind.TRUTH, Kind.BOOLEAN) and not column.isConstant:
        array = column.array
    elif column.kind is Kind.INTEGER and not column.isConstant:
        array = pc.not_equal(column.array, 0)
    elif column.kind is Kind.REAL and not column.isConstant:
        array = pc.greater(pc.abs(column.array), NEAR)
    else:
        decided = mapRows(truth, [column], column.length)
        failed, reason = failuresOf((column, decided))
        array = pa.array(decided.values(), pa.bool_())
        return Column(Kind.TRUTH, array, column.length, None, failed, reason)
    return Column(Kind.TRUTH, array, column.length, None, column.failed, column.failure)


def invert(column: Column) -> Column:
    """NOT, of truths."""
    return Column(Kind.TRUTH, pc.invert(column.array), column.length, None, column.failed, column.failure)


def isTrue(column: Column) -> np.ndarray:
    """bool, shape (n,): where truths are true (NULL and failures are not)."""
    return column.array.fill_null(False).to_numpy(zero_copy_only=False)


def isFalse(column: Column) -> np.ndarray:
    """bool, shape (n,): where truths are false (NULL and failures are not)."""
    return ~column.array.fill_null(True).to_numpy(zero_copy_only=False)


def gathered(parts: Sequence[tuple[np.ndarray, Column]], length: int) -> Column:
    """
    One column of parts: pairs of row positions and the values for these rows.
    Rows of no part are NULL.
    """
    parts = [part for part in parts if len(part[0])]
    if not parts:
        return Column.constant(None, length)
    if len(parts) == 1 and len(parts[0][0]) == length:
        return parts[0][1]
    kinds = {column.kind for _, column in parts} - {Kind.NULL}
    if kinds == {Kind.INTEGER, Kind.REAL}:
        parts = [(rows, _asReal(column)) for rows, column in parts]
        kinds = {Kind.REAL}
    if len(kinds) == 1 and Kind.OBJECT not in kinds:
        column = _gatheredArrays(parts, kinds.pop(), length)
    elif not kinds:
        column = Column.fromArray(Kind.NULL, pa.nulls(length))
    else:
        values = np.full(length, None, dtype=object)
        for rows, part in parts:
            values[rows] = objectArray(part.values())
        column = Column.fromValues(values.tolist())
    failed, reason = _gatheredFailures(parts, length)
    column.failed, column.failure = failed, reason
    return column


def _gatheredArrays(parts: Sequence[tuple[np.ndarray, Column]], kind: Kind, length: int) -> Column:
    position = np.full(length, -1, np.int64)
    arrays, start = [], 0
    for rows, column in parts:
        if column.kind is not Kind.NULL:
            array = column.operand if column.isConstant else column.array
            if column.isConstant:
                position[rows] = start
                arrays.append(pa.array([array.as_py()], array.type))
                start += 1
            else:
                position[rows] = np.arange(start, start + len(rows))
                arrays.append(array)
                start += len(rows)
    index = pa.array(position, mask=position < 0)
    return Column.fromArray(kind, pa.concat_arrays(arrays).take(index))


def _gatheredFailures(
    parts: Sequence[tuple[np.ndarray, Column]], length: int
) -> tuple[np.ndarray | None, str]:
    failed: np.ndarray | None = None
    reason = ""
    for rows, column in parts:
        if column.failed is not None:
            failed = np.zeros(length, bool) if failed is None else failed
            failed[rows] = column.failed
            reason = reason or column.failure
    return failed, reason


def _asReal(column: Column) -> Column:
    if column.kind is not Kind.INTEGER:
        return column
    if column.isConstant:
        value = float(column.value)  # type: ignore[arg-type]
        return Column(Kind.REAL, None, column.length, value, column.failed, column.failure)
    array = pc.cast(column.array, pa.float64(), safe=False)
    return Column(Kind.REAL, array, column.length, None, column.failed, column.failure)
