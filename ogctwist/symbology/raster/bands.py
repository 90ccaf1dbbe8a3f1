# -*- test-case-name: tests.symbology.test_raster_bands -*-
"""Renderers that colour each pixel by the values of its bands alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ogctwist.symbology.markup import number
from ogctwist.symbology.raster.contrast import Contrast, levelsOf
from ogctwist.symbology.raster.ramp import Ramp, rgba
from ogctwist.symbology.raster.shades import Shades
from ogctwist.symbology.raster.statistics import BoundsOrigin
from ogctwist.symbology.raster.transparency import Transparency


def bandOf(element, name: str) -> int | None:
    """A band number of a renderer, None for none."""
    band = int(number(element.get(name), -1))
    return band if band >= 1 else None


@dataclass(frozen=True, eq=False)
class SingleBand:
    """
    What renderers of one band share: a colour follows from a value.

    @ivar band: 1-based.
    @ivar origin: where bounds come from.
    """

    band: int
    transparency: Transparency = Transparency()
    origin: BoundsOrigin = BoundsOrigin()

    @property
    def bands(self) -> tuple[int, ...]:
        """The bands that it reads."""
        return (self.band,)

    def colored(self, values: np.ndarray) -> Shades:
        """The colours of values of any shape, without the table of transparent values."""
        raise NotImplementedError

    def ofValues(self, values: np.ndarray) -> Shades:
        """The colours of values of any shape."""
        return self.colored(values).withOpacity(self.transparency.ofValues(values))

    def bounded(self, values: np.ndarray, mask: np.ndarray) -> SingleBand:
        """The same renderer with bounds computed from what the map shows, if it is to do so."""
        bounds = self.origin.bounds(values[0][mask]) if self.origin.followsView else None
        return self if bounds is None else self.within(bounds)

    def within(self, bounds: tuple[float, float]) -> SingleBand:
        """The same renderer with other bounds."""
        return self


@dataclass(frozen=True, eq=False)
class Grey(SingleBand):
    """C{singlebandgray}."""

    contrast: Contrast | None = None
    inverted: bool = False

    @classmethod
    def read(cls, element) -> Grey:
        """@param element: C{rasterrenderer}."""
        return cls(
            bandOf(element, "grayBand") or 1,
            Transparency.read(element.find("rasterTransparency")),
            BoundsOrigin.read(element.find("minMaxOrigin")),
            Contrast.read(element.find("contrastEnhancement")),
            element.get("gradient") == "WhiteToBlack",
        )

    def colored(self, values: np.ndarray) -> Shades:
        levels, shown = levelsOf(self.contrast, values)
        return Shades.grey(255 - levels if self.inverted else levels).shownWhere(shown)

    def within(self, bounds: tuple[float, float]) -> Grey:
        return self if self.contrast is None else replace(self, contrast=self.contrast.within(*bounds))


@dataclass(frozen=True, eq=False)
class PseudoColor(SingleBand):
    """C{singlebandpseudocolor}."""

    ramp: Ramp | None = None
    bounds: tuple[float, float] = (0.0, 0.0)

    @classmethod
    def read(cls, element) -> PseudoColor:
        """@param element: C{rasterrenderer}."""
        shader = element.find("rastershader/colorrampshader")
        ends = (
            []
            if shader is None
            else [number(shader.get(k), np.nan) for k in ("minimumValue", "maximumValue")]
        )
        ramp = Ramp.read(shader)
        if not np.isfinite(ends).all() or not ends:  # before 3.0 the renderer had them
            names = ("classificationMin", "classificationMax")
            ends = [number(element.get(k), np.nan) for k in names]
        return cls(
            bandOf(element, "band") or 1,
            Transparency.read(element.find("rasterTransparency")),
            BoundsOrigin.read(element.find("minMaxOrigin")),
            ramp,
            (ends[0], ends[1]),
        )

    def colored(self, values: np.ndarray) -> Shades:
        assert self.ramp is not None
        return self.ramp.shades(values)

    def within(self, bounds: tuple[float, float]) -> PseudoColor:
        assert self.ramp is not None
        if not np.isfinite(self.bounds).all():
            return self
        return replace(self, ramp=self.ramp.stretched(bounds, self.bounds), bounds=bounds)


@dataclass(frozen=True, eq=False)
class Paletted(SingleBand):
    """C{paletted}: a colour for each listed value, nothing for others."""

    ramp: Ramp | None = None

    @classmethod
    def read(cls, element) -> Paletted:
        """@param element: C{rasterrenderer}."""
        entries = element.findall("colorPalette/paletteEntry")
        values = np.array([number(e.get("value"), np.nan) for e in entries], np.float64)
        colors = np.array([rgba(e.get("color"), e.get("alpha")) for e in entries], np.uint8).reshape(-1, 4)
        values, first = np.unique(values, return_index=True)
        return cls(
            bandOf(element, "band") or 1,
            Transparency.read(element.find("rasterTransparency")),
            ramp=Ramp(values, colors[first], "EXACT", False),
        )

    def colored(self, values: np.ndarray) -> Shades:
        assert self.ramp is not None
        return self.ramp.shades(values)


@dataclass(frozen=True, eq=False)
class ColorData(SingleBand):
    """C{singlebandcolordata}: the values are 32-bit ARGB colours themselves."""

    @classmethod
    def read(cls, element) -> ColorData:
        """@param element: C{rasterrenderer}."""
        return cls(bandOf(element, "band") or 1)

    def colored(self, values: np.ndarray) -> Shades:
        words = values.astype(np.int64)
        alpha, red, green, blue = (((words >> shift) & 255).astype(np.uint8) for shift in (24, 16, 8, 0))
        return Shades(red, green, blue, alpha)


@dataclass(frozen=True, eq=False)
class MultiBand:
    """
    C{multibandcolor}.

    @ivar channels: bands of red, green and blue; None: that colour is 0.
    @ivar contrasts: for each channel.
    """

    channels: tuple[int | None, int | None, int | None]
    contrasts: tuple[Contrast | None, Contrast | None, Contrast | None]
    transparency: Transparency = Transparency()
    origin: BoundsOrigin = BoundsOrigin()

    @classmethod
    def read(cls, element) -> MultiBand:
        """@param element: C{rasterrenderer}."""
        names = ("red", "green", "blue")
        channels = [bandOf(element, f"{name}Band") for name in names]
        contrasts = [Contrast.read(element.find(f"{name}ContrastEnhancement")) for name in names]
        return cls(
            (channels[0], channels[1], channels[2]),
            (contrasts[0], contrasts[1], contrasts[2]),
            Transparency.read(element.find("rasterTransparency")),
            BoundsOrigin.read(element.find("minMaxOrigin")),
        )

    @property
    def bands(self) -> tuple[int, ...]:
        """The bands that it reads, each once."""
        return tuple(dict.fromkeys(b for b in self.channels if b is not None))

    def ofBands(self, values: np.ndarray) -> Shades:
        """@param values: (bands, …), as C{bands} lists them."""
        planes, shown = [], None
        red = None if self.channels[0] is None else values[self.bands.index(self.channels[0])]
        for channel, contrast in zip(self.channels, self.contrasts, strict=True):
            if channel is None:
                planes.append(np.zeros(values.shape[1:], np.uint8))
                continue
            planes.append(levelsOf(contrast, values[self.bands.index(channel)])[0])
            # the bounds of all three are held against the red value: so QGIS does
            visible = None if contrast is None or red is None else contrast.shown(red)
            if visible is not None:
                shown = visible if shown is None else shown & visible
        shades = Shades(*planes).shownWhere(shown)
        return shades.withOpacity(self.transparency.ofLevels(*planes))

    def bounded(self, values: np.ndarray, mask: np.ndarray) -> MultiBand:
        """The same renderer with bounds computed from what the map shows, if it is to do so."""
        if not self.origin.followsView:
            return self
        contrasts = list(self.contrasts)
        for k, (channel, contrast) in enumerate(zip(self.channels, self.contrasts, strict=True)):
            if channel is not None and contrast is not None:
                bounds = self.origin.bounds(values[self.bands.index(channel)][mask])
                contrasts[k] = contrast if bounds is None else contrast.within(*bounds)
        return replace(self, contrasts=(contrasts[0], contrasts[1], contrasts[2]))
