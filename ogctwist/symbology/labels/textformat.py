# -*- test-case-name: tests.symbology.labels.test_settings -*-
"""How the text of a label looks: font, colour, buffer, background and shadow, as a style says."""

from __future__ import annotations

from dataclasses import dataclass, field

from ogctwist.canvas.fonts import FontChoice, FontLibrary
from ogctwist.canvas.ink import BLACK, Color
from ogctwist.canvas.text import TextFont
from ogctwist.symbology.catalog import symbolReader
from ogctwist.symbology.colors import parseColor
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.markup import number
from ogctwist.symbology.symbols import Symbol
from ogctwist.symbology.units import Length, MapUnitScale, unitName

WHITE = Color(1.0, 1.0, 1.0)
_JOINS = {"0": "miter", "64": "bevel", "128": "round"}
#: Weights as Qt 5 counts them, and OpenType's.
_WEIGHTS = ((0, 100), (12, 200), (25, 300), (50, 400), (57, 500), (63, 600), (75, 700), (81, 800), (87, 900))
MIXED, UPPER, LOWER, SMALL_CAPS, CAPITALIZED, TITLE, CAMEL = 0, 1, 2, 3, 4, 1004, 1005
RECTANGLE, SQUARE, ELLIPSE, CIRCLE, SVG, MARKER = range(6)
#: Pixels of an em beyond which nothing is written: a size in map units on a map zoomed far in.
LARGEST = 2000.0


def attributeLength(
    element, name: str, unitAttribute: str, default: float = 0.0, scale: str | None = None
) -> Length:
    """
    A length in attributes.

    @param scale: what stands before C{MapUnitScale} in the name of the attribute of
        its bounds; by default what stands before C{Unit} in that of its unit.
    """
    scale = unitAttribute.removesuffix("s").removesuffix("Unit") if scale is None else scale
    unit = unitName(element.get(unitAttribute, ""))
    bounds = MapUnitScale.parse(element.get(f"{scale}MapUnitScale", ""))
    return Length(number(element.get(name), default), unit, bounds)


def opacityOf(element, name: str, oldName: str) -> float:
    """An opacity from 0 to 1; QGIS 2 wrote a transparency in per cent under another name."""
    if element.get(name) is not None:
        return min(max(number(element.get(name), 1.0), 0.0), 1.0)
    return min(max(1 - number(element.get(oldName), 0.0) / 100, 0.0), 1.0)


@dataclass(frozen=True)
class Buffer:
    """
    A band around the letters.

    @ivar size: of the band and of the letters that it covers: half of it shows on each side.
    """

    size: Length = Length(1.0)
    color: Color = WHITE
    join: str = "round"
    fillsInterior: bool = False
    blendMode: int = 0

    @classmethod
    def read(cls, element) -> Buffer:
        """@param element: C{text-buffer}."""
        color = parseColor(element.get("bufferColor"), WHITE)
        return cls(
            attributeLength(element, "bufferSize", "bufferSizeUnits", 1.0),
            # the opacity takes the place of the colour's own
            color._replace(alpha=opacityOf(element, "bufferOpacity", "bufferTransp")),
            _JOINS.get(element.get("bufferJoinStyle", ""), "round"),
            element.get("bufferNoFill", "1") == "0",
            int(number(element.get("bufferBlendMode"))),
        )


