# -*- test-case-name: tests.qgiscompat.test_qt_images -*-
"""QImage and QPixmap, over Pillow."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from ogctwist.qgiscompat.qt.bytearrays import asBytes
from ogctwist.qgiscompat.qt.colors import QColor
from ogctwist.qgiscompat.qt.enums import enum, member
from ogctwist.qgiscompat.qt.namespace import Qt
from ogctwist.qgiscompat.qt.shapes import QPoint, QRect, QSize

Format = enum(
    "Format",
    Format_Invalid=0, Format_Mono=1, Format_MonoLSB=2, Format_Indexed8=3, Format_RGB32=4, Format_ARGB32=5,
    Format_ARGB32_Premultiplied=6, Format_RGB16=7, Format_RGB888=13, Format_RGBX8888=16, Format_RGBA8888=17,
    Format_RGBA8888_Premultiplied=18, Format_Grayscale8=24,
)  # fmt: skip
_MODES = {4: "RGB", 5: "RGBA", 6: "RGBA", 13: "RGB", 16: "RGB", 17: "RGBA", 18: "RGBA", 24: "L"}
_FORMATS = {"RGBA": Format.Format_ARGB32, "RGB": Format.Format_RGB32, "L": Format.Format_Grayscale8}
#: Pixels that are read at most; an image of a plugin may come from anywhere.
LARGEST = 64 * 1024 * 1024


@member(Format)
class QImage:
    """
    A picture.  Pixels are kept without premultiplication, whatever the format.

    @ivar picture: Pillow's image, of mode RGBA, RGB or L; None for none.
    """

    def __init__(self, *arguments: Any):
        self.picture: Any = None
        first = arguments[0] if arguments else None
        if isinstance(first, QImage):
            self.picture = None if first.picture is None else first.picture.copy()
        elif isinstance(first, str):
            self.load(first)
        elif isinstance(first, QSize):
            self._make(first.width(), first.height(), arguments[1])
        elif isinstance(first, int):
            self._make(first, arguments[1], arguments[2])
        elif first is not None:
            width, height, kind = arguments[1], arguments[2], int(arguments[-1])
            raw = {"RGBA": "BGRA", "RGB": "BGRX", "L": "L"}[_MODES[kind]] if kind < 13 else _MODES[kind]
            self.picture = Image.frombytes(_MODES[kind], (width, height), asBytes(first), "raw", raw)

    def _make(self, width: int, height: int, kind: Any) -> None:
        if width > 0 and height > 0 and width * height <= LARGEST:
            self.picture = Image.new(_MODES.get(int(kind), "RGBA"), (width, height))

    # Reading and writing.

    def load(self, source: Any, format: Any = None) -> bool:
        """Read a file or a device."""
        if isinstance(source, str):
            try:
                with open(source, "rb") as file:
                    return self._read(file.read())
            except OSError:
                self.picture = None
                return False
        return self._read(asBytes(source.readAll()))

    def loadFromData(self, data: Any, format: Any = None) -> bool:
        """Read bytes."""
        return self._read(asBytes(data))

    @staticmethod
    def fromData(data: Any, format: Any = None) -> QImage:
        made = QImage()
        made.loadFromData(data)
        return made

    def _read(self, data: bytes) -> bool:
        self.picture = None
        try:
            with Image.open(io.BytesIO(data)) as found:
                if found.width * found.height > LARGEST:
                    return False
                hasAlpha = "A" in found.mode or "transparency" in found.info
                mode = "L" if found.mode == "L" else "RGBA" if hasAlpha else "RGB"
                self.picture = found.convert(mode)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            return False
        return True

    def save(self, target: Any, format: Any = None, quality: int = -1) -> bool:
        """Write to a file or a device."""
        if self.picture is None:
            return False
        name = (format if isinstance(format, str) else asBytes(format).decode() if format else "").upper()
        if not name and isinstance(target, str):
            name = target.rpartition(".")[2].upper()
        data = self._encoded({"JPG": "JPEG", "TIF": "TIFF"}.get(name, name or "PNG"), quality)
        if data is None:
            return False
        if isinstance(target, str):
            try:
                with open(target, "wb") as file:
                    file.write(data)
            except OSError:
                return False
            return True
        return bool(target.write(data) == len(data))

    def _encoded(self, name: str, quality: int) -> bytes | None:
        buffer = io.BytesIO()
        picture = self.picture
        if name in ("JPEG", "BMP") and picture.mode == "RGBA":
            picture = picture.convert("RGB")
        options = {"quality": quality} if quality >= 0 and name in ("JPEG", "WEBP") else {}
        try:
            picture.save(buffer, name, **options)
        except (KeyError, OSError, ValueError):
            return None
        return buffer.getvalue()

    # What it is like.

    def isNull(self) -> bool:
        return self.picture is None

    def width(self) -> int:
        return self.picture.width if self.picture is not None else 0

    def height(self) -> int:
        return self.picture.height if self.picture is not None else 0

    def size(self) -> QSize:
        return QSize(self.width(), self.height())

    def rect(self) -> QRect:
        return QRect(0, 0, self.width(), self.height())

    def depth(self) -> int:
        return 0 if self.picture is None else 8 if self.picture.mode == "L" else 32

    def format(self) -> Any:
        return Format.Format_Invalid if self.picture is None else _FORMATS[self.picture.mode]

    def hasAlphaChannel(self) -> bool:
        return self.picture is not None and self.picture.mode == "RGBA"

    def pixelColor(self, *place: Any) -> QColor:
        x, y = _place(place)
        if not (0 <= x < self.width() and 0 <= y < self.height()):
            return QColor()
        pixel = self.picture.getpixel((x, y))
        return QColor(pixel, pixel, pixel) if isinstance(pixel, int) else QColor(*pixel)

    def pixel(self, *place: Any) -> int:
        return self.pixelColor(*place).rgba()

    def setPixelColor(self, *arguments: Any) -> None:
        x, y = _place(arguments[:-1])
        self.picture.putpixel((x, y), self._ink(QColor(arguments[-1])))

    def setPixel(self, *arguments: Any) -> None:
        rgba = arguments[-1]
        self.setPixelColor(
            *arguments[:-1], QColor(rgba >> 16 & 255, rgba >> 8 & 255, rgba & 255, rgba >> 24 & 255)
        )

    def _ink(self, color: QColor) -> Any:
        red, green, blue, alpha = color.getRgb()
        if self.picture.mode == "L":
            return (red * 11 + green * 16 + blue * 5) // 32
        return (red, green, blue, alpha)[: len(self.picture.mode)]

    def fill(self, color: Any) -> None:
        if self.picture is None:
            return
        if isinstance(color, int) and not hasattr(color, "name"):
            color = QColor(color >> 16 & 255, color >> 8 & 255, color & 255, color >> 24 & 255)
        self.picture.paste(self._ink(QColor(color)), (0, 0, self.width(), self.height()))

    def bits(self) -> Any:
        """The pixels, in the order of the format: blue first for ARGB32."""
        if self.picture is None:
            return b""
        raw = {"RGBA": "BGRA", "RGB": "BGRX", "L": "L"}[self.picture.mode]
        return _Bits(self.picture.tobytes("raw", raw))

    constBits = bits

    def bytesPerLine(self) -> int:
        return self.width() * (1 if self.depth() == 8 else 4)

    def byteCount(self) -> int:
        return self.bytesPerLine() * self.height()

    sizeInBytes = byteCount

    # Others made of it.

    def copy(self, *rectangle: Any) -> QImage:
        made = QImage(self)
        if rectangle and self.picture is not None:
            x, y, width, height = QRect(*rectangle)._q
            made.picture = self.picture.crop((x, y, x + width, y + height))
        return made

    def convertToFormat(self, kind: Any, *flags: Any) -> QImage:
        made = QImage()
        if self.picture is not None:
            made.picture = self.picture.convert(_MODES.get(int(kind), "RGBA"))
        return made

    def scaled(self, *arguments: Any) -> QImage:
        first, *rest = arguments
        if isinstance(first, QSize):
            width, height = first.width(), first.height()
        else:
            width, height, *rest = arguments
        keep = rest[0] if rest else Qt.IgnoreAspectRatio
        made = QImage(self)
        if self.picture is not None:
            if keep != Qt.IgnoreAspectRatio:
                choose = min if keep == Qt.KeepAspectRatio else max
                factor = choose(width / self.width(), height / self.height())
                width, height = round(self.width() * factor), round(self.height() * factor)
            made.picture = self.picture.resize((max(width, 1), max(height, 1)))
        return made

    def scaledToWidth(self, width: int, *mode: Any) -> QImage:
        return self.scaled(width, round(self.height() * width / max(self.width(), 1)))

    def scaledToHeight(self, height: int, *mode: Any) -> QImage:
        return self.scaled(round(self.width() * height / max(self.height(), 1)), height)

    def mirrored(self, horizontal: bool = False, vertical: bool = True) -> QImage:
        made = QImage(self)
        if made.picture is not None and horizontal:
            made.picture = made.picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        if made.picture is not None and vertical:
            made.picture = made.picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        return made

    def setDotsPerMeterX(self, dots: int) -> None:
        """The resolution is not kept."""

    setDotsPerMeterY = setDotsPerMeterX

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QImage) and self.picture == other.picture

    __hash__ = None  # type: ignore[assignment]


class _Bits(bytes):
    """Bytes as sip's C{voidptr} hands them out."""

    def asstring(self, size: int = -1) -> bytes:
        return bytes(self) if size < 0 else bytes(self)[:size]

    def setsize(self, size: int) -> None:
        """It is as large as it is."""


def _place(parts: Any) -> tuple[int, int]:
    if isinstance(parts[0], QPoint):
        return parts[0].x(), parts[0].y()
    return parts[0], parts[1]


class QPixmap(QImage):
    """A picture like any other: there is no screen."""

    @staticmethod
    def fromImage(image: QImage, *flags: Any) -> QPixmap:
        made = QPixmap()
        made.picture = QImage(image).picture
        return made

    def toImage(self) -> QImage:
        made = QImage()
        made.picture = QImage(self).picture
        return made
