# -*- test-case-name: tests.qgiscompat.test_qt_images -*-
"""
QPainter on a QImage, over Pillow: what a watermark needs.  Pictures, rectangles, lines and
text; no transformations but shifts.
"""

from __future__ import annotations

from typing import Any

from PIL import Image, ImageDraw, ImageFont

from ogctwist.qgiscompat.qt.colors import QBrush, QColor, QFont, QPen
from ogctwist.qgiscompat.qt.enums import flags, member
from ogctwist.qgiscompat.qt.images import QImage
from ogctwist.qgiscompat.qt.namespace import Qt
from ogctwist.qgiscompat.qt.shapes import QPointF, QRect, QRectF, _numbers

RenderHint = flags("RenderHint", Antialiasing=1, TextAntialiasing=2, SmoothPixmapTransform=4)


class QPainterPath:
    """A path: lines, rectangles and texts."""

    def __init__(self, *start: Any):
        self.lines: list[list[tuple[float, float]]] = []
        self.texts: list[tuple[float, float, QFont, str]] = []
        if start:
            self.moveTo(*start)

    def moveTo(self, *place: Any) -> None:
        x, y = _numbers(place)
        self.lines.append([(x, y)])

    def lineTo(self, *place: Any) -> None:
        x, y = _numbers(place)
        if not self.lines:
            self.moveTo(0, 0)
        self.lines[-1].append((x, y))

    def closeSubpath(self) -> None:
        if self.lines:
            self.lines[-1].append(self.lines[-1][0])

    def addRect(self, *rectangle: Any) -> None:
        x, y, width, height = _numbers(rectangle)
        self.lines.append([(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)])

    def addText(self, *arguments: Any) -> None:
        """@param arguments: the left end of the base line, font, text."""
        *place, font, text = arguments
        x, y = _numbers(place)
        self.texts.append((x, y, font, text))

    def isEmpty(self) -> bool:
        return not (self.lines or self.texts)


