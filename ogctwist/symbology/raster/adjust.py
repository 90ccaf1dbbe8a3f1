# -*- test-case-name: tests.symbology.test_raster_bands -*-
"""What is done to colours after the renderer: brightness, contrast, gamma, hue and saturation."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ogctwist.symbology.markup import number
from ogctwist.symbology.raster.shades import Shades

LIGHTNESS, LUMINOSITY, AVERAGE = 1, 2, 3


@dataclass(frozen=True)
class Brightness:
    """
    Brightness and contrast.

    @ivar brightness: -255 to 255, added.
    @ivar contrast: -100 to 100.
    @ivar gamma: above 1 lightens the middle.
    """

    brightness: int = 0
    contrast: int = 0
    gamma: float = 1.0

    @classmethod
    def read(cls, element) -> Brightness:
        """@param element: C{brightnesscontrast}, or None."""
        if element is None:
            return cls()
        return cls(
            int(number(element.get("brightness"), 0)),
            int(number(element.get("contrast"), 0)),
            max(number(element.get("gamma"), 1.0), 0.01),
        )

    def applied(self, shades: Shades) -> Shades:
        """The colours with it."""
        if self == Brightness():
            return shades
        levels = np.arange(256) / 255.0
        factor = ((self.contrast + 100) / 100.0) ** 2
        changed = (levels - 0.5) * factor + 0.5 + self.brightness / 255.0
        table = 255 * np.power(np.clip(changed, 0, None), 1 / self.gamma)
        return shades.mapped(np.clip(table + 1e-9, 0, 255).astype(np.uint8))


@dataclass(frozen=True)
class HueSaturation:
    """
    Hue and saturation.

    @ivar saturation: -100 to 100.
    @ivar greyscale: 0 for none, else L{LIGHTNESS}, L{LUMINOSITY} or L{AVERAGE}.
    @ivar colorize: the colour (RGB, 0 to 255) whose hue and saturation replace the pixel's, or None.
    @ivar strength: of colourizing, 0 to 1.
    """

    saturation: int = 0
    greyscale: int = 0
    colorize: tuple[int, int, int] | None = None
    strength: float = 1.0
    invert: bool = False

    @classmethod
    def read(cls, element) -> HueSaturation:
        """@param element: C{huesaturation}, or None."""
        if element is None:
            return cls()
        color = None
        if element.get("colorizeOn") in ("1", "true"):
            defaults = (("colorizeRed", 255), ("colorizeGreen", 128), ("colorizeBlue", 128))
            red, green, blue = (int(number(element.get(name), value)) & 255 for name, value in defaults)
            color = (red, green, blue)
        return cls(
            int(number(element.get("saturation"), 0)),
            int(number(element.get("grayscaleMode"), 0)),
            color,
            min(max(number(element.get("colorizeStrength"), 100) / 100, 0.0), 1.0),
            element.get("invertColors") in ("1", "true"),
        )

    def applied(self, shades: Shades) -> Shades:
        """The colours with it."""
        if self.invert:
            shades = shades.mapped(np.arange(255, -1, -1, dtype=np.uint8))
        if self.greyscale in (LIGHTNESS, LUMINOSITY, AVERAGE):
            grey = self._grey(shades)
            shades = replace(shades, red=grey, green=grey, blue=grey)
        elif self.saturation:
            shades = self._saturated(shades)
        return shades if self.colorize is None else self._colorized(shades)

    def _grey(self, shades: Shades) -> np.ndarray:
        red, green, blue = (p.astype(np.float32) for p in (shades.red, shades.green, shades.blue))
        if self.greyscale == LIGHTNESS:
            result = (np.maximum(np.maximum(red, green), blue) + np.minimum(np.minimum(red, green), blue)) / 2
        elif self.greyscale == LUMINOSITY:
            result = 0.21 * red + 0.72 * green + 0.07 * blue
        else:
            result = (red + green + blue) / 3
        return (result + 1e-4).astype(np.uint8)

    def _saturated(self, shades: Shades) -> Shades:
        hue, saturation, lightness = hslOf(shades)
        scale = self.saturation / 100 + 1
        if self.saturation > 0:
            # a curve, since plain scaling would clip what is vivid already
            saturation = 1 - np.power(np.clip(1 - saturation, 0, 1), scale**2)
        else:
            saturation = saturation * scale
        return fromHsl(shades, hue, np.clip(saturation, 0, 1), lightness)

    def _colorized(self, shades: Shades) -> Shades:
        assert self.colorize is not None
        planes = [np.array([c], np.uint8) for c in self.colorize]
        hue = hslOf(Shades(*planes))[0]
        # QGIS takes the saturation of HSV here, not of HSL
        high, low = max(self.colorize), min(self.colorize)
        saturation = np.full(1, (high - low) / high if high else 0, np.float32)
        result = fromHsl(shades, hue, saturation, hslOf(shades)[2])
        if self.strength >= 1:
            return result
        mixed = [
            (new * self.strength + old * (1 - self.strength)).astype(np.uint8)
            for new, old in (
                (result.red, shades.red),
                (result.green, shades.green),
                (result.blue, shades.blue),
            )
        ]
        return Shades(mixed[0], mixed[1], mixed[2], shades.alpha)


def hslOf(shades: Shades) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Hue (0 to 6), saturation and lightness (0 to 1) of colours: float32 each."""
    red, green, blue = (
        p.astype(np.float32) / np.float32(255) for p in (shades.red, shades.green, shades.blue)
    )
    high = np.maximum(np.maximum(red, green), blue)
    low = np.minimum(np.minimum(red, green), blue)
    span = high - low
    lightness = (high + low) / 2
    safe = np.where(span > 0, span, 1)
    hue = np.where(
        high == red,
        (green - blue) / safe % 6,
        np.where(high == green, (blue - red) / safe + 2, (red - green) / safe + 4),
    )
    room = 1 - np.abs(2 * lightness - 1)
    saturation = np.where(span > 0, span / np.where(room > 0, room, 1), 0)
    return hue, saturation, lightness


def fromHsl(shades: Shades, hue: np.ndarray, saturation: np.ndarray, lightness: np.ndarray) -> Shades:
    """Colours of hue, saturation and lightness, with the alpha of C{shades}."""
    reach = saturation * np.minimum(lightness, 1 - lightness)
    planes = []
    for offset in (0, 8, 4):
        k = (offset + hue * 2) % 12
        level = lightness - reach * np.clip(np.minimum(k - 3, 9 - k), -1, 1)
        planes.append(np.clip(np.rint(level * 255), 0, 255).astype(np.uint8))
    return Shades(planes[0], planes[1], planes[2], shades.alpha)
