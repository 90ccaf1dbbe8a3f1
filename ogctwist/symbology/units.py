# -*- test-case-name: tests.symbology.test_units -*-
"""Lengths of symbols: a number, a unit, and the scales between which map units follow the map."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ogctwist.symbology.markup import Properties, number

if TYPE_CHECKING:
    from ogctwist.symbology.frame import Frame

_MM = {"MM": 1.0, "Inch": 25.4, "Point": 25.4 / 72}
#: Spellings of QGIS 2 and of the interface.
_NAMES = {
    "mm": "MM",
    "millimeter": "MM",
    "inch": "Inch",
    "point": "Point",
    "pixel": "Pixel",
    "mapunit": "MapUnit",
    "mapunits": "MapUnit",
    "map units": "MapUnit",
    "rendermetersinmapunits": "RenderMetersInMapUnits",
    "meters in map units": "RenderMetersInMapUnits",
    "percentage": "Percentage",
    "percent": "Percentage",
}


@dataclass(frozen=True)
class MapUnitScale:
    """
    Bounds on a length in map units.

    @ivar minimum: denominator of the smallest scale at which it still follows the map; 0: none.
    @ivar maximum: denominator of the largest; 0: none.
    @ivar minimumMm: the least size in millimetres, or None.
    @ivar maximumMm: the greatest size in millimetres, or None.
    """

    minimum: float = 0.0
    maximum: float = 0.0
    minimumMm: float | None = None
    maximumMm: float | None = None

    @classmethod
    def parse(cls, text: str) -> MapUnitScale:
        """
        Read C{"3x:min,max,minSizeEnabled,minSize,maxSizeEnabled,maxSize"}; without the
        prefix the two scales are the reciprocals, as QGIS 2 wrote them.
        """
        modern = text.startswith("3x:")
        values = [number(v) for v in text.removeprefix("3x:").split(",")]
        values += [0.0] * (6 - len(values))
        low, high = values[:2]
        if not modern:
            low, high = (1 / v if v else 0.0 for v in (low, high))
        return cls(low, high, values[3] if values[2] else None, values[5] if values[4] else None)


UNBOUNDED = MapUnitScale()


@dataclass(frozen=True)
class Length:
    """A length of a symbol."""

    value: float
    unit: str = "MM"
    scale: MapUnitScale = UNBOUNDED

    @classmethod
    def read(cls, properties: Properties, name: str, default: float = 0.0, *, prefix: str = "") -> Length:
        """
        The length C{name} with its unit and map-unit scale.

        @param prefix: what stands before C{_unit} and C{_map_unit_scale} where it is not C{name}.
        """
        value = properties.number(name, default=default)
        return readUnit(properties, prefix or name, value)

    def pixels(self, frame: Frame) -> float:
        """On that map, in pixels."""
        return self._bounded(frame) if self.isBounded else self.value * self.factor(frame)

    def withValue(self, value: float) -> Length:
        """Another length of the same unit."""
        return replace(self, value=value)

    @property
    def isBounded(self) -> bool:
        """Whether it has a least or greatest size in millimetres."""
        return self.scale.minimumMm is not None or self.scale.maximumMm is not None

    def _bounded(self, frame: Frame) -> float:
        result = self.value * self.factor(frame)
        if self.unit in ("MapUnit", "RenderMetersInMapUnits"):
            if self.scale.minimumMm is not None:
                result = max(result, self.scale.minimumMm * frame.pixelsPerMm)
            if self.scale.maximumMm is not None:
                result = min(result, self.scale.maximumMm * frame.pixelsPerMm)
        return result

    def factor(self, frame: Frame) -> float:
        """Pixels of one unit."""
        unit = self.unit
        if unit in _MM:
            return _MM[unit] * frame.pixelsPerMm * frame.symbologyScale
        if unit == "Pixel":
            return frame.symbologyScale
        if unit == "Percentage":
            return 1.0
        factor = self._scaleCorrection(frame) / frame.unitsPerPixel
        return factor * frame.unitsPerMetre if unit == "RenderMetersInMapUnits" else factor

    def _scaleCorrection(self, frame: Frame) -> float:
        denominator = frame.scaleDenominator
        if denominator <= 0:
            return 1.0
        clamped = denominator
        if self.scale.minimum > 0:
            clamped = min(clamped, self.scale.minimum)
        if self.scale.maximum > 0:
            clamped = max(clamped, self.scale.maximum)
        return denominator / clamped


def unitName(text: str, default: str = "MM") -> str:
    """QGIS's name of a unit, in today's spelling."""
    return _NAMES.get(text.strip().lower(), default) if text else default


def readUnit(properties: Properties, prefix: str, value: float) -> Length:
    """A length whose unit is at C{prefix_unit} and whose bounds at C{prefix_map_unit_scale}."""
    unit = unitName(properties.get(f"{prefix}_unit", ""))
    return Length(value, unit, MapUnitScale.parse(properties.get(f"{prefix}_map_unit_scale", "")))
