# -*- test-case-name: tests.qgiscompat.test_qt_images -*-
"""QColor, and the pens, brushes and fonts that have one."""

from __future__ import annotations

import colorsys
from typing import Any

from PIL import ImageColor

from ogctwist.qgiscompat.qt.enums import enum, member
from ogctwist.qgiscompat.qt.namespace import GlobalColor, Qt

_GLOBAL = {
    "color0": "#000000", "color1": "#ffffff", "black": "#000000", "white": "#ffffff", "darkGray": "#808080",
    "gray": "#a0a0a4", "lightGray": "#c0c0c0", "red": "#ff0000", "green": "#00ff00", "blue": "#0000ff",
    "cyan": "#00ffff", "magenta": "#ff00ff", "yellow": "#ffff00", "darkRed": "#800000",
    "darkGreen": "#008000", "darkBlue": "#000080", "darkCyan": "#008080", "darkMagenta": "#800080",
    "darkYellow": "#808000", "transparent": "#00000000",
}  # fmt: skip
NameFormat = enum("NameFormat", HexRgb=0, HexArgb=1)


@member(NameFormat)
class QColor:
    """A colour: red, green, blue and alpha, 0 to 255; not valid when made of nothing that is one."""

    def __init__(self, *parts: Any):
        self._rgba: tuple[int, int, int, int] | None = None
        if len(parts) >= 3:
            self.setRgb(*parts)
        elif parts:
            self._rgba = _colour(parts[0])

    def isValid(self) -> bool:
        return self._rgba is not None

    def getRgb(self) -> tuple[int, int, int, int]:
        return self._rgba or (0, 0, 0, 255)

    def setRgb(self, *parts: int) -> None:
        red, green, blue, alpha = (*parts, 255)[:4]
        self._rgba = (red, green, blue, alpha)

    @staticmethod
    def fromRgb(*parts: int) -> QColor:
        return QColor(*parts)

    @staticmethod
    def fromHsv(hue: int, saturation: int, value: int, alpha: int = 255) -> QColor:
        rgb = colorsys.hsv_to_rgb(max(hue, 0) / 360, saturation / 255, value / 255)
        return QColor(*(round(part * 255) for part in rgb), alpha)

    @staticmethod
    def isValidColor(name: str) -> bool:
        return _colour(name) is not None

    def setNamedColor(self, name: str) -> None:
        self._rgba = _colour(name)

    def red(self) -> int:
        return self.getRgb()[0]

    def green(self) -> int:
        return self.getRgb()[1]

    def blue(self) -> int:
        return self.getRgb()[2]

    def alpha(self) -> int:
        return self.getRgb()[3]

    def redF(self) -> float:
        return self.red() / 255

    def greenF(self) -> float:
        return self.green() / 255

    def blueF(self) -> float:
        return self.blue() / 255

    def alphaF(self) -> float:
        return self.alpha() / 255

    def setAlpha(self, alpha: int) -> None:
        self._rgba = (*self.getRgb()[:3], alpha)

    def setAlphaF(self, alpha: float) -> None:
        self.setAlpha(round(alpha * 255))

    def rgb(self) -> int:
        return self.rgba() | 0xFF000000

    def rgba(self) -> int:
        red, green, blue, alpha = self.getRgb()
        return alpha << 24 | red << 16 | green << 8 | blue

    def name(self, format: int = NameFormat.HexRgb) -> str:
        red, green, blue, alpha = self.getRgb()
        start = f"#{alpha:02x}" if format == NameFormat.HexArgb else "#"
        return f"{start}{red:02x}{green:02x}{blue:02x}"

    def hsvHue(self) -> int:
        hue, saturation, _ = colorsys.rgb_to_hsv(self.redF(), self.greenF(), self.blueF())
        return round(hue * 360) if saturation else -1

    hue = hsvHue

    def lighter(self, factor: int = 150) -> QColor:
        red, green, blue, alpha = self.getRgb()
        return QColor(*(min(part * factor // 100, 255) for part in (red, green, blue)), alpha)

    def darker(self, factor: int = 200) -> QColor:
        red, green, blue, alpha = self.getRgb()
        return QColor(*(part * 100 // factor for part in (red, green, blue)), alpha)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QColor) and self._rgba == other._rgba

    def __hash__(self) -> int:
        return hash(self._rgba)

    def __repr__(self) -> str:
        return f"QColor{self.getRgb()}"


def _colour(given: Any) -> tuple[int, int, int, int] | None:
    """What a constructor's argument stands for."""
    if isinstance(given, QColor):
        return given._rgba
    if isinstance(given, QBrush):
        return given.color()._rgba
    if isinstance(given, GlobalColor):
        return _named(_GLOBAL[given.name])
    if isinstance(given, int):
        return (given >> 16 & 255, given >> 8 & 255, given & 255, 255)
    return _named(given) if isinstance(given, str) else None


def _named(name: str) -> tuple[int, int, int, int] | None:
    text = name.strip().lower()
    if text.startswith("#") and len(text) == 9 and _GLOBAL["transparent"] != text:
        # Qt has alpha first.
        text = f"#{text[3:]}{text[1:3]}"
    try:
        red, green, blue, *alpha = ImageColor.getrgb(
            _GLOBAL["transparent"] if text == "transparent" else text
        )
    except ValueError:
        return None
    return (red, green, blue, alpha[0] if alpha else 255)


def qRgba(red: int, green: int, blue: int, alpha: int) -> int:
    """A colour as one number."""
    return alpha << 24 | red << 16 | green << 8 | blue


def qRgb(red: int, green: int, blue: int) -> int:
    """An opaque colour as one number."""
    return qRgba(red, green, blue, 255)


def qAlpha(rgba: int) -> int:
    """The alpha of a colour as one number."""
    return rgba >> 24 & 255


def qRed(rgba: int) -> int:
    """Its red."""
    return rgba >> 16 & 255


def qGreen(rgba: int) -> int:
    """Its green."""
    return rgba >> 8 & 255


def qBlue(rgba: int) -> int:
    """Its blue."""
    return rgba & 255


class QBrush:
    """What areas are filled with: one colour."""

    def __init__(self, color: Any = None, *style: Any):
        self._color = QColor() if color is None else QColor(color)
        self._style = Qt.NoBrush if color is None or color == Qt.NoBrush else Qt.SolidPattern

    def color(self) -> QColor:
        return self._color

    def setColor(self, color: Any) -> None:
        self._color = QColor(color)

    def style(self) -> int:
        return self._style

    def setStyle(self, style: int) -> None:
        self._style = style


class QPen:
    """What lines are drawn with."""

    def __init__(self, color: Any = Qt.black, width: float = 1, style: int = Qt.SolidLine, *more: Any):
        if isinstance(color, QPen):
            color, width, style = color._color, color._width, color._style
        elif color == Qt.NoPen and not isinstance(color, (QColor, GlobalColor)):
            color, style = Qt.black, Qt.NoPen
        self._color = QColor(color)
        self._width = width
        self._style = style

    def color(self) -> QColor:
        return self._color

    def setColor(self, color: Any) -> None:
        self._color = QColor(color)

    def width(self) -> int:
        return round(self._width)

    def widthF(self) -> float:
        return float(self._width)

    def setWidth(self, width: float) -> None:
        self._width = width

    setWidthF = setWidth

    def style(self) -> int:
        return self._style

    def setStyle(self, style: int) -> None:
        self._style = style

    def setCapStyle(self, style: int) -> None:
        """Lines end where they end."""

    def setJoinStyle(self, style: int) -> None:
        """Lines meet where they meet."""


Weight = enum("Weight", Thin=0, Light=25, Normal=50, Medium=57, DemiBold=63, Bold=75, Black=87)


@member(Weight)
class QFont:
    """A font by its family; all are drawn with the one that is at hand."""

    def __init__(
        self, family: Any = "", pointSize: int = 12, weight: int = Weight.Normal, italic: bool = False
    ):
        if isinstance(family, QFont):
            self.__dict__.update(family.__dict__)
            return
        self._family = family
        self._points = float(pointSize if pointSize > 0 else 12)
        self._pixels = 0
        self._weight = weight
        self._isItalic = italic

    def family(self) -> str:
        return self._family

    def setFamily(self, family: str) -> None:
        self._family = family

    def pointSize(self) -> int:
        return round(self._points)

    def pointSizeF(self) -> float:
        return self._points

    def setPointSize(self, points: float) -> None:
        self._points, self._pixels = float(points), 0

    setPointSizeF = setPointSize

    def pixelSize(self) -> int:
        return self._pixels or round(self._points * 96 / 72)

    def setPixelSize(self, pixels: int) -> None:
        self._pixels = pixels

    def weight(self) -> int:
        return self._weight

    def setWeight(self, weight: int) -> None:
        self._weight = weight

    def bold(self) -> bool:
        return self._weight >= Weight.Bold

    def setBold(self, bold: bool) -> None:
        self._weight = Weight.Bold if bold else Weight.Normal

    def italic(self) -> bool:
        return self._isItalic

    def setItalic(self, italic: bool) -> None:
        self._isItalic = italic


class QFontDatabase:
    """The fonts of the process: plugins add none."""

    @staticmethod
    def addApplicationFont(path: str) -> int:
        return -1

    @staticmethod
    def addApplicationFontFromData(data: Any) -> int:
        return -1

    @staticmethod
    def applicationFontFamilies(font: int) -> list[str]:
        return []

    @staticmethod
    def families(*system: Any) -> list[str]:
        return []
