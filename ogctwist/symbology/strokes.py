# -*- test-case-name: tests.symbology.test_lines -*-
"""Outlines and lines as QGIS describes them: style, width, caps, joins and dashes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ogctwist.canvas.ink import BLACK, Color, Pen
from ogctwist.canvas.paths import Paths
from ogctwist.symbology.colors import parseColor
from ogctwist.symbology.dashes import dashedParts
from ogctwist.symbology.dynamic import Variation, choiceOf, color, length
from ogctwist.symbology.markup import Properties, number
from ogctwist.symbology.parts import Parts
from ogctwist.symbology.symbols import Drawing
from ogctwist.symbology.units import Length, readUnit, unitName

#: Dashes and gaps in widths of the pen, as Qt draws its named styles.
DASHES = {
    "dash": (4.0, 2.0),
    "dot": (1.0, 2.0),
    "dash dot": (4.0, 2.0, 1.0, 2.0),
    "dash dot dot": (4.0, 2.0, 1.0, 2.0, 1.0, 2.0),
}
CAPS = ("flat", "square", "round")
JOINS = ("bevel", "miter", "round")


@dataclass(frozen=True)
class Stroke:
    """
    @ivar style: 'solid', 'no' or a key of L{DASHES}.
    @ivar customDash: dashes and gaps, in units of C{dashUnit}; None for those of the style.
    """

    color: Color = BLACK
    style: str = "solid"
    width: Length = Length(0.26)
    cap: str = "square"
    join: str = "bevel"
    customDash: tuple[float, ...] | None = None
    dashUnit: Length = Length(1.0)
    dashOffset: Length = Length(0.0)
    alignDash: bool = False

    def pen(self, drawing: Drawing, *, selectable: bool = True) -> Pen | None:
        """
        The pen on a map; None if nothing is drawn.

        @param selectable: whether what is selected is drawn in the selection's colour.
        """
        if self.style == "no":
            return None
        color = drawing.color(self.color) if selectable else self.color.faded(drawing.opacity)
        if color.alpha <= 0:
            return None
        pen = Pen(color, max(self.width.pixels(drawing.frame), 0.0), self.cap, self.join)
        dash = self._dash(pen, drawing)
        if not dash:
            return pen
        return replace(pen, dash=dash, dashOffset=self.dashOffset.pixels(drawing.frame))

    def _dash(self, pen: Pen, drawing: Drawing) -> tuple[float, ...]:
        if self.customDash is not None:
            factor = self.dashUnit.factor(drawing.frame)
            lengths = tuple(max(v, 0.0) * factor for v in self.customDash)
        else:
            lengths = tuple(v * max(pen.thickness, 1.0) for v in DASHES.get(self.style, ()))
        return lengths if sum(lengths) > 0 else ()


def strokedPaths(lines: Parts, pen: Pen, *, aligned: bool = False) -> tuple[Paths, Pen]:
    """
    What a pen has to follow to draw the dashes as Qt does, and the pen for that.

    @param lines: parts whose lines or rings are stroked.
    @param aligned: fit the dashes to the lines.
    """
    if not pen.dash:
        return lines.linePaths, pen
    isThin = pen.thickness <= 1
    if not (isThin or aligned):
        outlines = lines.outlines
        return Paths(outlines.coords, outlines.coordsOf, outlines.ringsOf, None), pen
    dashed = dashedParts(
        lines.outlines, pen.dash, pen.dashOffset, inSteps=isThin and not aligned, aligned=aligned
    )
    paths = Paths(dashed.coords, dashed.coordsOf, dashed.ringsOf, None)
    # Qt leaves the caps of dashes out where the line is no wider than a pixel.
    cap = "flat" if isThin and not aligned else pen.cap
    return paths, replace(pen, dash=(), dashOffset=0.0, cap=cap)


def parseDash(text: str) -> tuple[float, ...]:
    """C{"5;2"}: an even count of lengths."""
    values = [number(v) for v in text.split(";") if v.strip()]
    return tuple(values[: len(values) // 2 * 2])


def choice(text: str, known: tuple[str, ...], default: str) -> str:
    """C{text} if it is known, else the default."""
    return text if text in known else default


def readOutline(properties: Properties, join: str = "bevel") -> Stroke:
    """The outline of a fill or marker."""
    width = number(properties.first("outline_width", "width_border"), 0.26)
    prefix = "outline_width" if "outline_width_unit" in properties else "border_width"
    scale = "outline_width" if "outline_width_map_unit_scale" in properties else "border_width"
    length = readUnit(properties, scale, width)
    unit = unitName(properties.get(f"{prefix}_unit", ""))
    return Stroke(
        color=parseColor(properties.first("outline_color", "color_border", default="35,35,35,255"), BLACK),
        style=properties.first("outline_style", "style_border", default="solid"),
        width=replace(length, unit=unit),
        cap=choice(properties.get("cap_style", ""), CAPS, "square"),
        join=choice(properties.get("joinstyle", ""), JOINS, join),
    )


def readLine(properties: Properties) -> Stroke:
    """The stroke of a simple line."""
    length = readUnit(
        properties,
        "width" if "width_map_unit_scale" in properties else "line_width",
        number(properties.first("line_width", "width"), 0.26),
    )
    unit = unitName(properties.first("line_width_unit", "width_unit"))
    dashUnit = readUnit(properties, "customdash", 1.0)
    custom = parseDash(properties.get("customdash", "5;2")) if properties.flag("use_custom_dash") else None
    return Stroke(
        color=parseColor(properties.first("line_color", "outline_color", "color"), BLACK),
        style=properties.first("line_style", "outline_style", "penstyle", default="solid"),
        width=replace(length, unit=unit),
        cap=choice(properties.get("capstyle", ""), CAPS, "square"),
        join=choice(properties.get("joinstyle", ""), JOINS, "bevel"),
        customDash=custom,
        dashUnit=dashUnit,
        dashOffset=Length.read(properties, "dash_pattern_offset"),
        alignDash=properties.flag("align_dash_pattern"),
    )


def outlineVariations(name: str) -> dict[str, Variation]:
    """The data-defined properties of a stroke that a layer holds by that name."""
    return {
        "outlineColor": color(f"{name}.color"),
        "outlineWidth": length(f"{name}.width"),
        "outlineStyle": choiceOf(f"{name}.style", ("solid", "no", *DASHES)),
        "joinStyle": choiceOf(f"{name}.join", JOINS),
        "capStyle": choiceOf(f"{name}.cap", CAPS),
    }
