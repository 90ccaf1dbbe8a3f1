# -*- test-case-name: tests.expression.test_answers -*-
"""
Colours, as texts: C{r,g,b} or C{r,g,b,a} with 0 to 255, C{#rrggbb}, C{#aarrggbb} or a name.

Hue, saturation and the like are held in 16 bits, and a hue in hundredths of a
degree, as Qt holds them: the answers agree to the last digit.
"""

from __future__ import annotations

import colorsys
import re
from bisect import bisect_right
from dataclasses import dataclass

from PIL import ImageColor

from ogctwist.expression.errors import EvaluationFailure
from ogctwist.expression.functions.conversions import asBoolean
from ogctwist.expression.functions.maps import mapOf
from ogctwist.expression.functions.ramps import rampNamed
from ogctwist.expression.functions.registry import function
from ogctwist.expression.values import realOf, toInteger, toReal, toText

Colour = tuple[int, int, int, int]

_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)


@dataclass(frozen=True)
class Ramp:
    """A colour ramp as a value: positions from 0 to 1 in order, and their colours."""

    positions: tuple[float, ...]
    colours: tuple[Colour, ...]
    isDiscrete: bool = False

    def at(self, position: float) -> Colour:
        """The colour at a position, 0 to 1."""
        if position <= self.positions[0]:
            return self.colours[0]
        if position >= self.positions[-1]:
            return self.colours[-1]
        i = bisect_right(self.positions, position) - 1
        if self.isDiscrete:
            return self.colours[i]
        share = (position - self.positions[i]) / (self.positions[i + 1] - self.positions[i])
        pairs = zip(self.colours[i], self.colours[i + 1], strict=True)
        return tuple(int(a + (b - a) * share + 0.5) for a, b in pairs)  # type: ignore[return-value]


def parsedColour(text: str) -> Colour:
    """Red, green, blue and alpha; what cannot be read is opaque black, as in QGIS."""
    parts = text.split(",")
    if len(parts) >= 3:
        numbers = [realOf(part) for part in parts[:4]]
        channels = [max(0, min(255, int(n))) if n is not None else 0 for n in numbers]
        alpha = channels[3] if len(channels) > 3 else 255
        return channels[0], channels[1], channels[2], alpha
    name = text.strip().lower()
    if _HEX.fullmatch(name):
        digits = "".join(c * 2 for c in name[1:]) if len(name) == 4 else name[1:]
        values = [int(digits[i : i + 2], 16) for i in range(0, len(digits), 2)]
        return (*values, 255) if len(values) == 3 else (*values[1:], values[0])  # type: ignore[return-value]
    if name == "transparent":
        return 0, 0, 0, 0
    known = ImageColor.colormap.get(name)
    return (*ImageColor.getrgb(known)[:3], 255) if isinstance(known, str) else (0, 0, 0, 255)  # type: ignore[return-value]


def _encoded(colour: Colour) -> str:
    return ",".join(map(str, colour))


def _coarse(value: float) -> float:
    """A part of 1 as Qt stores it."""
    return int(value * 65535 + 0.5) / 65535


def _byte(value: float) -> int:
    """A part of 1 as a channel of 8 bits: a 257th of 16 bits, rounded."""
    wide = int(max(0.0, min(1.0, value)) * 65535 + 0.5) + 128
    return (wide - (wide >> 8)) >> 8


def _parts(colour: Colour) -> tuple[float, float, float]:
    return colour[0] / 255, colour[1] / 255, colour[2] / 255


def _hsv(colour: Colour) -> tuple[float, float, float]:
    """Hue in degrees, saturation and value as parts of 1."""
    hue, saturation, value = colorsys.rgb_to_hsv(*_parts(colour))
    return int(hue * 36000 + 0.5) % 36000 / 100, _coarse(saturation), _coarse(value)


