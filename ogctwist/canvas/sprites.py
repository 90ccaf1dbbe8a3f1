# -*- test-case-name: tests.canvas.test_canvas -*-
"""Small pictures that are drawn once and stamped many times."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ogctwist.canvas.compose import surfaceOf


@dataclass(frozen=True, eq=False)
class Sprite:
    """
    @ivar picture: uint8 (h, w, 4), premultiplied, cairo's byte order.
    @ivar anchor: (x, y): the point of the picture that goes to a position.
    """

    picture: np.ndarray
    anchor: tuple[float, float]

    @cached_property
    def surface(self):
        """A cairo surface over the picture."""
        return surfaceOf(self.picture)
