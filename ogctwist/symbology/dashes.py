# -*- test-case-name: tests.symbology.test_dashes -*-
"""
Lines cut into dashes, for what a cairo pen does not do: dashes of lines no
wider than a pixel, which Qt counts in steps of pixels; and patterns stretched
to fit the line.
"""

from __future__ import annotations

import numpy as np

from ogctwist.symbology.along import MeasuredLines
from ogctwist.symbology.clipping import offsetsOf
from ogctwist.symbology.parts import LINE, Parts

#: A pattern shorter than this, in pixels, is as good as a solid line.
SHORTEST_PERIOD = 0.1


def dashedParts(
    lines: Parts,
    dash: tuple[float, ...],
    offset: float = 0.0,
    *,
    inSteps: bool = False,
    aligned: bool = False,
) -> Parts:
    """
    The dashes of every part, as one part of many lines.

    @param lines: parts of any number of lines or rings; rings end at their first point.
    @param dash: lengths of dashes and gaps, in pixels.
    @param offset: where in the pattern lines begin.
    @param inSteps: measure by the longer of the two axes, as lines of one pixel are drawn.
    @param aligned: stretch the pattern so that lines begin and end with a whole dash.
    @return: as many parts; one without a dash is empty.
    """
    period = sum(dash)
    if period < SHORTEST_PERIOD or not len(lines):
        return lines
    rings = lines.rings
    measured = MeasuredLines(rings, inSteps=inSteps)
    lengths = measured.lengths
    scale = _stretch(lengths, dash, period) if aligned else np.ones(len(lengths))
    bounds = np.cumsum([0.0, *dash])
    first = np.floor(offset / period)
    counts = np.ceil((lengths / scale + offset) / period - first).astype(np.int64)
    counts = np.maximum(counts, 1)
    ring = np.repeat(np.arange(len(rings)), counts)
    number = np.arange(len(ring)) - np.repeat(offsetsOf(counts)[:-1], counts)
    starts = ((first + number) * period - offset)[:, None] + bounds[:-1:2][None, :]
    ends = starts + np.array(dash[::2])[None, :]
    ring = np.repeat(ring, len(dash[::2]))
    start = np.maximum(starts.ravel() * scale[ring], 0)
    end = np.minimum(ends.ravel() * scale[ring], lengths[ring])
    real = np.flatnonzero(end > start)
    pieces = measured.stretches(ring[real], start[real], end[real])
    owner = np.repeat(np.arange(len(lines)), np.diff(lines.ringsOf))[ring[real]]
    ringsOf = offsetsOf(np.bincount(owner, minlength=len(lines)))
    return Parts(LINE, pieces.coords, pieces.coordsOf, ringsOf, lines.rowOf)


def _stretch(lengths: np.ndarray, dash: tuple[float, ...], period: float) -> np.ndarray:
    """
    By how much the pattern is stretched so that each line ends with a whole dash: the
    one at its end is made to fit, a gap at its end is left out.
    """
    bounds = np.cumsum([0.0, *dash])
    whole = np.floor(lengths / period)
    last = np.searchsorted(bounds[:-1:2], lengths - whole * period, "right") - 1
    fitting = whole * period + bounds[1::2][last]
    return np.where(lengths > 0, lengths / np.maximum(fitting, 1e-9), 1.0)
