# -*- test-case-name: tests.symbology.labels.test_diagrams -*-
"""Diagrams of features: what a style says of them, and how large each is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from ogctwist.canvas.fonts import FontChoice, FontLibrary
from ogctwist.canvas.ink import BLACK, Color
from ogctwist.canvas.text import TextFont
from ogctwist.expression import ExpressionError
from ogctwist.symbology.attributes import Value, unionOfFields
from ogctwist.symbology.colors import parseColor
from ogctwist.symbology.datadefined import DataDefined, readDataDefined
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.labels.settings import LabelSettings, Placement, Rendering
from ogctwist.symbology.labels.textformat import attributeLength, weightOf
from ogctwist.symbology.labels.variations import VARIATIONS
from ogctwist.symbology.markup import number
from ogctwist.symbology.units import Length, unitName

PIE, TEXT, HISTOGRAM, STACKED = "Pie", "Text", "Histogram", "Stacked"
#: QGIS's names of the data-defined properties of diagrams that labels have too.
_DEFINED = {
    "positionX": "PositionX",
    "positionY": "PositionY",
    "distance": "LabelDistance",
    "priority": "Priority",
    "zIndex": "ZIndex",
    "isObstacle": "IsObstacle",
    "show": "Show",
    "alwaysShow": "AlwaysShow",
}
#: No diagram is larger, pixels.
LARGEST = 4000.0


@dataclass(frozen=True)
class Category:
    """One value of a diagram."""

    value: Value
    color: Color


@dataclass(frozen=True)
class SizeScale:
    """
    Sizes that follow a value.

    @ivar bounds: (value, width, height) at the lower end and at the upper.
    """

    value: Value
    lower: tuple[float, float, float]
    upper: tuple[float, float, float]
    byArea: bool

    def size(self, value: float) -> tuple[float, float]:
        """Width and height for a value, in the diagram's unit."""
        share = self.share(value)
        if self.byArea:
            share = math.sqrt(max(share, 0.0))
        return tuple(  # type: ignore[return-value]
            low + (high - low) * share for low, high in zip(self.lower[1:], self.upper[1:], strict=True)
        )

    def share(self, value: float) -> float:
        """Where a value lies between the ends; beyond them too."""
        extent = self.upper[0] - self.lower[0]
        return (value - self.lower[0]) / extent if extent else 0.0


