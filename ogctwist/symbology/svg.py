# -*- test-case-name: tests.symbology.test_svg -*-
"""
SVG pictures with QGIS's parameters: C{param(fill)}, C{param(outline)}, … stand
for colours and widths of the symbol.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from lxml import etree

from ogctwist.canvas.compose import surfaceOf
from ogctwist.canvas.ink import Color

_PARAMETER = re.compile(r"param\(\s*([\w-]+)\s*\)\s*([^;\"]*)")
_LENGTH = re.compile(r"^\s*([0-9.eE+-]+)\s*(px|pt|pc|mm|cm|in)?\s*$")
_UNITS = {None: 1.0, "px": 1.0, "pt": 96 / 72, "pc": 16.0, "mm": 96 / 25.4, "cm": 960 / 25.4, "in": 96.0}
#: Pixels of the longer side beyond which no picture is made.
LARGEST_SIDE = 4096


@dataclass(frozen=True)
class SvgStyle:
    """
    What the parameters of a picture stand for.

    @ivar strokeWidth: in units of the picture.
    @ivar others: further parameters by name.
    """

    fill: Color = Color(0, 0, 0)
    stroke: Color = Color(0, 0, 0)
    strokeWidth: float = 1.0
    others: tuple[tuple[str, str], ...] = field(default=())

    def values(self) -> Mapping[str, str]:
        """The texts to put in for parameters."""
        return {
            **dict(self.others),
            "fill": _hex(self.fill),
            "fill-opacity": f"{self.fill.alpha:.4g}",
            "outline": _hex(self.stroke),
            "stroke": _hex(self.stroke),
            "outline-opacity": f"{self.stroke.alpha:.4g}",
            "stroke-opacity": f"{self.stroke.alpha:.4g}",
            "outline-width": f"{self.strokeWidth:.6g}",
            "stroke-width": f"{self.strokeWidth:.6g}",
        }


def _hex(color: Color) -> str:
    return "#" + "".join(f"{round(c * 255):02x}" for c in color[:3])


class SvgError(ValueError):
    """An SVG that cannot be drawn."""


@lru_cache(maxsize=512)
def svgSize(data: bytes) -> tuple[float, float]:
    """
    (width, height) in the picture's own units: of its view box, else as it declares.

    @raise SvgError: it cannot be read.
    """
    root = _parsed(data)
    box = [float(v) for v in re.split(r"[\s,]+", root.get("viewBox", "").strip()) if _LENGTH.match(v)]
    if len(box) == 4 and box[2] > 0 and box[3] > 0:
        return box[2], box[3]
    width, height = (_length(root.get(side, "")) for side in ("width", "height"))
    if not (width and height):
        raise SvgError("the picture has no size")
    return width, height


def _length(text: str) -> float:
    match = _LENGTH.match(text)
    return float(match.group(1)) * _UNITS[match.group(2)] if match else 0.0


def _parsed(data: bytes):
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise SvgError("the picture is no XML") from error


@lru_cache(maxsize=256)
def svgPicture(data: bytes, width: int, height: int, style: SvgStyle = SvgStyle()) -> np.ndarray:
    """
    Draw a picture; the last few hundred are kept.

    @param width: pixels (likewise C{height}); the proportions need not be the picture's own.
    @return: uint8 (height, width, 4), premultiplied, cairo's byte order; not to be written to.
    @raise SvgError: it cannot be drawn.
    """
    if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE):
        raise SvgError(f"a picture of {width} by {height} pixels")
    root = _parsed(data)
    _putIn(root, style.values())
    own = svgSize(data)
    root.set("viewBox", root.get("viewBox", f"0 0 {own[0]:g} {own[1]:g}"))
    root.set("preserveAspectRatio", "none")
    root.set("width", str(width))
    root.set("height", str(height))
    picture = np.zeros((height, width, 4), np.uint8)
    _draw(etree.tostring(root), picture)
    return picture


def _putIn(root, values: Mapping[str, str]) -> None:
    """Replace C{param(name) default} in attributes; an unknown name leaves its default."""

    def value(match: re.Match[str]) -> str:
        return values.get(match.group(1), match.group(2).strip())

    for element in root.iter():
        for name, text in element.attrib.items():
            if "param(" in text:
                element.set(name, _PARAMETER.sub(value, text))


def _draw(document: bytes, picture: np.ndarray) -> None:
    """Draw an SVG that fills C{picture}; the library fetches nothing from outside of it."""
    import cairosvg.surface  # here, as it must not be imported before ogctwist.canvas.cairo
    from cairosvg.parser import Tree

    class PictureSurface(cairosvg.surface.Surface):
        device_units_per_user_units = 1

        def _create_surface(self, width, height):
            return surfaceOf(picture), picture.shape[1], picture.shape[0]

        def finish(self):
            self.cairo.flush()

    try:
        surface = PictureSurface(Tree(bytestring=document), None, 96)
        surface.finish()
    except Exception as error:  # whatever the library makes of a broken picture
        raise SvgError(f"the picture cannot be drawn: {error}") from error
