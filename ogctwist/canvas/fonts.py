# -*- test-case-name: tests.canvas.test_fonts -*-
"""
Which fonts there are, and which one a style means.

Fonts come from fontconfig where the machine has it, else from the usual
folders; then from folders that a setting names; then from installed packages
that carry some, so that a machine without any fonts still writes.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from ogctwist.canvas.fontconfig import FontConfig
from ogctwist.canvas.typeface import Typeface, describeFile

#: Folders of fonts within packages: (package, folder).
PACKAGES = (("mapnik", "lib/mapnik/fonts"), ("matplotlib", "mpl-data/fonts/ttf"))
SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")
#: What Qt calls its default where nothing else is said.
DEFAULT_FAMILY = "sans-serif"
#: Families that are no fonts but mean one, as Qt lists them.
GENERIC = {"sans serif": "sans-serif", "sans-serif": "sans-serif", "serif": "serif", "monospace": "monospace"}
#: The first of these that there is stands in when nobody names a default.
PREFERRED = ("DejaVu Sans", "Noto Sans", "Liberation Sans", "Arial", "Helvetica", "Verdana")
#: Names of missing families that are remembered.
MOST_MISSING = 1000


@dataclass(frozen=True)
class FontFile:
    """
    A font.

    @ivar families: its names, the usual one first.
    @ivar style: its style's name: Book, Bold Oblique, …
    @ivar weight: as OpenType counts: 400 regular, 700 bold.
    """

    path: str
    index: int
    families: tuple[str, ...]
    style: str
    weight: int
    isItalic: bool


@dataclass(frozen=True)
class FontChoice:
    """
    What a style asks for.

    @ivar families: the family, then those that stand in for it.
    @ivar style: name of the style within the family, or ''; it wins over weight and slope.
    """

    families: tuple[str, ...]
    style: str = ""
    weight: int = 400
    isItalic: bool = False


class FontLibrary:
    """
    Fonts by name.  Safe to share between threads.

    @ivar fonts: all of them, those of fontconfig first.
    """

    def __init__(self, fonts: Iterable[FontFile], fontconfig: FontConfig | None = None):
        self.fonts = tuple(fonts)
        self._fontconfig = fontconfig
        self._families: dict[str, list[FontFile]] = {}
        self._byPlace = {(font.path, font.index): font for font in self.fonts}
        for font in self.fonts:
            for name in font.families:
                self._families.setdefault(name.casefold(), []).append(font)
        self._missing: dict[str, None] = {}
        self._chains: dict[FontChoice, tuple[Typeface, ...]] = {}
        self._lock = threading.Lock()

    @property
    def missing(self) -> tuple[str, ...]:
        """Families that were asked for and are not there, in the order in which they were missed."""
        with self._lock:
            return tuple(self._missing)

    def hasFamily(self, family: str) -> bool:
        """Whether there is a family of that name, in any case; the generic ones are always there."""
        name = family.casefold()
        return name in self._families or (name in GENERIC and bool(self.fonts))

    def families(self) -> list[str]:
        """The names of all families, sorted."""
        return sorted({font.families[0] for font in self.fonts if font.families})

    @cached_property
    def defaultFamily(self) -> str:
        """What is used in the place of a family that is missing; '' when there are no fonts at all."""
        ordered = self._order(DEFAULT_FAMILY)
        if ordered:
            return ordered[0].families[0]
        for name in PREFERRED:
            if self.hasFamily(name):
                return name
        return self.fonts[0].families[0] if self.fonts else ""

    def chain(self, choice: FontChoice) -> tuple[Typeface, ...]:
        """
        The typefaces to write with: the first that has a character writes it.

        As QGIS does: the family itself, else the first of its substitutes that is
        there, else the default font; never fontconfig's idea of a similar one.

        @return: never empty.
        @raise LookupError: if there are no fonts at all.
        """
        found = self._chains.get(choice)
        if found is None:
            found = self._makeChain(choice)
            with self._lock:
                if len(self._chains) >= 1000:
                    self._chains.clear()
                self._chains[choice] = found
        return found

    def _makeChain(self, choice: FontChoice) -> tuple[Typeface, ...]:
        family = next((name for name in choice.families if self.hasFamily(name)), self.defaultFamily)
        if choice.families and not self.hasFamily(choice.families[0]) and choice.families[0]:
            with self._lock:
                if len(self._missing) < MOST_MISSING:
                    self._missing.setdefault(choice.families[0])
        if family.casefold() in GENERIC and family.casefold() not in self._families:
            meant = self._order(GENERIC[family.casefold()])
            family = meant[0].families[0] if meant else self.defaultFamily
        members = self._families.get(family.casefold())
        if not members:
            raise LookupError("there are no fonts")
        first = bestOf(members, choice)
        chain = [_typeface(first, choice)]
        seen = {first.families[0]}
        for font in (*self._order(family), *self.fonts):
            if font.families[0] not in seen:
                seen.add(font.families[0])
                chain.append(_typeface(bestOf(self._families[font.families[0].casefold()], choice), choice))
        return tuple(chain)

    def _order(self, family: str) -> list[FontFile]:
        if self._fontconfig is None:
            return []
        places = self._fontconfig.order(family)
        return [self._byPlace[place] for place in places if place in self._byPlace]


def bestOf(fonts: Sequence[FontFile], choice: FontChoice) -> FontFile:
    """
    The member of a family that a style means: the one of that style's name, else the
    nearest by slope and weight, a condensed one last.
    """
    style = choice.style.casefold()
    if style:
        for font in fonts:
            if font.style.casefold() == style:
                return font

    def distance(font: FontFile) -> tuple[bool, bool, int]:
        return (
            font.isItalic != choice.isItalic,
            "condensed" in font.style.casefold(),
            abs(font.weight - choice.weight),
        )

    return min(fonts, key=distance)


def _typeface(font: FontFile, choice: FontChoice) -> Typeface:
    """A font, made bold or oblique where the family has no such member."""
    named = bool(choice.style) and font.style.casefold() == choice.style.casefold()
    bold = not named and choice.weight >= 600 and font.weight < 600
    oblique = not named and choice.isItalic and not font.isItalic
    return Typeface.open(font.path, font.index, bold, oblique)


def systemFolders() -> list[Path]:
    """Where fonts usually lie on this system."""
    home = Path.home()
    if sys.platform == "win32":
        return [Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"]
    if sys.platform == "darwin":
        return [home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts")]
    return [
        home / ".fonts",
        home / ".local/share/fonts",
        Path("/usr/local/share/fonts"),
        Path("/usr/share/fonts"),
    ]


def packageFolders() -> list[Path]:
    """Folders of fonts within installed packages; the packages are not imported."""
    folders = []
    for package, folder in PACKAGES:
        spec = importlib.util.find_spec(package)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            if (Path(place) / folder).is_dir():
                folders.append(Path(place) / folder)
    return folders


def scan(folders: Iterable[Path]) -> list[FontFile]:
    """The fonts in folders and below; what cannot be read is left out."""
    found = []
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file()):
            for described in describeFile(str(path)):
                found.append(FontFile(str(path), *described))
    return found


@lru_cache(maxsize=8)
def systemFonts(folders: tuple[str, ...] = (), useFontconfig: bool = True) -> FontLibrary:
    """
    The fonts of this machine, looked up once.

    @param folders: further folders, of the administrator's choice; they win.
    @param useFontconfig: False to scan folders even where there is a fontconfig.
    """
    own = scan(Path(folder) for folder in folders)
    fontconfig = FontConfig.load() if useFontconfig else None
    if fontconfig is None:
        found = scan(systemFolders())
    else:
        found = [FontFile(**vars(font)) for font in fontconfig.fonts() if font.families]
    carried = scan(packageFolders())
    known: set[str] = set()
    fonts: list[FontFile] = []
    for group in (own, found, carried):
        # a family is taken from one place only, or two versions of a font would be mixed
        fonts.extend(font for font in group if font.families[0].casefold() not in known)
        known.update(font.families[0].casefold() for font in group)
    return FontLibrary(fonts, fontconfig)
