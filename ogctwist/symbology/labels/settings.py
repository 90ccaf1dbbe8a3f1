# -*- test-case-name: tests.symbology.labels.test_settings -*-
"""What a style says of the labels of a layer: their text, where they may stand, what is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from ogctwist.expression import ExpressionError
from ogctwist.symbology.attributes import Value, expressionOf
from ogctwist.symbology.datadefined import DataDefined, readDataDefined
from ogctwist.symbology.labels.textformat import TextFormat, attributeLength
from ogctwist.symbology.markup import number
from ogctwist.symbology.units import Length

(AROUND, OVER, LINE, CURVED, HORIZONTAL, FREE, ORDERED, PERIMETER, OUTSIDE) = range(9)
ON_LINE, ABOVE_LINE, BELOW_LINE, MAP_ORIENTED = 1, 2, 4, 8
OUTSIDE_POLYGON, INSIDE_POLYGON = 1, 2
LEFT, CENTRE, RIGHT, FOLLOW, JUSTIFY = range(5)
POSITIONS = ("TL", "TSL", "T", "TSR", "TR", "L", "R", "BL", "BSL", "B", "BSR", "BR", "O")
DEFAULT_ORDER = ("TR", "TL", "BR", "BL", "R", "L", "TSR", "BSR")


@dataclass(frozen=True)
class Content:
    """
    The text of labels.

    @ivar wrap: what breaks lines besides line ends, or ''.
    @ivar wrapLength: characters of a line, 0 for no limit; at most so many, or
        with C{isLeast} at least.
    @ivar decimals: digits after the point of numbers; None leaves them as they are.
    @ivar alignment: L{LEFT}, L{CENTRE}, L{RIGHT}, L{FOLLOW} (the placement) or L{JUSTIFY}.
    """

    value: Value | None = None
    wrap: str = ""
    wrapLength: int = 0
    isLeast: bool = False
    decimals: int | None = None
    plusSign: bool = False
    alignment: int = FOLLOW
    substitutions: tuple[tuple[str, str, bool, bool], ...] = ()
    isHtml: bool = False


@dataclass(frozen=True)
class Placement:
    """
    Where labels may stand.

    @ivar mode: L{AROUND} … L{OUTSIDE}.
    @ivar quadrant: 0 … 8, from above left to below right, row by row; 4 is over.
    @ivar offset: x to the right and y downwards, for L{OVER}.
    @ivar rotation: degrees clockwise.
    @ivar distance: from the feature.
    @ivar lineFlags: L{ON_LINE} and so on.
    @ivar polygonFlags: L{OUTSIDE_POLYGON}, L{INSIDE_POLYGON}.
    @ivar anchorPercent: where along a line labels are best, 0 to 1.
    @ivar isStrictAnchor: they stand there or nowhere.
    @ivar angles: how far letters along a curve may turn inwards and outwards, degrees.
    """

    mode: int = AROUND
    quadrant: int = 4
    offset: tuple[Length, Length] = (Length(0.0), Length(0.0))
    rotation: float = 0.0
    preservesRotation: bool = True
    distance: Length = Length(0.0)
    order: tuple[str, ...] = DEFAULT_ORDER
    fromSymbol: bool = False
    lineFlags: int = ABOVE_LINE | MAP_ORIENTED
    polygonFlags: int = INSIDE_POLYGON
    anchorPercent: float = 0.5
    isStrictAnchor: bool = False
    repeatDistance: Length = Length(0.0)
    overrun: Length = Length(0.0)
    angles: tuple[float, float] = (25.0, -25.0)
    wholePolygon: bool = False
    insidePolygon: bool = False
    fitsPolygon: bool = False
    priority: int = 5


@dataclass(frozen=True)
class Rendering:
    """
    When labels are drawn.

    @ivar maximumScale: denominator of the largest scale; 0: none; likewise C{minimumScale}.
    @ivar fontLimits: least and greatest size of letters in pixels, or None.
    @ivar showsAll: also those that overlap others.
    @ivar mostLabels: of the layer, or None.
    @ivar leastSize: of a feature that gets a label, millimetres.
    @ivar upsideDown: 0 turns labels that would be, 1 leaves those with a rotation of their
        own, 2 leaves all.
    @ivar obstacleType: of polygons 0 the inside is kept free, 1 the boundary, 2 both.
    """

    maximumScale: float = 0.0
    minimumScale: float = 0.0
    fontLimits: tuple[float, float] | None = None
    showsAll: bool = False
    mostLabels: int | None = None
    leastSize: float = 0.0
    perPart: bool = False
    mergesLines: bool = False
    upsideDown: int = 0
    isObstacle: bool = True
    obstacleFactor: float = 1.0
    obstacleType: int = 1
    zIndex: float = 0.0
    isDrawn: bool = True

    def showsAt(self, denominator: float) -> bool:
        """Whether labels are drawn at a scale."""
        tooLarge = self.maximumScale > 0 and denominator < self.maximumScale
        tooSmall = self.minimumScale > 0 and denominator > self.minimumScale
        return denominator <= 0 or not (tooLarge or tooSmall)


@dataclass(frozen=True)
class LabelSettings:
    """
    All that a style says of one kind of labels.

    @ivar defined: what comes from the data, by QGIS's names.
    @ivar position: (x, y) in the layer's CRS, where the data pin a label.
    @ivar pin: how a pinned label stands to its position: QGIS's names of alignments.
    @ivar isShown: whether the data hide it.
    """

    content: Content = Content()
    format: TextFormat = TextFormat()
    placement: Placement = Placement()
    rendering: Rendering = Rendering()
    defined: Mapping[str, DataDefined] = field(default_factory=dict)
    unsupported: tuple[str, ...] = ()
    position: tuple[float | None, float | None] = (None, None)
    pin: tuple[str, str] = ("Left", "Bottom")
    hasOwnRotation: bool = False
    isShown: bool = True

    @classmethod
    def read(cls, element, fieldNames: list[str]) -> LabelSettings:
        """
        @param element: C{settings}.
        @param fieldNames: of the layer, as far as they are known.
        """
        problems: list[str] = []
        style = element.find("text-style")
        style = element if style is None else style
        defined = _definedOf(element, fieldNames, problems)
        if style is not element:
            defined = {**_definedOf(style, fieldNames, problems), **defined}
        placement = element.find("placement")
        problems += _missing(element, placement)
        return cls(
            content=_readContent(element, style, fieldNames, problems),
            format=TextFormat.read(style),
            placement=Placement() if placement is None else _readPlacement(placement),
            rendering=_readRendering(element, placement),
            defined=defined,
            unsupported=tuple(dict.fromkeys(problems)),
        )


def _missing(element, placement) -> list[str]:
    """Names of what is asked for and not drawn."""
    found = []
    callout = element.find("callout/Option/Option[@name='enabled']")
    if callout is not None and callout.get("value") in ("1", "true"):
        found.append("label callouts")
    style = element.find("text-style")
    if style is not None and style.get("textOrientation", "horizontal") != "horizontal":
        found.append(f"text orientation {style.get('textOrientation')}")
    if style is not None and style.get("allowHtml") == "1":
        found.append("formatted text in labels")
    mask = None if style is None else style.find("text-mask")
    if mask is not None and mask.get("maskEnabled") == "1":
        found.append("label masks")
    if placement is not None and placement.get("geometryGeneratorEnabled") == "1":
        found.append("geometry generators of labels")
    content = element.find("text-format")
    if content is not None and content.get("addDirectionSymbol") == "1":
        found.append("direction symbols of labels")
    return found


def _definedOf(element, fieldNames: list[str], problems: list[str]) -> dict[str, DataDefined]:
    markup = element.find("dd_properties")
    if markup is None or markup.find("Option") is None:
        return {}
    holder = etree.Element("holder")
    inner = etree.SubElement(holder, "data_defined_properties")
    inner.append(etree.fromstring(etree.tostring(markup.find("Option"))))
    return readDataDefined(holder, fieldNames, problems)


def _readContent(element, style, fieldNames: list[str], problems: list[str]) -> Content:
    text = style.get("fieldName", "")
    value = None
    try:
        if style.get("isExpression") == "1":
            value = Value(None, expressionOf(text, fieldNames)) if text.strip() else None
        elif text:
            value = Value.ofField(text, fieldNames)
    except ExpressionError as error:
        problems.append(f"label text: {error}")
    markup = element.find("text-format")
    if markup is None:
        return Content(value)
    substitutions = []
    if style.get("useSubstitutions") == "1":
        for entry in style.findall("substitutions/replacement"):
            flags = entry.get("caseSensitive") == "1", entry.get("wholeWord") == "1"
            substitutions.append((entry.get("match", ""), entry.get("replace", ""), *flags))
    return Content(
        value,
        markup.get("wrapChar", ""),
        max(int(number(markup.get("autoWrapLength"))), 0),
        markup.get("useMaxLineLengthForAutoWrap", "1") == "0",
        max(int(number(markup.get("decimals"), 3)), 0) if markup.get("formatNumbers") == "1" else None,
        markup.get("plussign") == "1",
        int(number(markup.get("multilineAlign"), FOLLOW)),
        tuple(substitutions),
        style.get("allowHtml") == "1",
    )


def _readPlacement(element) -> Placement:
    def percent(name: str, default: float) -> float:
        return min(max(number(element.get(name), default), 0.0), 1.0)

    order = tuple(p for p in element.get("predefinedPositionOrder", "").split(",") if p in POSITIONS)
    return Placement(
        mode=int(number(element.get("placement"))),
        quadrant=int(number(element.get("quadOffset"), 4)),
        offset=(
            attributeLength(element, "xOffset", "offsetUnits", scale="labelOffset"),
            attributeLength(element, "yOffset", "offsetUnits", scale="labelOffset"),
        ),
        rotation=number(element.get("rotationAngle", element.get("angleOffset"))),
        preservesRotation=element.get("preserveRotation", "1") != "0",
        distance=attributeLength(element, "dist", "distUnits"),
        order=order or DEFAULT_ORDER,
        fromSymbol=element.get("offsetType") == "1",
        lineFlags=int(number(element.get("placementFlags"), ABOVE_LINE | MAP_ORIENTED)),
        polygonFlags=int(number(element.get("polygonPlacementFlags"), INSIDE_POLYGON)),
        anchorPercent=percent("lineAnchorPercent", 0.5),
        isStrictAnchor=element.get("lineAnchorType") == "1",
        repeatDistance=attributeLength(element, "repeatDistance", "repeatDistanceUnits"),
        overrun=attributeLength(element, "overrunDistance", "overrunDistanceUnit"),
        angles=(
            abs(number(element.get("maxCurvedCharAngleIn"), 25.0)),
            -abs(number(element.get("maxCurvedCharAngleOut"), -25.0)),
        ),
        wholePolygon=element.get("centroidWhole") == "1",
        insidePolygon=element.get("centroidInside") == "1",
        fitsPolygon=element.get("fitInPolygonOnly") == "1",
        priority=min(max(int(number(element.get("priority"), 5)), 0), 10),
    )


def _readRendering(element, placement) -> Rendering:
    markup = element.find("rendering")
    if markup is None:
        return Rendering()
    limits = number(markup.get("fontMinPixelSize"), 3), number(markup.get("fontMaxPixelSize"), 10000)
    hasScales = markup.get("scaleVisibility") == "1"
    limited = markup.get("limitNumLabels") == "1"
    return Rendering(
        maximumScale=number(markup.get("scaleMin")) if hasScales else 0.0,
        minimumScale=number(markup.get("scaleMax")) if hasScales else 0.0,
        fontLimits=limits if markup.get("fontLimitPixelSize") == "1" else None,
        showsAll=markup.get("displayAll") == "1",
        mostLabels=max(int(number(markup.get("maxNumLabels"), 2000)), 0) if limited else None,
        leastSize=number(markup.get("minFeatureSize")),
        perPart=markup.get("labelPerPart") == "1",
        mergesLines=markup.get("mergeLines") == "1",
        upsideDown=int(number(markup.get("upsidedownLabels"))),
        isObstacle=markup.get("obstacle", "1") != "0",
        obstacleFactor=number(markup.get("obstacleFactor"), 1.0),
        obstacleType=int(number(markup.get("obstacleType"), 1)),
        zIndex=number(markup.get("zIndex")),
        isDrawn=markup.get("drawLabels", "1") != "0",
    )
