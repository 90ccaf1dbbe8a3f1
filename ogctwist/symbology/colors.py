# -*- test-case-name: tests.symbology.test_colors -*-
"""Colours as QGIS has spelled them over the years."""

from __future__ import annotations

import colorsys
import re

from PIL import ImageColor

from ogctwist.canvas.ink import CLEAR, Color

_NUMBERS = re.compile(r"\s*,\s*")
_FUNCTION = re.compile(r"^(rgba?|hsla?)\s*\((.*)\)$")
#: Qt's pen and brush colour names that differ from CSS, or are missing there.
_TRANSPARENT = ("", "transparent")


def parseColor(text: str | None, default: Color = CLEAR) -> Color:
    """
    The colour that a style means.

    Understood: C{r,g,b}, C{r,g,b,a} (0 to 255), the spelling of 3.40
    C{r,g,b,a,rgb:r,g,b,a} (also hsv:, hsl:, cmyk:, 0 to 1), C{#rgb},
    C{#rrggbb}, C{#aarrggbb} as Qt has it, C{rgb(…)}, C{rgba(…)}, C{hsl(…)} and names.

    @return: C{default} for what is no colour.
    """
    text = (text or "").strip()
    if text in _TRANSPARENT:
        return CLEAR if text else default
    try:
        if text.startswith("#"):
            return _hexadecimal(text[1:])
        function = _FUNCTION.match(text)
        if function:
            return _called(function.group(1), function.group(2))
        if text[0].isdigit():
            return _listed(text)
        return Color(*(c / 255 for c in ImageColor.getrgb(text)))
    except (ValueError, TypeError, IndexError):
        return default


def _listed(text: str) -> Color:
    plain, _, exact = text.partition(",rgb:")
    if exact:
        values = [_unit(float(v)) for v in _NUMBERS.split(exact)[:4]]
        return Color(*values)
    for model in ("hsv", "hsl", "cmyk"):
        plain, separator, exact = text.partition(f",{model}:")
        if separator:
            return _modelled(model, [float(v) for v in _NUMBERS.split(exact)])
    values = [_unit(float(v) / 255) for v in _NUMBERS.split(plain.strip())]
    if len(values) not in (3, 4):
        raise ValueError(text)
    return Color(*values)


def _modelled(model: str, values: list[float]) -> Color:
    if model == "cmyk":
        c, m, y, k, alpha = (_unit(v) for v in (*values, 1.0)[:5])
        return Color((1 - c) * (1 - k), (1 - m) * (1 - k), (1 - y) * (1 - k), alpha)
    h, s, v, alpha = (_unit(x) for x in (*values, 1.0)[:4])
    rgb = colorsys.hsv_to_rgb(h, s, v) if model == "hsv" else colorsys.hls_to_rgb(h, v, s)
    return Color(*rgb, alpha)


def _hexadecimal(digits: str) -> Color:
    if len(digits) == 3:
        digits = "".join(2 * d for d in digits)
    if len(digits) == 8:
        digits = digits[2:] + digits[:2]
    if len(digits) not in (6, 8):
        raise ValueError(digits)
    return Color(*(int(digits[i : i + 2], 16) / 255 for i in range(0, len(digits), 2)))


def _called(name: str, arguments: str) -> Color:
    values = [v.strip() for v in arguments.replace("/", ",").split(",")]
    numbers = [float(v.rstrip("%")) * (0.01 if v.endswith("%") else 1) for v in values]
    alpha = _unit(numbers[3]) if len(numbers) > 3 else 1.0
    if name.startswith("hsl"):
        return Color(*colorsys.hls_to_rgb(numbers[0] / 360, _unit(numbers[2]), _unit(numbers[1])), alpha)
    scaled = [_unit(n if v.endswith("%") else n / 255) for v, n in zip(values[:3], numbers[:3], strict=True)]
    return Color(scaled[0], scaled[1], scaled[2], alpha)


def _unit(value: float) -> float:
    if value != value:
        raise ValueError("not a number")
    return min(max(value, 0.0), 1.0)