@dataclass(frozen=True)
class Background:
    """
    A shape behind the text.

    @ivar isFixed: C{width} and C{height} are the shape's own; else they are added on each side.
    @ivar rotation: degrees clockwise.
    @ivar rotationType: 0: turns with the label; 1: that and C{rotation}; 2: C{rotation} alone.
    @ivar symbol: what it is drawn with, or None for C{fill} and C{border}.
    """

    kind: int = RECTANGLE
    isFixed: bool = False
    width: Length = Length(0.0)
    height: Length = Length(0.0)
    rotation: float = 0.0
    rotationType: int = 0
    offset: tuple[Length, Length] = (Length(0.0), Length(0.0))
    radii: tuple[Length, Length] = (Length(0.0), Length(0.0))
    fill: Color = WHITE
    border: Color = BLACK
    borderWidth: Length = Length(0.0)
    join: str = "bevel"
    opacity: float = 1.0
    blendMode: int = 0
    symbol: Symbol | None = None

    @classmethod
    def read(cls, element) -> Background:
        """@param element: C{background}."""
        name = "markerSymbol" if element.get("shapeType") == "5" else "fillSymbol"
        markup = next((s for s in element.findall("symbol") if s.get("name") == name), None)
        return cls(
            kind=int(number(element.get("shapeType"))),
            isFixed=element.get("shapeSizeType") == "1",
            width=attributeLength(element, "shapeSizeX", "shapeSizeUnit"),
            height=attributeLength(element, "shapeSizeY", "shapeSizeUnit"),
            rotation=number(element.get("shapeRotation")),
            rotationType=int(number(element.get("shapeRotationType"))),
            offset=(
                attributeLength(element, "shapeOffsetX", "shapeOffsetUnit"),
                attributeLength(element, "shapeOffsetY", "shapeOffsetUnit"),
            ),
            radii=(
                attributeLength(element, "shapeRadiiX", "shapeRadiiUnit"),
                attributeLength(element, "shapeRadiiY", "shapeRadiiUnit"),
            ),
            fill=parseColor(element.get("shapeFillColor"), WHITE),
            border=parseColor(element.get("shapeBorderColor"), BLACK),
            borderWidth=attributeLength(element, "shapeBorderWidth", "shapeBorderWidthUnit"),
            join=_JOINS.get(element.get("shapeJoinStyle", ""), "bevel"),
            opacity=opacityOf(element, "shapeOpacity", "shapeTransparency"),
            blendMode=int(number(element.get("shapeBlendMode"))),
            symbol=None if markup is None else symbolReader().read(markup),
        )


@dataclass(frozen=True)
class Shadow:
    """
    A shadow.

    @ivar under: 0 the lowest part, 1 the text, 2 the buffer, 3 the background.
    @ivar angle: degrees clockwise from the north, where the shadow falls.
    @ivar turns: the angle is the label's own, not the map's.
    @ivar scale: size of the shadow to what throws it.
    """

    under: int = 0
    angle: float = 135.0
    distance: Length = Length(1.0)
    turns: bool = False
    radius: Length = Length(1.5)
    color: Color = BLACK
    scale: float = 1.0
    blendMode: int = 6

    @classmethod
    def read(cls, element) -> Shadow:
        """@param element: C{shadow}."""
        color = parseColor(element.get("shadowColor"), BLACK)
        return cls(
            under=int(number(element.get("shadowUnder"))),
            angle=number(element.get("shadowOffsetAngle"), 135.0),
            distance=attributeLength(element, "shadowOffsetDist", "shadowOffsetUnit", 1.0),
            turns=element.get("shadowOffsetGlobal", "1") == "0",
            radius=attributeLength(element, "shadowRadius", "shadowRadiusUnit", 1.5),
            color=color.faded(opacityOf(element, "shadowOpacity", "shadowTransparency")),
            scale=number(element.get("shadowScale"), 100.0) / 100,
            blendMode=int(number(element.get("shadowBlendMode"), 6)),
        )