def _hsl(colour: Colour) -> tuple[float, float, float]:
    """Hue in degrees, saturation and lightness as parts of 1."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(colour))
    return int(hue * 36000 + 0.5) % 36000 / 100, _coarse(saturation), _coarse(lightness)


def _cmyk(colour: Colour) -> tuple[float, float, float, float]:
    red, green, blue = _parts(colour)
    black = 1 - max(red, green, blue)
    if black == 1:
        return 0.0, 0.0, 0.0, 1.0
    cyan, magenta, yellow = ((1 - c - black) / (1 - black) for c in (red, green, blue))
    return _coarse(cyan), _coarse(magenta), _coarse(yellow), _coarse(black)


def _fromHsv(hue: float, saturation: float, value: float, alpha: int) -> Colour:
    rgb = colorsys.hsv_to_rgb(int(hue * 100 + 0.5) % 36000 / 36000, _coarse(saturation), _coarse(value))
    return (*map(_byte, rgb), alpha)  # type: ignore[return-value]


def _fromHsl(hue: float, saturation: float, lightness: float, alpha: int) -> Colour:
    rgb = colorsys.hls_to_rgb(int(hue * 100 + 0.5) % 36000 / 36000, _coarse(lightness), _coarse(saturation))
    return (*map(_byte, rgb), alpha)  # type: ignore[return-value]


def _fromCmyk(cyan: float, magenta: float, yellow: float, black: float, alpha: int) -> Colour:
    channels = (_byte(1 - (c * (1 - black) + black)) for c in (cyan, magenta, yellow))
    return (*channels, alpha)  # type: ignore[return-value]


def _within(value: object, most: float) -> float:
    number = toReal(value)
    if not 0 <= number <= most:
        raise EvaluationFailure("Cannot convert this to color")
    return number / most


def _channel(value: object) -> int:
    number = toInteger(value)
    if not 0 <= number <= 255:
        raise EvaluationFailure("Cannot convert this to color")
    return number


@function("color_grayscale_average(color)", "Color")
def grey(colour: object) -> str:
    """The grey of the mean of its channels."""
    red, green, blue, alpha = parsedColour(toText(colour))
    mean = (red + green + blue) // 3
    return _encoded((mean, mean, mean, alpha))


@function("color_mix_rgb(color1, color2, ratio)", "Color", "color_mix")
def mixed(first: object, second: object, ratio: object) -> str:
    """Of two, channel by channel."""
    a, b = parsedColour(toText(first)), parsedColour(toText(second))
    share = max(0.0, min(1.0, toReal(ratio)))
    return _encoded(tuple(int(x * (1 - share) + y * share) for x, y in zip(a, b, strict=True)))  # type: ignore[arg-type]


@function("color_rgb(red, green, blue)", "Color")
def fromRgb(red: object, green: object, blue: object) -> str:
    """Of channels, 0 to 255."""
    return f"{_channel(red)},{_channel(green)},{_channel(blue)}"


@function("color_rgba(red, green, blue, alpha)", "Color")
def fromRgba(red: object, green: object, blue: object, alpha: object) -> str:
    """Of channels, 0 to 255."""
    return f"{_channel(red)},{_channel(green)},{_channel(blue)},{_channel(alpha)}"


@function("color_hsl(hue, saturation, lightness)", "Color")
def fromHsl(hue: object, saturation: object, lightness: object) -> str:
    """Hue 0 to 360, the others 0 to 100."""
    colour = _fromHsl(_within(hue, 360) * 360, _within(saturation, 100), _within(lightness, 100), 255)
    return _encoded(colour[:3])  # type: ignore[arg-type]


@function("color_hsla(hue, saturation, lightness, alpha)", "Color")
def fromHsla(hue: object, saturation: object, lightness: object, alpha: object) -> str:
    """The same with alpha, 0 to 255."""
    parts = _within(hue, 360) * 360, _within(saturation, 100), _within(lightness, 100)
    return _encoded(_fromHsl(*parts, _channel(alpha)))


@function("color_hsv(hue, saturation, value)", "Color")
def fromHsv(hue: object, saturation: object, value: object) -> str:
    """Hue 0 to 360, the others 0 to 100."""
    colour = _fromHsv(_within(hue, 360) * 360, _within(saturation, 100), _within(value, 100), 255)
    return _encoded(colour[:3])  # type: ignore[arg-type]


@function("color_hsva(hue, saturation, value, alpha)", "Color")
def fromHsva(hue: object, saturation: object, value: object, alpha: object) -> str:
    """The same with alpha, 0 to 255."""
    parts = _within(hue, 360) * 360, _within(saturation, 100), _within(value, 100)
    return _encoded(_fromHsv(*parts, _channel(alpha)))


@function("color_cmyk(cyan, magenta, yellow, black)", "Color")
def fromCmyk(cyan: object, magenta: object, yellow: object, black: object) -> str:
    """Parts of 0 to 100."""
    c, m, y, k = (_within(part, 100) for part in (cyan, magenta, yellow, black))
    return _encoded(_fromCmyk(c, m, y, k, 255)[:3])  # type: ignore[arg-type]


@function("color_cmyka(cyan, magenta, yellow, black, alpha)", "Color")
def fromCmyka(cyan: object, magenta: object, yellow: object, black: object, alpha: object) -> str:
    """The same with alpha, 0 to 255."""
    c, m, y, k = (_within(part, 100) for part in (cyan, magenta, yellow, black))
    return _encoded(_fromCmyk(c, m, y, k, _channel(alpha)))


_CHANNELS = {"red": 0, "green": 1, "blue": 2, "alpha": 3}
_HSV = {"hue": 0, "saturation": 1, "value": 2}
_HSL = {"hsl_hue": 0, "hsl_saturation": 1, "lightness": 2}
_CMYK = {"cyan": 0, "magenta": 1, "yellow": 2, "black": 3}


@function("color_part(color, component)", "Color")
def partOf(colour: object, component: object) -> float:
    """One part: red, hue, lightness, cyan, alpha, …"""
    value, name = parsedColour(toText(colour)), toText(component).lower()
    if name in _CHANNELS:
        return value[_CHANNELS[name]]
    if name in _CMYK:
        return _cmyk(value)[_CMYK[name]] * 100
    if name not in _HSV and name not in _HSL:
        raise EvaluationFailure("Unknown color component")
    parts, place = (_hsv(value), _HSV[name]) if name in _HSV else (_hsl(value), _HSL[name])
    return parts[place] if place == 0 else parts[place] * 100


@function("set_color_part(color, component, value)", "Color")
def withPart(colour: object, component: object, value: object) -> str:
    """With one part changed."""
    parts, name = parsedColour(toText(colour)), toText(component).lower()
    number = toReal(value)
    alpha = parts[3]
    if name in _CHANNELS:
        channels = list(parts)
        channels[_CHANNELS[name]] = max(0, min(255, toInteger(number)))
        return _encoded(tuple(channels))  # type: ignore[arg-type]
    if name in _HSV:
        hsv = list(_hsv(parts))
        hsv[_HSV[name]] = number if name == "hue" else number / 100
        return _encoded(_fromHsv(hsv[0], hsv[1], hsv[2], alpha))  # type: ignore[arg-type]
    if name in _HSL:
        hsl = list(_hsl(parts))
        hsl[_HSL[name]] = number if name == "hsl_hue" else number / 100
        return _encoded(_fromHsl(hsl[0], hsl[1], hsl[2], alpha))  # type: ignore[arg-type]
    if name in _CMYK:
        cmyk = list(_cmyk(parts))
        cmyk[_CMYK[name]] = number / 100
        return _encoded(_fromCmyk(cmyk[0], cmyk[1], cmyk[2], cmyk[3], alpha))  # type: ignore[arg-type]
    raise EvaluationFailure("Unknown color component")


def _darkened(colour: Colour, factor: float) -> Colour:
    if factor <= 0:
        return colour
    if factor < 100:
        return _lightened(colour, 10000 / factor)
    hue, saturation, value = _hsv(colour)
    return _fromHsv(hue, saturation, int(value * 65535 * 100 / factor) / 65535, colour[3])


def _lightened(colour: Colour, factor: float) -> Colour:
    if factor <= 0:
        return colour
    if factor < 100:
        return _darkened(colour, 10000 / factor)
    hue, saturation, value = _hsv(colour)
    raised = int(value * 65535 * factor / 100)
    if raised > 65535:
        saturation = max(0.0, saturation - (raised - 65535) / 65535)
        raised = 65535
    return _fromHsv(hue, saturation, raised / 65535, colour[3])


@function("darker(color, factor)", "Color")
def darker(colour: object, factor: object) -> str:
    """By a factor in percent: 200 halves its value."""
    return _encoded(_darkened(parsedColour(toText(colour)), float(toInteger(factor))))


@function("lighter(color, factor)", "Color")
def lighter(colour: object, factor: object) -> str:
    """By a factor in percent: 150 makes it half as light again."""
    return _encoded(_lightened(parsedColour(toText(colour)), float(toInteger(factor))))


@function("create_ramp(map, discrete=False)", "Color")
def createRamp(stops: object, discrete: object) -> Ramp:
    """Of a map of positions (0 to 1) to colours."""
    pairs = sorted((toReal(key), parsedColour(toText(value))) for key, value in mapOf(stops).items())
    if not pairs:
        raise EvaluationFailure("A minimum of two colors is required to create a ramp")
    return Ramp(tuple(p for p, _ in pairs), tuple(c for _, c in pairs), asBoolean(discrete))


@function("ramp_color(ramp_name, value)", "Color")
def rampColour(ramp: object, value: object) -> str:
    """The colour of a ramp of create_ramp, or of QGIS's default style by its name, at a position."""
    if not isinstance(ramp, Ramp):
        known = rampNamed(toText(ramp))
        if known is None:
            raise EvaluationFailure(f'"{toText(ramp)[:100]}" is not a valid color ramp')
        ramp = Ramp(*known)
    return _encoded(ramp.at(toReal(value)))


@function("project_color(name)", "Color")
def projectColour(name: object) -> None:
    """Colours of the project's scheme are not read: NULL, as for a name that QGIS does not know."""
    return None