@dataclass(frozen=True)
class DiagramStyle:
    """
    All that a style says of the diagrams of a layer.

    @ivar kind: L{PIE}, L{TEXT}, L{HISTOGRAM} or L{STACKED}.
    @ivar size: width and height, in the unit of C{unit}.
    @ivar scale: what the size follows, or None.
    @ivar rotation: degrees clockwise from the east at which a pie begins.
    @ivar isClockwise: which way a pie goes round.
    @ivar orientation: Up, Down, Left or Right: where bars grow to.
    @ivar minimumSize: smaller diagrams are drawn so large.
    """

    kind: str
    categories: tuple[Category, ...]
    size: tuple[float, float] = (15.0, 15.0)
    unit: Length = Length(1.0)
    scale: SizeScale | None = None
    minimumSize: float = 0.0
    barWidth: float = 5.0
    spacing: Length = Length(0.0)
    rotation: float = 0.0
    isClockwise: bool = False
    orientation: str = "Up"
    background: Color = Color(1.0, 1.0, 1.0)
    pen: Color = BLACK
    penWidth: Length = Length(0.0)
    opacity: float = 1.0
    family: str = ""
    fontSize: float = 10.0
    fontWeight: int = 400
    isItalic: bool = False
    maximumScale: float = 0.0
    minimumScale: float = 0.0
    settings: LabelSettings = field(default_factory=LabelSettings)
    unsupported: tuple[str, ...] = ()

    @property
    def fields(self) -> frozenset[str] | None:
        """The attributes that it needs; None: all."""
        values = [category.value for category in self.categories]
        values += [] if self.scale is None else [self.scale.value]
        defined = [d.fields for d in self.settings.defined.values()]
        return unionOfFields([*(value.fields for value in values), *defined])

    def showsAt(self, denominator: float) -> bool:
        """Whether diagrams are drawn at a scale."""
        tooLarge = self.maximumScale > 0 and denominator < self.maximumScale
        tooSmall = 0 < self.minimumScale < math.inf and denominator > self.minimumScale
        return denominator <= 0 or not (tooLarge or tooSmall)

    def font(self, frame: Frame, library: FontLibrary) -> TextFont:
        """The font of values that are written."""
        size = max(round(Length(self.fontSize, "Point").pixels(frame)), 1)
        choice = FontChoice((self.family,), "", self.fontWeight, self.isItalic)
        return TextFont(library.chain(choice), float(size))

    def block(
        self, values: tuple[float, ...], scaled: float | None, frame: Frame, font: TextFont | None
    ) -> DiagramBlock | None:
        """
        The diagram of a feature; None where it has no size.

        @param values: of the categories; NULL is 0.
        @param scaled: what the size follows.
        """
        factor = self.unit.factor(frame)
        barScale = None
        if self.scale is None:
            size = self.size
        else:
            if scaled is None or not math.isfinite(scaled) or not scaled:
                return None
            size = self.scale.size(scaled)
        if self.kind == HISTOGRAM:
            size, barScale = self._bars(values, size, factor)
        elif self.kind == STACKED:
            size = self._stack(size, len(values), frame)
        width, height = (min(v * factor, LARGEST) for v in self._atLeast(size))
        if not (width > 0 and height > 0):
            return None
        return DiagramBlock(self, values, width, height, font, barScale)

    def _atLeast(self, size: tuple[float, float]) -> tuple[float, float]:
        largest = max(size)
        if self.scale is None or not 0 < largest < self.minimumSize:
            return size
        return size[0] / largest * self.minimumSize, size[1] / largest * self.minimumSize

    def _bars(
        self, values: tuple[float, ...], size: tuple[float, float], factor: float
    ) -> tuple[tuple[float, float], float | None]:
        """The room that bars take, and how long a bar of 1 is in pixels where sizes follow values."""
        if self.scale is None:
            return size, None
        extent = self.scale.upper[0] - self.scale.lower[0]
        perUnit = (self.scale.upper[1] - self.scale.lower[1]) / extent if extent else 0.0
        breadth, length = self.barWidth * len(values), max(max(values, default=0.0) * perUnit, 0.0)
        isUpright = self.orientation in ("Up", "Down")
        return ((breadth, length) if isUpright else (length, breadth)), perUnit * factor

    def fixedBarScale(self, last: DiagramBlock, frame: Frame) -> float:
        """
        Pixels of a bar for a value of 1 where sizes do not follow values.

        QGIS takes for all features what makes the greatest value of the last one its own
        number of times as long as the diagram is high; so do we, or maps would differ.
        """
        size = self.size[1] if self.orientation in ("Up", "Down") else self.size[0]
        greatest = max(last.values, default=0.0)
        return greatest / size * self.unit.factor(frame) if size else 0.0

    def _stack(self, size: tuple[float, float], count: int, frame: Frame) -> tuple[float, float]:
        gaps = self.spacing.pixels(frame) / max(self.unit.factor(frame), 1e-9) * max(count - 1, 0)
        if self.orientation in ("Up", "Down"):
            return self.barWidth, size[1] + gaps
        return size[0] + gaps, self.barWidth


@dataclass(frozen=True, eq=False)
class DiagramBlock:
    """
    A diagram that wants a place, in the place of text.

    @ivar barScale: pixels of a bar for a value of 1; None: the style's size for the greatest value.
    """

    style: DiagramStyle
    values: tuple[float, ...]
    width: float
    height: float
    font: TextFont | None = None
    barScale: float | None = None
    lines: tuple = ()


def readDiagrams(layer, fieldNames: list[str]) -> DiagramStyle | None:
    """
    @param layer: a C{maplayer}.
    @return: None when the layer has no diagrams.
    """
    for tag in ("SingleCategoryDiagramRenderer", "LinearlyInterpolatedDiagramRenderer"):
        renderer = layer.find(tag)
        category = None if renderer is None else renderer.find("DiagramCategory")
        if renderer is not None and category is not None and category.get("enabled") == "1":
            return _read(layer, renderer, category, fieldNames)
    return None