@member(RenderHint)
class QPainter:
    """Draws over what is there, with alpha."""

    def __init__(self, device: Any = None):
        self._image: QImage | None = None
        self._states: list[tuple[Any, ...]] = []
        self._reset()
        if device is not None:
            self.begin(device)

    def _reset(self) -> None:
        self._pen, self._brush, self._font = QPen(), QBrush(), QFont()
        self._opacity = 1.0
        self._dx = self._dy = 0.0

    def begin(self, device: QImage) -> bool:
        if device.isNull():
            return False
        self._image = device
        self._reset()
        return True

    def end(self) -> bool:
        self._image = None
        return True

    def isActive(self) -> bool:
        return self._image is not None

    def device(self) -> Any:
        return self._image

    def save(self) -> None:
        self._states.append((self._pen, self._brush, self._font, self._opacity, self._dx, self._dy))

    def restore(self) -> None:
        self._pen, self._brush, self._font, self._opacity, self._dx, self._dy = self._states.pop()

    def setRenderHint(self, hint: int, on: bool = True) -> None:
        """Everything is smooth."""

    setRenderHints = setRenderHint

    def setOpacity(self, opacity: float) -> None:
        self._opacity = opacity

    def opacity(self) -> float:
        return self._opacity

    def setPen(self, pen: Any) -> None:
        self._pen = pen if isinstance(pen, QPen) else QPen(pen)

    def pen(self) -> QPen:
        return self._pen

    def setBrush(self, brush: Any) -> None:
        self._brush = brush if isinstance(brush, QBrush) else QBrush(brush)

    def brush(self) -> QBrush:
        return self._brush

    def setFont(self, font: QFont) -> None:
        self._font = font

    def font(self) -> QFont:
        return self._font

    def translate(self, *by: Any) -> None:
        dx, dy = _numbers(by)
        self._dx, self._dy = self._dx + dx, self._dy + dy

    def setCompositionMode(self, mode: Any) -> None:
        """Everything is drawn over what is there."""

    # Drawing.

    def _put(self, layer: Any, x: int, y: int) -> None:
        """Compose a Pillow picture over the image at a place."""
        if self._image is None:
            return
        if self._opacity < 1:
            layer = layer.copy()
            layer.putalpha(layer.getchannel("A").point(lambda a: round(a * self._opacity)))
        target = self._image.picture
        whole = Image.new("RGBA", target.size, (0, 0, 0, 0))
        whole.paste(layer, (x, y))
        self._image.picture = Image.alpha_composite(target.convert("RGBA"), whole).convert(target.mode)

    def drawImage(self, *arguments: Any) -> None:
        """C{(point, image)}, C{(rect, image)}, C{(x, y, image)}; a part of the image may follow."""
        at = next(i for i, a in enumerate(arguments) if isinstance(a, QImage))
        image, place = arguments[at], _numbers(arguments[:at])
        if image.picture is None:
            return
        source = image.picture.convert("RGBA")
        part = _numbers([a for a in arguments[at + 1 :] if isinstance(a, (QRect, QRectF, int, float))])
        if len(part) >= 4 and part[2] > 0 and part[3] > 0:
            source = source.crop((part[0], part[1], part[0] + part[2], part[1] + part[3]))
        if len(place) == 4:
            source = source.resize((max(round(place[2]), 1), max(round(place[3]), 1)))
        self._put(source, round(place[0] + self._dx), round(place[1] + self._dy))

    drawPixmap = drawImage

    def _sheet(self) -> Any:
        assert self._image is not None
        return Image.new("RGBA", self._image.picture.size, (0, 0, 0, 0))

    def _polygon(self, points: Any, isClosed: bool, pen: QPen, brush: QBrush) -> None:
        if self._image is None:
            return
        places = [(x + self._dx, y + self._dy) for x, y in points]
        sheet = self._sheet()
        draw = ImageDraw.Draw(sheet)
        if isClosed and brush.style() != Qt.NoBrush and len(places) > 2:
            draw.polygon(places, fill=brush.color().getRgb())
        if pen.style() != Qt.NoPen:
            line = [*places, places[0]] if isClosed else places
            draw.line(line, fill=pen.color().getRgb(), width=max(pen.width(), 1))
        self._put(sheet, 0, 0)

    def drawLine(self, *ends: Any) -> None:
        x1, y1, x2, y2 = _numbers(ends)
        self._polygon([(x1, y1), (x2, y2)], False, self._pen, QBrush())

    def drawRect(self, *rectangle: Any) -> None:
        self._rectangle(_numbers(rectangle), self._pen, self._brush)

    def fillRect(self, *arguments: Any) -> None:
        *rectangle, brush = arguments
        fill = brush if isinstance(brush, QBrush) else QBrush(QColor(brush))
        self._rectangle(_numbers(rectangle), QPen(Qt.black, 1, Qt.NoPen), fill)

    def _rectangle(self, numbers: list[float], pen: QPen, brush: QBrush) -> None:
        x, y, width, height = numbers
        right, bottom = x + width - 1, y + height - 1
        self._polygon([(x, y), (right, y), (right, bottom), (x, bottom)], True, pen, brush)

    def drawText(self, *arguments: Any) -> None:
        """C{(point, text)}, C{(x, y, text)}: from the base line; C{(rect, flags, text)}."""
        text = next(a for a in arguments if isinstance(a, str))
        place = _numbers([a for a in arguments if isinstance(a, (QPointF, QRectF, int, float))])
        if len(place) >= 4:
            self._textIn(place[:4], int(place[4]) if len(place) > 4 else 0, text)
        else:
            self._text(place[0], place[1], self._font, text, self._pen.color(), 0)

    def _textIn(self, rectangle: list[float], alignment: int, text: str) -> None:
        x, y, width, height = rectangle
        left, top, right, bottom = _font(self._font).getbbox(text, anchor="ls")
        if alignment & Qt.AlignHCenter:
            x += (width - (right - left)) / 2
        elif alignment & Qt.AlignRight:
            x += width - (right - left)
        if alignment & Qt.AlignVCenter:
            y += (height - (bottom - top)) / 2 - top
        elif alignment & Qt.AlignBottom:
            y += height - bottom
        else:
            y -= top
        self._text(x, y, self._font, text, self._pen.color(), 0)

    def _text(self, x: float, y: float, font: QFont, text: str, color: QColor, stroke: int) -> None:
        if self._image is None:
            return
        sheet = self._sheet()
        draw = ImageDraw.Draw(sheet)
        place = (x + self._dx, y + self._dy)
        ink = color.getRgb()
        draw.text(place, text, fill=ink, font=_font(font), anchor="ls", stroke_width=stroke, stroke_fill=ink)
        self._put(sheet, 0, 0)

    def fillPath(self, path: QPainterPath, brush: Any) -> None:
        fill = brush if isinstance(brush, QBrush) else QBrush(brush)
        for line in path.lines:
            self._polygon(line, True, QPen(Qt.black, 1, Qt.NoPen), fill)
        for x, y, font, text in path.texts:
            self._text(x, y, font, text, fill.color(), 0)

    def strokePath(self, path: QPainterPath, pen: QPen) -> None:
        for line in path.lines:
            self._polygon(line, False, pen, QBrush())
        for x, y, font, text in path.texts:
            self._text(x, y, font, text, pen.color(), max(pen.width() // 2, 1))

    def drawPath(self, path: QPainterPath) -> None:
        if self._brush.style() != Qt.NoBrush:
            self.fillPath(path, self._brush)
        if self._pen.style() != Qt.NoPen:
            self.strokePath(path, self._pen)


def _font(font: QFont) -> Any:
    return ImageFont.load_default(max(font.pixelSize(), 1))


class QFontMetrics:
    """How large text is."""

    def __init__(self, font: QFont):
        self._font = _font(font)

    def horizontalAdvance(self, text: str, *length: Any) -> int:
        return round(self._font.getlength(text))

    width = horizontalAdvance

    def height(self) -> int:
        return sum(self._font.getmetrics())

    def ascent(self) -> int:
        return int(self._font.getmetrics()[0])

    def boundingRect(self, text: str) -> QRect:
        left, top, right, bottom = (round(n) for n in self._font.getbbox(text, anchor="ls"))
        return QRect(left, top, right - left, bottom - top)
