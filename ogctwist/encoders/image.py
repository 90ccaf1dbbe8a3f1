# -*- test-case-name: tests.encoders.test_image -*-
"""
Pictures to the image formats of WMS and WMTS.

A picture is uint8 of shape (h, w, 4): premultiplied cairo ARGB32 in native
byte order.
"""

from __future__ import annotations

import io
import re
import sys
from dataclasses import dataclass

import numpy as np
from PIL import Image

from ogctwist.encoders import png
from ogctwist.ows.exceptions import OWSException, quoted

#: What QGIS uses where neither the request nor the project names a quality.
DEFAULT_QUALITY = 75

_MODE = re.compile(r"image/png\s*;\s*mode\s*=\s*(1bit|8bit|16bit)\s*")


@dataclass(frozen=True)
class ImageFormat:
    """
    An image format.

    @ivar codec: png, jpeg or webp.
    @ivar mode: of PNG: '' for all colours; as QGIS Server's C{image/png; mode=…}: C{1bit}
        black and white, C{8bit} at most 256 colours, C{16bit} four bits a channel.
    """

    codec: str
    mode: str = ""

    @property
    def contentType(self) -> str:
        """The MIME type, as QGIS answers it: without the mode."""
        return f"image/{self.codec}"

    @property
    def hasAlpha(self) -> bool:
        """Whether it can hold transparent pixels."""
        return self.codec != "jpeg" and self.mode != "1bit"

    @property
    def suffix(self) -> str:
        """Of file names, without the dot."""
        return "jpg" if self.codec == "jpeg" else self.codec


PNG = ImageFormat("png")
PNG8 = ImageFormat("png", "8bit")
JPEG = ImageFormat("jpeg")
WEBP = ImageFormat("webp")

_NAMES = {
    "png": PNG,
    "image/png": PNG,
    "png8": PNG8,
    "image/png8": PNG8,
    "jpg": JPEG,
    "jpeg": JPEG,
    "image/jpg": JPEG,
    "image/jpeg": JPEG,
    "webp": WEBP,
    "image/webp": WEBP,
}


def imageFormat(text: str) -> ImageFormat:
    """
    The format that a FORMAT parameter names.

    QGIS Server 3.22 knows neither C{png8} nor the short names of JPEG; MapServer and
    GeoServer do.

    @raise OWSException: code InvalidFormat (WMS 1.3.0, table E.1).
    """
    name = text.strip().lower()
    found = _NAMES.get(name)
    if found is not None:
        return found
    mode = _MODE.fullmatch(name)
    if mode is None:
        raise OWSException(
            f"The format '{quoted(text)}' from FORMAT is not supported.", "InvalidFormat", "FORMAT"
        )
    return ImageFormat("png", mode.group(1))


def encodeImage(
    picture: np.ndarray,
    imageFormat: ImageFormat = PNG,
    quality: int = -1,
    transparent: bool = True,
    background: tuple[int, int, int] = (255, 255, 255),
    dpi: float | None = None,
) -> bytes:
    """
    The file of a picture.

    @param picture: (h, w, 4) uint8, not changed.
    @param quality: 0 to 100, of JPEG and WebP; negative for the default.
    @param transparent: keep transparent pixels where the format can.
    @param background: red, green, blue behind what is transparent otherwise.
    @param dpi: noted in PNG and JPEG files when given.
    """
    if not (transparent and imageFormat.hasAlpha) and imageFormat.mode != "1bit":
        picture = flattened(picture, background)
    if imageFormat.codec != "png":
        return _pillow(picture, imageFormat, quality, dpi)
    if imageFormat.mode == "1bit":
        return _monochrome(picture if transparent else flattened(picture, background), dpi)
    if imageFormat.mode == "8bit":
        return _atMost256(picture, dpi)
    if imageFormat.mode == "16bit":
        picture = _fourBits(picture)
    return png.encodePng(picture, dpi)


