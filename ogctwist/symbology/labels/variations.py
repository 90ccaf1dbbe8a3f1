# -*- test-case-name: tests.symbology.labels.test_settings -*-
"""What the data change about labels: a function from settings to settings for each property."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ogctwist.canvas.ink import Color
from ogctwist.symbology.datadefined import toColor, toNumber
from ogctwist.symbology.labels.settings import (
    ABOVE_LINE,
    BELOW_LINE,
    CENTRE,
    FOLLOW,
    INSIDE_POLYGON,
    JUSTIFY,
    LEFT,
    MAP_ORIENTED,
    ON_LINE,
    OUTSIDE_POLYGON,
    POSITIONS,
    RIGHT,
    LabelSettings,
)
from ogctwist.symbology.labels.textformat import (
    CAPITALIZED,
    CIRCLE,
    ELLIPSE,
    LOWER,
    MIXED,
    RECTANGLE,
    SQUARE,
    TITLE,
    UPPER,
)
from ogctwist.symbology.markup import pair
from ogctwist.symbology.units import Length, unitName

Variation = Callable[[LabelSettings, Any], LabelSettings]

_ALIGNMENTS = {
    "left": LEFT,
    "center": CENTRE,
    "right": RIGHT,
    "follow": FOLLOW,
    "follow label": FOLLOW,
    "justify": JUSTIFY,
}
_CASES = {
    "nochange": MIXED,
    "mixed": MIXED,
    "upper": UPPER,
    "lower": LOWER,
    "capitalize": CAPITALIZED,
    "title": TITLE,
}
_SHAPES = {"rectangle": RECTANGLE, "square": SQUARE, "ellipse": ELLIPSE, "circle": CIRCLE}
_ROWS = (
    ("AboveLeft", "Above", "AboveRight"),
    ("Left", "Over", "Right"),
    ("BelowLeft", "Below", "BelowRight"),
)
_QUADRANTS = {name: 3 * row + column for row, names in enumerate(_ROWS) for column, name in enumerate(names)}


def truth(value: object) -> bool:
    """Whether a value of the data means yes."""
    if isinstance(value, str):
        return value.strip().lower() not in ("", "0", "false", "no", "f", "n")
    return bool(value)


def _numeric(change: Callable[[LabelSettings, float], LabelSettings]) -> Variation:
    def vary(settings: LabelSettings, value: Any) -> LabelSettings:
        found = toNumber(value)
        return settings if found is None else change(settings, found)

    return vary


def _coloured(change: Callable[[LabelSettings, Color], LabelSettings]) -> Variation:
    def vary(settings: LabelSettings, value: Any) -> LabelSettings:
        found = toColor(value)
        return settings if found is None else change(settings, found)

    return vary


def _text(settings: LabelSettings, **changes: Any) -> LabelSettings:
    return replace(settings, format=replace(settings.format, **changes))


def _place(settings: LabelSettings, **changes: Any) -> LabelSettings:
    return replace(settings, placement=replace(settings.placement, **changes))


def _render(settings: LabelSettings, **changes: Any) -> LabelSettings:
    return replace(settings, rendering=replace(settings.rendering, **changes))


def _contain(settings: LabelSettings, **changes: Any) -> LabelSettings:
    return replace(settings, content=replace(settings.content, **changes))


def _part(settings: LabelSettings, part: str, **changes: Any) -> LabelSettings:
    """Change the buffer, background or shadow, if there is one."""
    base = getattr(settings.format, part)
    if base is None:
        return settings
    if part == "background":
        changes["symbol"] = None  # it has colours of its own
    return _text(settings, **{part: replace(base, **changes)})


def _changedPart(part: str, name: str, change: Callable[[Any, Any], Any]) -> Variation:
    """Change one thing about a part by what it was and a value."""

    def vary(settings: LabelSettings, value: Any) -> LabelSettings:
        base = getattr(settings.format, part)
        return (
            settings if base is None else _part(settings, part, **{name: change(getattr(base, name), value)})
        )

    return vary


def _partLength(part: str, name: str) -> Variation:
    """The size of something about a part, in the unit that the style has."""
    return _numeric(_changedPart(part, name, lambda length, v: length.withValue(v)))


def _length(name: str) -> Variation:
    """A length of the placement."""
    return _numeric(lambda s, v: _place(s, **{name: getattr(s.placement, name).withValue(v)}))


def _withUnit(length: Length, value: Any) -> Length:
    return replace(length, unit=unitName(str(value), length.unit))


def _fade(color: Color, percent: float) -> Color:
    return color._replace(alpha=min(max(percent / 100, 0.0), 1.0))


def _bold(settings: LabelSettings, value: Any) -> LabelSettings:
    return _text(settings, weight=700 if truth(value) else 400, style="")


def _offset(settings: LabelSettings, value: Any) -> LabelSettings:
    if isinstance(value, (list, tuple)) and len(value) == 2:
        x, y = toNumber(value[0]), toNumber(value[1])
    elif "," in str(value):
        x, y = pair(str(value))
    else:
        return settings
    right, down = settings.placement.offset
    return _place(settings, offset=(right.withValue(x or 0.0), down.withValue(y or 0.0)))


def _angles(settings: LabelSettings, value: Any) -> LabelSettings:
    inward, outward = (toNumber(v) for v in value) if isinstance(value, (list, tuple)) else pair(str(value))
    return _place(settings, angles=(abs(inward or 0.0), -abs(outward or 0.0)))


def _order(settings: LabelSettings, value: Any) -> LabelSettings:
    names = tuple(n for n in (part.strip().upper() for part in str(value).split(",")) if n in POSITIONS)
    return _place(settings, order=names) if names else settings


def _quadrant(settings: LabelSettings, value: Any) -> LabelSettings:
    found = _QUADRANTS.get(str(value), toNumber(value))
    return settings if found is None or not 0 <= found <= 8 else _place(settings, quadrant=int(found))


def _lineFlags(settings: LabelSettings, value: Any) -> LabelSettings:
    words = {word.strip().upper() for word in str(value).split(",")}
    flags = (ON_LINE if "OL" in words else 0) | (ABOVE_LINE if "AL" in words else 0)
    flags |= BELOW_LINE if "BL" in words else 0
    return _place(settings, lineFlags=flags | (0 if "LO" in words else MAP_ORIENTED)) if flags else settings


def _outside(settings: LabelSettings, value: Any) -> LabelSettings:
    if str(value).lower() == "force":
        return _place(settings, polygonFlags=OUTSIDE_POLYGON)
    return _place(settings, polygonFlags=INSIDE_POLYGON | (OUTSIDE_POLYGON if truth(value) else 0))


def _rotation(settings: LabelSettings, value: float) -> LabelSettings:
    return replace(_place(settings, rotation=value), hasOwnRotation=True)


def _limits(settings: LabelSettings, lowest: float | None, highest: float | None) -> LabelSettings:
    limits = settings.rendering.fontLimits or (3.0, 10000.0)
    changed = limits[0] if lowest is None else lowest, limits[1] if highest is None else highest
    return _render(settings, fontLimits=changed)


def _drawn(part: str) -> Variation:
    """Whether the buffer, background or shadow is drawn."""
    off = "off" + part.capitalize()

    def vary(settings: LabelSettings, value: Any) -> LabelSettings:
        wanted = (getattr(settings.format, part) or getattr(settings.format, off)) if truth(value) else None
        return _text(settings, **{part: wanted})

    return vary


def _position(which: int) -> Variation:
    def vary(settings: LabelSettings, value: Any) -> LabelSettings:
        x, y = settings.position
        return replace(settings, position=(toNumber(value), y) if which == 0 else (x, toNumber(value)))

    return vary


def _pin(which: int) -> Variation:
    def vary(settings: LabelSettings, value: Any) -> LabelSettings:
        across, down = settings.pin
        return replace(settings, pin=(str(value), down) if which == 0 else (across, str(value)))

    return vary


#: By QGIS's names; those of parts that can be turned on come first.
VARIATIONS: Mapping[str, Variation] = {
    "BufferDraw": _drawn("buffer"),
    "ShapeDraw": _drawn("background"),
    "ShadowDraw": _drawn("shadow"),
    "Show": lambda s, v: replace(s, isShown=truth(v)),
    "AlwaysShow": lambda s, v: _render(s, showsAll=truth(v)),
    "FontSizeUnit": lambda s, v: _text(s, size=_withUnit(s.format.size, v)),
    "Size": _numeric(lambda s, v: _text(s, size=s.format.size.withValue(v))),
    "Family": lambda s, v: _text(s, families=(str(v), *s.format.families), style=""),
    "FontStyle": lambda s, v: _text(s, style=str(v)),
    "Bold": _bold,
    "Italic": lambda s, v: _text(s, isItalic=truth(v), style=""),
    "Underline": lambda s, v: _text(s, underline=truth(v)),
    "Strikeout": lambda s, v: _text(s, strikeout=truth(v)),
    "Color": _coloured(lambda s, v: _text(s, color=v)),
    "FontOpacity": _numeric(lambda s, v: _text(s, color=_fade(s.format.color, v))),
    "FontTransp": _numeric(lambda s, v: _text(s, color=_fade(s.format.color, 100 - v))),
    "FontCase": lambda s, v: _text(s, capitalization=_CASES.get(str(v).lower(), s.format.capitalization)),
    "FontLetterSpacing": _numeric(lambda s, v: _text(s, letterSpacing=v)),
    "FontWordSpacing": _numeric(lambda s, v: _text(s, wordSpacing=v)),
    "MultiLineHeight": _numeric(lambda s, v: _text(s, lineHeight=v)),
    "MultiLineWrapChar": lambda s, v: _contain(s, wrap=str(v)),
    "MultiLineAlignment": lambda s, v: _contain(
        s, alignment=_ALIGNMENTS.get(str(v).lower(), s.content.alignment)
    ),
    "AutoWrapLength": _numeric(lambda s, v: _contain(s, wrapLength=max(int(v), 0))),
    "NumFormat": lambda s, v: _contain(s, decimals=(s.content.decimals or 3) if truth(v) else None),
    "NumDecimals": _numeric(lambda s, v: _contain(s, decimals=max(int(v), 0))),
    "NumPlusSign": lambda s, v: _contain(s, plusSign=truth(v)),
    "BufferUnit": _changedPart("buffer", "size", _withUnit),
    "BufferSize": _partLength("buffer", "size"),
    "BufferColor": _coloured(lambda s, v: _part(s, "buffer", color=v)),
    "BufferOpacity": _numeric(_changedPart("buffer", "color", _fade)),
    "BufferTransp": _numeric(_changedPart("buffer", "color", lambda c, v: _fade(c, 100 - v))),
    "ShapeKind": lambda s, v: _part(s, "background", kind=_SHAPES.get(str(v).lower(), RECTANGLE)),
    "ShapeFillColor": _coloured(lambda s, v: _part(s, "background", fill=v)),
    "ShapeBorderColor": _coloured(lambda s, v: _part(s, "background", border=v)),
    "ShapeBorderWidthUnits": _changedPart("background", "borderWidth", _withUnit),
    "ShapeBorderWidth": _partLength("background", "borderWidth"),
    "ShapeSizeX": _partLength("background", "width"),
    "ShapeSizeY": _partLength("background", "height"),
    "ShapeRotation": _numeric(lambda s, v: _part(s, "background", rotation=v)),
    "ShapeOpacity": _numeric(lambda s, v: _part(s, "background", opacity=min(max(v / 100, 0.0), 1.0))),
    "ShadowColor": _coloured(lambda s, v: _part(s, "shadow", color=v)),
    "ShadowOffsetAngle": _numeric(lambda s, v: _part(s, "shadow", angle=v)),
    "ShadowOffsetDist": _partLength("shadow", "distance"),
    "ShadowRadius": _partLength("shadow", "radius"),
    "PositionX": _position(0),
    "PositionY": _position(1),
    "Hali": _pin(0),
    "Vali": _pin(1),
    "LabelRotation": _numeric(_rotation),
    "Rotation": _numeric(_rotation),
    "DistanceUnits": lambda s, v: _place(s, distance=_withUnit(s.placement.distance, v)),
    "LabelDistance": _length("distance"),
    "OffsetQuad": _quadrant,
    "OffsetXY": _offset,
    "OffsetRotation": _numeric(_rotation),
    "PredefinedPositionOrder": _order,
    "LinePlacementFlags": _lineFlags,
    "LineAnchorPercent": _numeric(lambda s, v: _place(s, anchorPercent=min(max(v / 100, 0.0), 1.0))),
    "PolygonLabelOutside": _outside,
    "CurvedCharAngleInOut": _angles,
    "CentroidWhole": lambda s, v: _place(s, wholePolygon=truth(v)),
    "RepeatDistance": _length("repeatDistance"),
    "OverrunDistance": _length("overrun"),
    "Priority": _numeric(lambda s, v: _place(s, priority=min(max(round(v), 0), 10))),
    "LabelAllParts": lambda s, v: _render(s, perPart=truth(v)),
    "IsObstacle": lambda s, v: _render(s, isObstacle=truth(v)),
    "ObstacleFactor": _numeric(lambda s, v: _render(s, obstacleFactor=min(max(v / 5, 0.0), 2.0))),
    "ZIndex": _numeric(lambda s, v: _render(s, zIndex=v)),
    "MaximumScale": _numeric(lambda s, v: _render(s, maximumScale=v)),
    "MinimumScale": _numeric(lambda s, v: _render(s, minimumScale=v)),
    "MinScale": _numeric(lambda s, v: _render(s, maximumScale=v)),
    "MaxScale": _numeric(lambda s, v: _render(s, minimumScale=v)),
    "FontMinPixel": _numeric(lambda s, v: _limits(s, v, None)),
    "FontMaxPixel": _numeric(lambda s, v: _limits(s, None, v)),
}


def varied(settings: LabelSettings, values: Mapping[str, object]) -> LabelSettings:
    """Settings for one combination of values; NULL leaves what the style says."""
    for name, vary in VARIATIONS.items():
        value = values.get(name)
        if value is not None:
            settings = vary(settings, value)
    return settings
