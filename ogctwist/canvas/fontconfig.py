# -*- test-case-name: tests.canvas.test_fonts -*-
"""
The fonts that fontconfig knows, through its C library where there is one.

Nothing is compiled and nothing linked: the library is found by name and called
with C{ctypes}; a machine without it scans folders instead (L{ogctwist.canvas.fonts}).
"""

from __future__ import annotations

import ctypes
import ctypes.util
import threading
from dataclasses import dataclass

_MATCH = 0
_PATTERN_KIND = 0
#: fontconfig's weights and those of OpenType.
_WEIGHTS = (
    (0, 100),
    (40, 200),
    (50, 300),
    (75, 380),
    (80, 400),
    (100, 500),
    (180, 600),
    (200, 700),
    (205, 800),
    (210, 900),
    (215, 1000),
)


class _FontSet(ctypes.Structure):
    _fields_ = [
        ("count", ctypes.c_int),
        ("size", ctypes.c_int),
        ("fonts", ctypes.POINTER(ctypes.c_void_p)),
    ]


@dataclass(frozen=True)
class ListedFont:
    """
    A font that fontconfig lists.

    @ivar families: all its names, the usual one first.
    @ivar weight: as OpenType counts: 400 regular, 700 bold.
    """

    path: str
    index: int
    families: tuple[str, ...]
    style: str
    weight: int
    isItalic: bool


class FontConfig:
    """
    One configuration, read once: C{FONTCONFIG_FILE} if the environment names one.

    Calls are serialised: fontconfig's own locking differs between its versions.
    """

    def __init__(self, library: ctypes.CDLL):
        self._library = library
        self._lock = threading.Lock()
        self._declare()
        self._config = library.FcInitLoadConfigAndFonts()
        if not self._config:
            raise OSError("fontconfig could not be set up")

    @classmethod
    def load(cls) -> FontConfig | None:
        """The configuration of this machine, None when it has no fontconfig."""
        names = [ctypes.util.find_library("fontconfig"), "libfontconfig.so.1"]
        for name in filter(None, names):
            try:
                return cls(ctypes.CDLL(name))
            except (OSError, AttributeError):
                continue
        return None

    def _declare(self) -> None:
        library, pointer, text = self._library, ctypes.c_void_p, ctypes.c_char_p
        signatures = {
            "FcInitLoadConfigAndFonts": (pointer, []),
            "FcConfigGetFonts": (ctypes.POINTER(_FontSet), [pointer, ctypes.c_int]),
            "FcPatternCreate": (pointer, []),
            "FcPatternDestroy": (None, [pointer]),
            "FcPatternAddString": (ctypes.c_int, [pointer, text, text]),
            "FcPatternGetString": (ctypes.c_int, [pointer, text, ctypes.c_int, ctypes.POINTER(text)]),
            "FcPatternGetInteger": (
                ctypes.c_int,
                [pointer, text, ctypes.c_int, ctypes.POINTER(ctypes.c_int)],
            ),
            "FcConfigSubstitute": (ctypes.c_int, [pointer, pointer, ctypes.c_int]),
            "FcDefaultSubstitute": (None, [pointer]),
            "FcFontSort": (
                ctypes.POINTER(_FontSet),
                [pointer, pointer, ctypes.c_int, pointer, ctypes.POINTER(ctypes.c_int)],
            ),
            "FcFontSetDestroy": (None, [ctypes.POINTER(_FontSet)]),
        }
        for name, (result, arguments) in signatures.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments

    def fonts(self) -> list[ListedFont]:
        """All outline fonts, in fontconfig's order."""
        with self._lock:
            found = self._library.FcConfigGetFonts(self._config, 0)
            if not found:
                return []
            patterns = [found.contents.fonts[k] for k in range(found.contents.count)]
            listed = [self._listed(pattern) for pattern in patterns]
        return [font for font in listed if font is not None]

    def order(self, family: str) -> list[tuple[str, int]]:
        """
        Which fonts to try for a family, the best first: its substitutes by the
        configuration's rules, then whatever adds characters.

        @return: (path, index) of each.
        """
        with self._lock:
            pattern = self._library.FcPatternCreate()
            try:
                self._library.FcPatternAddString(pattern, b"family", family.encode("utf-8", "replace"))
                self._library.FcConfigSubstitute(self._config, pattern, _PATTERN_KIND)
                self._library.FcDefaultSubstitute(pattern)
                result = ctypes.c_int()
                found = self._library.FcFontSort(self._config, pattern, 1, None, ctypes.byref(result))
            finally:
                self._library.FcPatternDestroy(pattern)
            if not found:
                return []
            try:
                patterns = [found.contents.fonts[k] for k in range(found.contents.count)]
                listed = [self._listed(p) for p in patterns]
            finally:
                self._library.FcFontSetDestroy(found)
        return [(font.path, font.index) for font in listed if font is not None]

    def _listed(self, pattern: int) -> ListedFont | None:
        path = self._text(pattern, b"file", 0)
        if path is None or self._integer(pattern, b"outline", 1) == 0:
            return None
        families: list[str] = []
        while (name := self._text(pattern, b"family", len(families))) is not None:
            families.append(name)
        return ListedFont(
            path,
            # the upper half numbers the named instances of a variable font
            self._integer(pattern, b"index", 0) & 0xFFFF,
            tuple(families),
            self._text(pattern, b"style", 0) or "",
            openTypeWeight(self._integer(pattern, b"weight", 80)),
            self._integer(pattern, b"slant", 0) > 0,
        )

    def _text(self, pattern: int, name: bytes, number: int) -> str | None:
        value = ctypes.c_char_p()
        status = self._library.FcPatternGetString(pattern, name, number, ctypes.byref(value))
        if status != _MATCH or value.value is None:
            return None
        return value.value.decode("utf-8", "replace")

    def _integer(self, pattern: int, name: bytes, default: int) -> int:
        value = ctypes.c_int()
        status = self._library.FcPatternGetInteger(pattern, name, 0, ctypes.byref(value))
        return value.value if status == _MATCH else default


def openTypeWeight(weight: int) -> int:
    """The weight of OpenType nearest to one of fontconfig."""
    return min(_WEIGHTS, key=lambda pair: abs(pair[0] - weight))[1]