def _read(layer, renderer, category, fieldNames: list[str]) -> DiagramStyle | None:
    problems: list[str] = []
    categories = []
    for element in category.findall("attribute"):
        try:
            value = Value.read(element.get("field", ""), fieldNames)
        except ExpressionError as error:
            problems.append(f"diagram: {error}")
            continue
        color = parseColor(element.get("color"), BLACK).faded(number(element.get("colorOpacity"), 1.0))
        categories.append(Category(value, color))
    kind = renderer.get("diagramType", PIE)
    if kind not in (PIE, TEXT, HISTOGRAM, STACKED):
        problems.append(f"diagrams of type {kind}")
    if not categories or problems:
        return None if not problems else DiagramStyle(PIE, (), unsupported=tuple(problems))
    hasScales = category.get("scaleBasedVisibility") == "1"
    font = _fontOf(category.find("fontProperties"))
    return DiagramStyle(
        kind=kind,
        categories=tuple(categories),
        size=(number(category.get("width"), 15.0), number(category.get("height"), 15.0)),
        unit=replace(attributeLength(category, "width", "sizeType", scale="size"), value=1.0),
        scale=_scaleOf(renderer, category, fieldNames, problems),
        minimumSize=number(category.get("minimumSize")),
        barWidth=number(category.get("barWidth"), 5.0),
        spacing=Length(number(category.get("spacing")), unitName(category.get("spacingUnit", ""))),
        rotation=number(category.get("rotationOffset", category.get("angleOffset"))),
        isClockwise=category.get("direction") == "0",
        orientation=category.get("diagramOrientation", "Up"),
        background=_withAlpha(category, "background"),
        pen=_withAlpha(category, "pen"),
        penWidth=attributeLength(category, "penWidth", "lineSizeType", scale="lineSize"),
        opacity=number(category.get("opacity"), 1.0),
        family=font[0],
        fontSize=font[1],
        fontWeight=font[2],
        isItalic=font[3],
        maximumScale=number(category.get("maxScaleDenominator")) if hasScales else 0.0,
        minimumScale=number(category.get("minScaleDenominator")) if hasScales else 0.0,
        settings=_placementOf(layer.find("DiagramLayerSettings"), fieldNames, problems),
        unsupported=tuple(problems),
    )


def _withAlpha(element, name: str) -> Color:
    color = parseColor(element.get(f"{name}Color"), BLACK)
    return color._replace(alpha=min(max(number(element.get(f"{name}Alpha"), 255.0) / 255, 0.0), 1.0))


def _fontOf(element) -> tuple[str, float, int, bool]:
    """Qt's own spelling of a font: family, points, pixels, hint, weight, italic, …"""
    parts = ("" if element is None else element.get("description", "")).split(",")
    parts += [""] * (6 - len(parts))
    return parts[0], number(parts[1], 10.0), weightOf(number(parts[4], 50.0)), parts[5] == "1"


def _scaleOf(renderer, category, fieldNames: list[str], problems: list[str]) -> SizeScale | None:
    if renderer.tag != "LinearlyInterpolatedDiagramRenderer":
        return None
    text = renderer.get("classificationAttributeExpression") or renderer.get("classificationField") or ""
    try:
        value = Value.read(text, fieldNames)
    except ExpressionError as error:
        problems.append(f"size of diagrams: {error}")
        return None
    ends = [
        tuple(number(renderer.get(f"{end}{name}")) for name in ("Value", "Width", "Height"))
        for end in ("lower", "upper")
    ]
    byArea = category.get("scaleDependency", "Area") == "Area" and renderer.get("diagramType") != HISTOGRAM
    return SizeScale(value, ends[0], ends[1], byArea)  # type: ignore[arg-type]


def _placementOf(element, fieldNames: list[str], problems: list[str]) -> LabelSettings:
    if element is None:
        return LabelSettings()
    placement = Placement(
        mode=int(number(element.get("placement"))),
        distance=Length(number(element.get("dist")), "MapUnit"),
        lineFlags=int(number(element.get("linePlacementFlags"))) & 15,
        priority=min(max(int(number(element.get("priority"), 5)), 0), 10),
    )
    rendering = Rendering(
        showsAll=element.get("showAll", "1") == "1",
        isObstacle=element.get("obstacle") == "1",
        zIndex=number(element.get("zIndex")),
        upsideDown=2,
    )
    return LabelSettings(
        placement=placement, rendering=rendering, defined=_definedOf(element, fieldNames, problems)
    )


def _definedOf(element, fieldNames: list[str], problems: list[str]) -> Mapping[str, DataDefined]:
    options = element.find("properties/Option")
    if options is None:
        return {}
    holder = etree.Element("holder")
    etree.SubElement(holder, "data_defined_properties").append(etree.fromstring(etree.tostring(options)))
    found = readDataDefined(holder, fieldNames, problems)
    problems += [f"data-defined {name} of diagrams" for name in found if name not in _DEFINED]
    return {_DEFINED[name]: d for name, d in found.items() if _DEFINED.get(name) in VARIATIONS}
