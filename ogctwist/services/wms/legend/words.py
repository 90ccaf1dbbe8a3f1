# -*- test-case-name: tests.services.wms.test_legendlayout -*-
"""Words in a legend, measured in millimetres as QGIS measures them: at ten pixels a millimetre."""

from __future__ import annotations

import math

from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.fonts import FontChoice, FontLibrary, systemFonts
from ogctwist.canvas.text import TextFont, shapeLine
from ogctwist.services.wms.legend.decoding import LegendFont

#: Fonts are laid out at so many pixels a millimetre, whatever the picture's resolution.
SCALE = 10
MM_OF_POINT = 0.3527


class Words:
    """Text in one font of a legend."""

    def __init__(self, font: LegendFont, library: FontLibrary | None = None):
        library = systemFonts() if library is None else library
        weight = 700 if font.isBold else 400
        chain = library.chain(FontChoice((font.family or library.defaultFamily,), "", weight, font.isItalic))
        self._font = TextFont(chain, float(int(font.size * MM_OF_POINT * SCALE + 0.5)))
        self._color = font.color
        metrics = self._font.metrics
        self.ascent = metrics.ascent / SCALE
        self.descent = metrics.descent / SCALE
        bounds = shapeLine("0", self._font).path().bounds
        self.height = 0.0 if bounds is None else math.ceil(bounds[3] - bounds[1]) / SCALE

    def width(self, text: str) -> float:
        """Of one line, mm."""
        return shapeLine(text, self._font).width / SCALE

    def draw(self, canvas: Canvas, x: float, baseline: float, text: str, pixelsPerMm: float) -> None:
        """@param x: mm (likewise C{baseline})."""
        context, factor = canvas.context, pixelsPerMm / SCALE
        line = shapeLine(text, self._font)
        # Qt puts every glyph on whole pixels
        y = math.floor(baseline * pixelsPerMm + 0.5)
        for glyph, pen in enumerate(line.pens.tolist()):
            with canvas.saved():
                context.translate(math.floor(x * pixelsPerMm + pen * factor + 0.5), y)
                context.scale(factor, factor)
                line.glyphPath(glyph, glyph + 1, -pen).fill(context, self._color)
