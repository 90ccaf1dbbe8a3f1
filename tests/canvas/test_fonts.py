"""L{ogctwist.canvas.fonts} and L{ogctwist.canvas.fontconfig}: which font a style means."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from ogctwist.canvas import fonts
from ogctwist.canvas.fontconfig import FontConfig, openTypeWeight
from ogctwist.canvas.fonts import FontChoice, FontFile, FontLibrary, bestOf, scan, systemFonts
from ogctwist.canvas.typeface import describeFile


def member(style: str, weight: int, isItalic: bool = False, family: str = "Example") -> FontFile:
    """A member of a made-up family."""
    return FontFile(f"/nowhere/{family}-{style}.ttf", 0, (family,), style, weight, isItalic)


class BestOfTests(SynchronousTestCase):
    """L{bestOf}: within a family."""

    family = [
        member("Condensed", 400),
        member("Bold Oblique", 700, True),
        member("Book", 400),
        member("Bold", 700),
        member("Oblique", 400, True),
    ]

    def style(self, **choice: object) -> str:
        """The style that is chosen."""
        return bestOf(self.family, FontChoice(("Example",), **choice)).style  # type: ignore[arg-type]

    def test_byName(self) -> None:
        """The style's name wins over weight and slope, in any case."""
        self.assertEqual(self.style(style="bold oblique", weight=400), "Bold Oblique")

    def test_byWeightAndSlope(self) -> None:
        """Otherwise the nearest; never a condensed one by chance."""
        self.assertEqual(self.style(), "Book")
        self.assertEqual(self.style(weight=650), "Bold")
        self.assertEqual(self.style(isItalic=True), "Oblique")
        self.assertEqual(self.style(style="Heavy Italic", weight=800, isItalic=True), "Bold Oblique")


class SystemFontsTests(SynchronousTestCase):
    """With whatever fonts this machine has."""

    def setUp(self) -> None:
        self.library = systemFonts()
        if not self.library.fonts:
            raise SkipTest("this machine has no fonts")

    def test_default(self) -> None:
        """There is a default, and it stands in for what is missing, which is noted once."""
        library = FontLibrary(self.library.fonts)
        self.assertTrue(library.hasFamily(library.defaultFamily))
        wanted = FontChoice(("No Such Family",))
        self.assertIs(library.chain(wanted)[0], library.chain(FontChoice((library.defaultFamily,)))[0])
        library.chain(FontChoice(("No Such Family",), weight=700))
        self.assertEqual(library.missing, ("No Such Family",))

    def test_substitutes(self) -> None:
        """The first substitute that is there is taken; the family is missing nevertheless."""
        library = FontLibrary(self.library.fonts)
        last = library.families()[-1]
        chain = library.chain(FontChoice(("No Such Family", "Nor This", last)))
        self.assertIs(chain[0], library.chain(FontChoice((last,)))[0])
        self.assertEqual(library.missing, ("No Such Family",))

    def test_generic(self) -> None:
        """Sans Serif is no font but never missing."""
        library = FontLibrary(self.library.fonts)
        chain = library.chain(FontChoice(("Sans Serif",)))
        self.assertIs(chain[0], library.chain(FontChoice((library.defaultFamily,)))[0])
        self.assertEqual(library.missing, ())

    def test_chain(self) -> None:
        """Every family has its turn once, and a chain is made once."""
        library = FontLibrary(self.library.fonts)
        chain = library.chain(FontChoice((library.defaultFamily,)))
        self.assertEqual(len(chain), len(set(map(id, chain))))
        self.assertIs(library.chain(FontChoice((library.defaultFamily,))), chain)

    def test_scanned(self) -> None:
        """Folders are searched without fontconfig; what is no font is passed over."""
        folder = Path(self.mktemp())
        (folder / "deep").mkdir(parents=True)
        shutil.copy(self.library.fonts[0].path, folder / "deep")
        (folder / "broken.ttf").write_bytes(b"this is no font" * 100)
        (folder / "empty.otf").write_bytes(b"")
        found = scan([folder, folder / "absent"])
        self.assertEqual(found[0].families[0], describeFile(self.library.fonts[0].path)[0][1][0])
        self.assertEqual({Path(f.path).name for f in found}, {Path(self.library.fonts[0].path).name})

    def test_ownFolders(self) -> None:
        """A folder of the administrator's choice wins over the same family elsewhere."""
        folder = Path(self.mktemp())
        folder.mkdir()
        first = next(f for f in self.library.fonts if f.path.endswith((".ttf", ".otf")))
        shutil.copy(first.path, folder)
        library = systemFonts((str(folder),))
        places = {Path(f.path).parent for f in library.fonts if f.families[0] == first.families[0]}
        self.assertEqual(places, {folder})

    def test_noFonts(self) -> None:
        """Without any font there is nothing to write with, and that is said."""
        self.assertRaises(LookupError, FontLibrary([]).chain, FontChoice(("Any",)))
        self.assertEqual(FontLibrary([]).defaultFamily, "")


class FontConfigTests(SynchronousTestCase):
    """The library of this machine, if it has one."""

    def setUp(self) -> None:
        if FontConfig.load() is None:
            raise SkipTest("this machine has no fontconfig")

    def test_ownConfiguration(self) -> None:
        """The file that FONTCONFIG_FILE names decides which fonts there are, and what stands in."""
        source = next((f for f in systemFonts().fonts if f.path.endswith(".ttf")), None)
        if source is None:
            raise SkipTest("this machine has no fonts")
        folder = Path(self.mktemp()).absolute()
        folder.mkdir()
        shutil.copy(source.path, folder)
        file = folder / "fonts.conf"
        file.write_text(
            f'<?xml version="1.0"?><fontconfig><dir>{folder}</dir>'
            f"<cachedir>{folder}/cache</cachedir></fontconfig>"
        )
        self.patch(os, "environ", {**os.environ})
        os.putenv("FONTCONFIG_FILE", str(file))
        self.addCleanup(os.unsetenv, "FONTCONFIG_FILE")
        config = FontConfig.load()
        assert config is not None
        listed = config.fonts()
        self.assertEqual({font.path for font in listed}, {str(folder / Path(source.path).name)})
        self.assertEqual(listed[0].families[0], source.families[0])
        self.assertEqual(config.order("Anything")[0][0], listed[0].path)

    def test_weights(self) -> None:
        """fontconfig's weights are not OpenType's."""
        self.assertEqual([openTypeWeight(w) for w in (80, 200, 0, 99, 1000)], [400, 700, 100, 500, 1000])

    def test_absent(self) -> None:
        """Without the library fonts are found by scanning."""
        self.patch(fonts.FontConfig, "load", classmethod(lambda cls: None))
        systemFonts.cache_clear()
        self.addCleanup(systemFonts.cache_clear)
        self.patch(fonts, "systemFolders", lambda: [])
        folder = Path(self.mktemp())
        self.assertEqual(scan([folder]), [])
        library = systemFonts()
        self.assertEqual({f.path for f in library.fonts}, {f.path for f in scan(fonts.packageFolders())})
