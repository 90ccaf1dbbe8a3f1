# -*- test-case-name: tests.symbology.test_pictures -*-
"""
The files that symbols are drawn with: SVG and pictures, out of the style
itself or from folders that the server may read.
"""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from PIL import Image, UnidentifiedImageError

#: Larger files are not read.
LARGEST_FILE = 10_000_000
#: Pictures of more pixels are not decoded.
LARGEST_PICTURE = 16_000_000
_EMBEDDED = "base64:"


class Pictures(Protocol):
    """Where symbols find their files."""

    def read(self, name: str) -> bytes | None:
        """
        @param name: as the style has it: C{base64:…}, a path, or a path below one of QGIS's SVG folders.
        @return: the file's bytes; None if there is none, or it may not be read.
        """


def embedded(name: str) -> bytes | None:
    """The bytes of C{base64:…} or of a data URI; None for other names."""
    if name.startswith("data:") and ";base64," in name:
        name = _EMBEDDED + name.partition(";base64,")[2]
    if not name.startswith(_EMBEDDED):
        return None
    try:
        return base64.b64decode(name[len(_EMBEDDED) :], validate=False)
    except (binascii.Error, ValueError):
        return None


class EmbeddedOnly:
    """Pictures out of the style, and no others."""

    def read(self, name: str) -> bytes | None:
        """See L{Pictures}."""
        return embedded(name)


@dataclass(frozen=True)
class PictureFolders:
    """
    Pictures out of the style, and from files below some folders.

    @ivar folders: relative names are looked for in each, in order; nothing outside of
        them is read, whatever names and symbolic links say.
    """

    folders: tuple[Path, ...]
    _real: tuple[Path, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, folders: Iterable[str | Path]) -> PictureFolders:
        """@param folders: those that do not exist are left out."""
        existing = tuple(Path(folder) for folder in folders if Path(folder).is_dir())
        return cls(existing, tuple(folder.resolve() for folder in existing))

    def read(self, name: str) -> bytes | None:
        """See L{Pictures}."""
        if not name or "\0" in name:
            return None
        inside = embedded(name)
        if inside is not None:
            return inside
        name = name.removeprefix("file://")
        candidates = [Path(name)] if Path(name).is_absolute() else [f / name for f in self.folders]
        for candidate in candidates:
            found = self._readFile(candidate)
            if found is not None:
                return found
        return None

    def _readFile(self, path: Path) -> bytes | None:
        try:
            real = path.resolve(strict=True)
            state = real.stat()
        except (OSError, RuntimeError):
            return None
        if not real.is_file() or not any(real.is_relative_to(folder) for folder in self._real):
            return None
        if state.st_size > LARGEST_FILE:
            return None
        return _contents(str(real), state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=512)
def _contents(path: str, modified: int, size: int) -> bytes | None:
    """A file's bytes, read once for each version of it."""
    try:
        return Path(path).read_bytes()
    except OSError:
        return None


@lru_cache(maxsize=64)
def decodedPicture(data: bytes) -> np.ndarray | None:
    """
    A picture file as pixels: uint8 (h, w, 4), premultiplied, in cairo's byte order; None
    if it cannot be read or is too large.
    """
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > LARGEST_PICTURE:
                return None
            rgba = np.asarray(image.convert("RGBA"))
    except (OSError, UnidentifiedImageError, ValueError, Image.DecompressionBombError):
        return None
    alpha = rgba[..., 3:].astype(np.uint16)
    colors = (rgba[..., :3].astype(np.uint16) * alpha + 127) // 255
    red, green, blue = np.moveaxis(colors.astype(np.uint32), -1, 0)
    words = (rgba[..., 3].astype(np.uint32) << 24) | (red << 16) | (green << 8) | blue
    return np.ascontiguousarray(words).view(np.uint8).reshape(*rgba.shape[:2], 4)
