# -*- test-case-name: tests.symbology.test_effects -*-
"""The paint effect that changes colours: brightness, contrast, saturation, grey, colourise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ogctwist.canvas.ink import Color
from ogctwist.symbology.colors import parseColor
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.markup import Properties

LIGHTNESS, LUMINOSITY, AVERAGE, COLORED = 0, 1, 2, 3


@dataclass(frozen=True)
class ColorEffect:
    """
    @ivar brightness: -255 to 255.
    @ivar contrast: -100 to 100.
    @ivar saturation: 1 leaves it, 0 takes it all.
    @ivar grey: which grey stands for a colour; L{COLORED} for none.
    @ivar tint: the hue and saturation that all colours get; None for none.
    @ivar strength: of the tint, 0 to 1.
    """

    brightness: float = 0.0
    contrast: float = 0.0
    saturation: float = 1.0
    grey: int = COLORED
    tint: Color | None = None
    strength: float = 1.0

    def apply(self, picture: np.ndarray, frame: Frame) -> np.ndarray:
        """See L{ogctwist.symbology.effects.Effect}."""
        words = np.ascontiguousarray(picture).view(np.uint32)[..., 0]
        alpha = (words >> 24).astype(float) / 255
        scale = 255 * np.maximum(alpha, 1e-6)
        rgb = np.stack([(words >> shift & 255) / scale for shift in (16, 8, 0)], axis=-1)
        rgb = self._changed(np.clip(rgb, 0, 1))
        levels = np.rint(np.clip(rgb, 0, 1) * alpha[..., None] * 255).astype(np.uint32)
        result = (words & 0xFF000000) | levels[..., 0] << 16 | levels[..., 1] << 8 | levels[..., 2]
        return result.astype(np.uint32)[..., None].view(np.uint8)

    def _changed(self, rgb: np.ndarray) -> np.ndarray:
        if self.grey != COLORED:
            rgb = np.repeat(_grey(rgb, self.grey)[..., None], 3, axis=-1)
        if self.saturation != 1 or self.tint is not None:
            hue, saturation, lightness = toHsl(rgb)
            rgb = fromHsl(hue, np.clip(saturation * self.saturation, 0, 1), lightness)
            if self.tint is not None:
                tintHue, tintSaturation, _ = (float(v) for v in toHsl(np.array(self.tint[:3])))
                tinted = fromHsl(np.full_like(hue, tintHue), np.full_like(hue, tintSaturation), lightness)
                rgb = rgb + (tinted - rgb) * self.strength
        if self.brightness or self.contrast:
            factor = ((self.contrast + 100) / 100) ** 2
            rgb = (rgb - 0.5) * factor + 0.5 + self.brightness / 255
        return rgb

    def reach(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.effects.Effect}."""
        return 0.0


def _grey(rgb: np.ndarray, mode: int) -> np.ndarray:
    if mode == LIGHTNESS:
        return (rgb.max(axis=-1) + rgb.min(axis=-1)) / 2
    if mode == LUMINOSITY:
        return rgb @ np.array([0.21, 0.72, 0.07])
    return rgb.mean(axis=-1)


def toHsl(rgb: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """
    @param rgb: (…, 3), 0 to 1.
    @return: (hue, saturation, lightness), each 0 to 1.
    """
    high, low = rgb.max(axis=-1), rgb.min(axis=-1)
    lightness = (high + low) / 2
    spread = high - low
    room = 1 - np.abs(2 * lightness - 1)
    saturation = np.divide(spread, room, out=np.zeros_like(spread), where=room > 1e-9)
    safe = np.where(spread > 1e-9, spread, 1)
    red, green, blue = np.moveaxis(rgb, -1, 0)
    hue = np.select(
        [high == red, high == green],
        [((green - blue) / safe) % 6, (blue - red) / safe + 2],
        (red - green) / safe + 4,
    )
    return np.where(spread > 1e-9, hue / 6, 0.0), saturation, lightness


def fromHsl(hue: np.ndarray, saturation: np.ndarray, lightness: np.ndarray) -> np.ndarray:
    """The opposite of L{toHsl}: (…, 3)."""
    reach = saturation * np.minimum(lightness, 1 - lightness)
    channels = []
    for offset in (0, 8, 4):
        k = (offset + hue * 12) % 12
        channels.append(lightness - reach * np.clip(np.minimum(k - 3, 9 - k), -1, 1))
    return np.stack(channels, axis=-1)


def readColorEffect(properties: Properties) -> ColorEffect:
    """A colour effect."""
    tint = parseColor(properties.get("colorize_color"), Color(1, 0.5, 0.5))
    return ColorEffect(
        brightness=properties.number("brightness"),
        contrast=properties.number("contrast"),
        saturation=properties.number("saturation", default=1.0),
        grey=int(properties.number("grayscale_mode", default=COLORED)),
        tint=tint if properties.flag("colorize") else None,
        strength=properties.number("colorize_strength", default=100.0) / 100,
    )