def flattened(picture: np.ndarray, background: tuple[int, int, int]) -> np.ndarray:
    """The picture over a background; the same array when it is opaque."""
    argb = png.words(picture)
    if png.isOpaque(argb):
        return picture
    rest = (255 - channels(picture)[3]).astype(np.uint16)
    result = np.empty_like(np.ascontiguousarray(picture))
    for out, channel, behind in zip(channels(result), channels(picture), (*background, 255), strict=True):
        product = rest * np.uint16(behind) + np.uint16(128)
        out[...] = channel + ((product + (product >> np.uint16(8))) >> np.uint16(8)).astype(np.uint8)
    return result


def channels(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Views of red, green, blue and alpha of a picture, each (h, w)."""
    order = (2, 1, 0, 3) if sys.byteorder == "little" else (1, 2, 3, 0)
    red, green, blue, alpha = (picture[..., k] for k in order)
    return red, green, blue, alpha


def _straightImage(picture: np.ndarray) -> Image.Image:
    """As a Pillow image: RGB when opaque, else straight RGBA."""
    argb = png.words(picture)
    opaque = png.isOpaque(argb)
    straight = np.ascontiguousarray(argb if opaque else png.straightened(argb))
    size = (straight.shape[1], straight.shape[0])
    little = sys.byteorder == "little"
    if opaque:
        return Image.frombuffer("RGB", size, straight, "raw", "BGRX" if little else "XRGB", 0, 1)
    return Image.frombuffer("RGBA", size, straight, "raw", "BGRA" if little else "ARGB", 0, 1)


def _pillow(picture: np.ndarray, imageFormat: ImageFormat, quality: int, dpi: float | None) -> bytes:
    stream = io.BytesIO()
    quality = DEFAULT_QUALITY if quality < 0 else min(quality, 100)
    image = _straightImage(picture)
    if imageFormat.codec == "webp":
        image.save(stream, "WEBP", quality=quality, lossless=quality == 100, method=0)
    else:
        more = {} if dpi is None else {"dpi": (round(dpi), round(dpi))}
        image.save(stream, "JPEG", quality=quality, **more)
    return stream.getvalue()


def _monochrome(picture: np.ndarray, dpi: float | None) -> bytes:
    """Black below the middle grey, else white; what is transparent counts as black, as in Qt."""
    straight = png.straightened(png.words(picture))
    red = (straight >> np.uint32(16)) & np.uint32(255)
    green = (straight >> np.uint32(8)) & np.uint32(255)
    blue = straight & np.uint32(255)
    # Qt's weights of grey, in 32nds
    isLight = red * np.uint32(11) + green * np.uint32(16) + blue * np.uint32(5) >= 128 * 32
    index = isLight.astype(np.uint8)
    return png.indexed(index, np.array([0xFF000000, 0xFFFFFFFF], np.uint32), dpi)


def _atMost256(picture: np.ndarray, dpi: float | None) -> bytes:
    """Exact when there are at most 256 colours, else the nearest of 256 that suit the picture."""
    argb = png.words(picture)
    exact = png.Runs(argb.reshape(-1)).palette()
    if exact is not None:
        colours, index = exact
        return png.indexed(index.reshape(argb.shape), png.straightened(colours), dpi)
    image = _straightImage(picture)
    # Pillow's median cut is finer but takes half a second for a photograph of 1024 x 1024
    reduced = image.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    rgba = np.array(reduced.getpalette("RGBA"), np.uint32).reshape(-1, 4)
    palette = rgba[:, 3] << 24 | rgba[:, 0] << 16 | rgba[:, 1] << 8 | rgba[:, 2]
    return png.indexed(np.asarray(reduced), palette.astype(np.uint32), dpi)


def _fourBits(picture: np.ndarray) -> np.ndarray:
    """Each premultiplied channel at the nearest lower of 16 levels, as Qt's ARGB4444 keeps it."""
    high = picture >> 4
    return high << 4 | high