@dataclass(frozen=True)
class TextFormat:
    """
    How text looks.

    @ivar weight: as OpenType counts.
    @ivar letterSpacing: in the unit of the size; likewise C{wordSpacing}.
    @ivar lineHeight: of the lines after the first, in heights of a line.
    """

    families: tuple[str, ...] = ("",)
    style: str = ""
    weight: int = 400
    isItalic: bool = False
    size: Length = Length(10.0, "Point")
    color: Color = BLACK
    underline: bool = False
    strikeout: bool = False
    kerning: bool = True
    letterSpacing: float = 0.0
    wordSpacing: float = 0.0
    capitalization: int = MIXED
    lineHeight: float = 1.0
    blendMode: int = 0
    buffer: Buffer | None = None
    background: Background | None = None
    shadow: Shadow | None = None
    #: What they are when data turn them on.
    offBuffer: Buffer = field(default=Buffer(), compare=False)
    offBackground: Background = field(default=Background(), compare=False)
    offShadow: Shadow = field(default=Shadow(), compare=False)

    @classmethod
    def read(cls, element) -> TextFormat:
        """@param element: C{text-style}."""
        families = [element.get("fontFamily", "")]
        families += [f.get("name", "") for f in element.findall("families/family")]
        color = parseColor(element.get("textColor"), BLACK)
        buffer, background, shadow = (element.find(n) for n in ("text-buffer", "background", "shadow"))
        offBuffer = Buffer() if buffer is None else Buffer.read(buffer)
        offBackground = Background() if background is None else Background.read(background)
        offShadow = Shadow() if shadow is None else Shadow.read(shadow)
        return cls(
            families=tuple(families),
            style=element.get("namedStyle", ""),
            weight=weightOf(number(element.get("fontWeight"), 50)),
            isItalic=element.get("fontItalic") == "1",
            size=_fontSize(element),
            color=color._replace(alpha=opacityOf(element, "textOpacity", "textTransp")),
            underline=element.get("fontUnderline") == "1",
            strikeout=element.get("fontStrikeout") == "1",
            kerning=element.get("fontKerning", "1") != "0",
            letterSpacing=number(element.get("fontLetterSpacing")),
            wordSpacing=number(element.get("fontWordSpacing")),
            capitalization=int(number(element.get("capitalization", element.get("fontCapitals")))),
            lineHeight=number(element.get("multilineHeight"), 1.0),
            blendMode=int(number(element.get("blendMode"))),
            buffer=offBuffer if _isOn(buffer, "bufferDraw") and offBuffer.size.value > 0 else None,
            background=offBackground if _isOn(background, "shapeDraw") else None,
            shadow=offShadow if _isOn(shadow, "shadowDraw") else None,
            offBuffer=offBuffer,
            offBackground=offBackground,
            offShadow=offShadow,
        )

    def font(self, frame: Frame, library: FontLibrary, limits: tuple[float, float] | None = None):
        """
        The font on a map: L{TextFont}, or None when it is too small or too large to be drawn.

        @param limits: least and greatest size in pixels, or None.
        """
        size = self.size.pixels(frame)
        if limits is not None and not limits[0] <= size <= limits[1]:
            return None
        # Qt writes in whole pixels
        whole = round(size)
        if not 1 <= whole <= LARGEST:
            return None
        unit = self.size.factor(frame)
        choice = FontChoice(self.families, self.style, self.weight, self.isItalic)
        return TextFont(
            library.chain(choice),
            float(whole),
            self.letterSpacing * unit,
            self.wordSpacing * unit,
            self.kerning,
            self.underline,
            self.strikeout,
        )


def _isOn(element, name: str) -> bool:
    return element is not None and element.get(name) in ("1", "true")


def _fontSize(element) -> Length:
    """QGIS 2 had a flag for map units in the place of a unit."""
    unit = element.get("fontSizeUnit")
    if unit is None:
        unit = "MapUnit" if element.get("fontSizeInMapUnits") == "1" else "Point"
    scale = MapUnitScale.parse(element.get("fontSizeMapUnitScale", ""))
    return Length(number(element.get("fontSize"), 10.0), unitName(unit, "Point"), scale)


def weightOf(weight: float) -> int:
    """OpenType's weight for one of Qt 5; what Qt 6 writes is OpenType's already."""
    if weight > 99:
        return int(weight)
    return min(_WEIGHTS, key=lambda pair: abs(pair[0] - weight))[1]


def capitalized(text: str, how: int) -> str:
    """Text in the case that a style wants."""
    if how in (UPPER, SMALL_CAPS):
        return text.upper()
    if how == LOWER:
        return text.lower()
    if how == CAPITALIZED:
        return _eachWord(text, lambda word: word[:1].upper() + word[1:])
    if how == TITLE:
        return _eachWord(text.lower(), lambda word: word[:1].upper() + word[1:])
    if how == CAMEL:
        return "".join(word[:1].upper() + word[1:].lower() for word in text.split())
    return text


def _eachWord(text: str, change) -> str:
    words, word = [], ""
    for character in text:
        if character.isalnum() or character in "'’":
            word += character
        else:
            words += [change(word), character]
            word = ""
    return "".join([*words, change(word)])
