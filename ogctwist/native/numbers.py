# -*- test-case-name: tests.native.test_numbers -*-
"""
Numbers to text with a fixed precision, as QGIS Server writes coordinates: rounded to
C{precision} digits after the point, correctly and with ties to even like C's C{%.*f}, trailing
zeros and a bare point dropped, never C{-0}.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ogctwist.native import kernel

#: Digits after the point that are supported.
MAXIMUM_PRECISION = 15


def fixedText(values: np.ndarray, precision: int) -> pa.Array:
    """
    @param values: float64, shape (n,).
    @param precision: digits after the point, 0 to 15; other values are cut to that.
    @return: an Arrow large_string array of length n; NaN and infinities as nan, inf, -inf.
    """
    values = np.ascontiguousarray(values, np.float64)
    precision = max(0, min(int(precision), MAXIMUM_PRECISION))
    return fixedByKernel(values, precision) if kernel.AVAILABLE else fixedByTwin(values, precision)


def fixedByKernel(values: np.ndarray, precision: int) -> pa.Array:
    """L{fixedText} in C."""
    ffi = kernel.ffi
    offsets = np.empty(len(values) + 1, np.int64)
    with kernel.GrowingBuffer() as out:
        out.check(
            kernel.lib.ogt_fixed_column(
                ffi.from_buffer("double[]", values),
                len(values),
                precision,
                out.c,
                ffi.from_buffer("int64_t[]", offsets),
            )
        )
        text = out.take()
    return _strings(offsets, text)


def fixedByTwin(values: np.ndarray, precision: int) -> pa.Array:
    """L{fixedText} in numpy: a matrix of digits, of which the needed ones are kept."""
    with np.errstate(invalid="ignore", over="ignore"):
        size = np.abs(values)
        plain = size < 2.0**53
        whole = np.where(plain, size, 0.0)
        rest = whole - np.floor(whole)  # exact
        scaled = rest * 10.0**precision
        fraction = np.floor(scaled)
        over = scaled - fraction
        # the product is off by less than one unit in the last place: near a half it decides nothing
        unsure = ~plain | (np.abs(over - 0.5) <= np.maximum(scaled, 1.0) * 2.0**-52)
    integers = np.floor(whole).astype(np.int64)
    digits = fraction.astype(np.int64) + (over > 0.5)
    carried = digits >= 10**precision
    integers[carried] += 1
    digits[carried] = 0
    negative = np.signbit(values) & ((integers != 0) | (digits != 0))
    texts = _fromDigits(negative, integers, digits, precision)
    if unsure.any():
        spelled = [_spelled(value, precision) for value in values[unsure].tolist()]
        texts = pc.replace_with_mask(texts, pa.array(unsure), pa.array(spelled, pa.large_string()))
    return texts


def _fromDigits(negative: np.ndarray, integers: np.ndarray, digits: np.ndarray, precision: int) -> pa.Array:
    """The texts of sign, integer part and C{precision} digits of fraction."""
    n = len(integers)
    places = len(str(int(integers.max(initial=0))))
    width = 1 + places + 1 + precision
    cells = np.empty((n, width), np.uint8)
    kept = np.zeros((n, width), bool)
    cells[:, 0] = ord("-")
    kept[:, 0] = negative
    left = integers.copy()
    for column in range(places, 0, -1):
        kept[:, column] = left > 0
        left, digit = np.divmod(left, 10)
        cells[:, column] = digit + ord("0")
    kept[:, places] = True
    cells[:, places + 1] = ord(".")
    left = digits.copy()
    seen = np.zeros(n, bool)
    for column in range(width - 1, places + 1, -1):
        left, digit = np.divmod(left, 10)
        seen |= digit != 0
        cells[:, column] = digit + ord("0")
        kept[:, column] = seen
    kept[:, places + 1] = seen
    offsets = np.concatenate([[0], np.cumsum(kept.sum(axis=1))]).astype(np.int64)
    return _strings(offsets, cells[kept].tobytes())


def _spelled(value: float, precision: int) -> str:
    """One number, by Python's own formatting."""
    text = f"{value:.{precision}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _strings(offsets: np.ndarray, text: bytes) -> pa.Array:
    """A large_string array over given offsets."""
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(text)]
    return pa.Array.from_buffers(pa.large_string(), len(offsets) - 1, buffers)
