# -*- test-case-name: tests.symbology.test_effects -*-
"""
Paint effects: what is drawn is drawn aside first, and shadows, glows and the
like are made of the picture.

A stack of effects is worked out from the last to the first, each seeing what
the ones after it made of the picture, and drawn from the first to the last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil, cos, radians, sin
from typing import Protocol

import numpy as np

from ogctwist.canvas.cairo import cairo
from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.compose import surfaceOf
from ogctwist.canvas.ink import BLACK, Color
from ogctwist.symbology.coloreffect import readColorEffect
from ogctwist.symbology.colorramps import ColorRamp, readColorRamp
from ogctwist.symbology.colors import parseColor
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.markup import Properties, number
from ogctwist.symbology.pixels import blurred, edgeDistances, pictureOf
from ogctwist.symbology.units import Length, readUnit

#: Qt's composition modes, by which effects are mixed with what is below, to cairo's operators.
_MODES = (
    *("OVER", "DEST_OVER", "CLEAR", "SOURCE", "DEST", "IN", "DEST_IN", "OUT", "DEST_OUT", "ATOP"),
    *("DEST_ATOP", "XOR", "ADD", "MULTIPLY", "SCREEN", "OVERLAY", "DARKEN", "LIGHTEN", "COLOR_DODGE"),
    *("COLOR_BURN", "HARD_LIGHT", "SOFT_LIGHT", "DIFFERENCE", "EXCLUSION"),
)
_OVER = cairo.OPERATOR_OVER
MODIFIER, RENDER, BOTH = 0, 1, 2
#: Effects within effects: more than that is no style.
DEEPEST = 3


class Effect(Protocol):
    """Makes a picture of a picture."""

    def apply(self, picture: np.ndarray, frame: Frame) -> np.ndarray:
        """
        @param picture: uint8 (h, w, 4), premultiplied, cairo's byte order; not changed.
        @return: the effect alone, of the same shape.
        """

    def reach(self, frame: Frame) -> float:
        """How far it spreads what is drawn, in pixels."""


@dataclass(frozen=True)
class DrawSource:
    """What was drawn, as it is."""

    def apply(self, picture: np.ndarray, frame: Frame) -> np.ndarray:
        """See L{Effect}."""
        return picture

    def reach(self, frame: Frame) -> float:
        """See L{Effect}."""
        return 0.0


@dataclass(frozen=True)
class Blur:
    """
    @ivar level: the radius.
    @ivar isGaussian: as QGIS counts the radius of its two methods, this one is sharper.
    """

    level: Length
    isGaussian: bool = False

    def apply(self, picture: np.ndarray, frame: Frame) -> np.ndarray:
        """See L{Effect}."""
        return _blurred(picture, self.level.pixels(frame) * (0.5 if self.isGaussian else 1.0))

    def reach(self, frame: Frame) -> float:
        """See L{Effect}."""
        return 3 * self.level.pixels(frame)


@dataclass(frozen=True)
class Shadow:
    """
    @ivar angle: degrees clockwise from the top, where the shadow falls.
    @ivar isInner: on what was drawn instead of below it.
    """

    color: Color
    distance: Length
    angle: float
    level: Length
    isInner: bool = False

    def apply(self, picture: np.ndarray, frame: Frame) -> np.ndarray:
        """See L{Effect}."""
        distance = self.distance.pixels(frame)
        right = round(distance * sin(radians(self.angle)))
        down = round(-distance * cos(radians(self.angle)))
        alpha = picture[..., 3]
        if self.isInner:
            cast = _blurred(painted(255 - _moved(alpha, right, down), self.color), self.level.pixels(frame))
            return _within(cast, alpha)
        return _moved(_blurred(painted(alpha, self.color), self.level.pixels(frame)), right, down)

    def reach(self, frame: Frame) -> float:
        """See L{Effect}."""
        return self.distance.pixels(frame) + 3 * self.level.pixels(frame)


@dataclass(frozen=True)
class Glow:
    """
    @ivar ramp: from the edge outwards (or inwards).
    @ivar isInner: on what was drawn instead of around it.
    """

    ramp: ColorRamp
    spread: Length
    level: Length
    isInner: bool = False

    def apply(self, picture: np.ndarray, frame: Frame) -> np.ndarray:
        """See L{Effect}."""
        alpha = picture[..., 3]
        inside = alpha > 127
        spread = max(self.spread.pixels(frame), 1.0)
        distances = edgeDistances(inside if self.isInner else ~inside)
        glow = pictureOf(np.minimum(distances / spread, 1), self.ramp, distances <= spread)
        glow = _blurred(glow, self.level.pixels(frame))
        return _within(glow, alpha if self.isInner else 255 - alpha)

    def reach(self, frame: Frame) -> float:
        """See L{Effect}."""
        return self.spread.pixels(frame) + 3 * self.level.pixels(frame)


@dataclass(frozen=True)
class Transform:
    """Moved, scaled, turned and mirrored about the middle of what was drawn."""

    move: tuple[Length, Length]
    scale: tuple[float, float] = (1.0, 1.0)
    shear: tuple[float, float] = (0.0, 0.0)
    rotation: float = 0.0

    def apply(self, picture: np.ndarray, frame: Frame) -> np.ndarray:
        """See L{Effect}."""
        ys, xs = np.nonzero(picture[..., 3])
        if not len(ys):
            return picture
        x, y = (int(xs.min()) + int(xs.max()) + 1) / 2, (int(ys.min()) + int(ys.max()) + 1) / 2
        canvas = Canvas(picture.shape[1], picture.shape[0])
        context = canvas.context
        right, down = (length.pixels(frame) for length in self.move)
        context.translate(x + right, y + down)
        context.rotate(radians(self.rotation))
        context.transform(cairo.Matrix(1, self.shear[1], self.shear[0], 1, 0, 0))
        context.scale(*(s if s else 1e-6 for s in self.scale))
        context.translate(-x, -y)
        context.set_source_surface(surfaceOf(np.ascontiguousarray(picture)), 0, 0)
        context.paint()
        return canvas.pixels

    def reach(self, frame: Frame) -> float:
        """See L{Effect}."""
        return max(abs(length.pixels(frame)) for length in self.move) + 64 * max(map(abs, self.scale))


@dataclass(frozen=True)
class EffectStep:
    """
    One effect of a stack.

    @ivar drawMode: L{MODIFIER} (changes what later effects see, and is not drawn),
        L{RENDER} (is drawn only) or L{BOTH}.
    @ivar operator: cairo's.
    @ivar seesSource: it sees what was drawn at first, whatever earlier effects made of it.
    """

    effect: Effect
    opacity: float = 1.0
    operator: int = _OVER
    drawMode: int = BOTH
    seesSource: bool = False


@dataclass(frozen=True)
class EffectStack:
    """Effects, the first below."""

    steps: tuple[EffectStep, ...] = field(default=())

    def reach(self, frame: Frame) -> int:
        """How far they spread what is drawn, in whole pixels."""
        return ceil(sum(step.effect.reach(frame) for step in self.steps)) + 1

    def draw(self, canvas: Canvas, picture: np.ndarray, x: int, y: int, frame: Frame) -> None:
        """
        Put a picture on a canvas, with its effects.

        @param picture: uint8 (h, w, 4), premultiplied.
        @param x: where its left edge goes (likewise C{y}).
        """
        current = picture
        results: list[tuple[EffectStep, np.ndarray]] = []
        for step in reversed(self.steps):
            result = step.effect.apply(picture if step.seesSource else current, frame)
            if step.drawMode != RENDER and not step.seesSource:
                current = result
            results.append((step, result))
        for step, result in reversed(results):
            if step.drawMode != MODIFIER:
                _put(canvas, step, result, x, y)


def _put(canvas: Canvas, step: EffectStep, picture: np.ndarray, x: int, y: int) -> None:
    """Draw the result of a step."""
    context = canvas.context
    context.save()
    if step.operator != _OVER:
        context.set_operator(step.operator)
    context.rectangle(x, y, picture.shape[1], picture.shape[0])
    context.clip()
    context.set_source_surface(surfaceOf(np.ascontiguousarray(picture)), x, y)
    context.paint_with_alpha(min(max(step.opacity, 0.0), 1.0))
    context.restore()


def painted(alpha: np.ndarray, color: Color) -> np.ndarray:
    """A mask (uint8, (h, w)) in a colour, as a picture."""
    return pictureOf(alpha / 255, ColorRamp(((0.0, color._replace(alpha=0.0)), (1.0, color))))


def _blurred(picture: np.ndarray, radius: float) -> np.ndarray:
    return blurred(picture, min(round(radius), 200)) if radius >= 1 else picture


def _moved(picture: np.ndarray, right: int, down: int) -> np.ndarray:
    """Everything moved by whole pixels; what comes in is empty."""
    result = np.zeros_like(picture)
    height, width = picture.shape[:2]
    if abs(right) < width and abs(down) < height:
        result[max(down, 0) : height + min(down, 0), max(right, 0) : width + min(right, 0)] = picture[
            max(-down, 0) : height + min(-down, 0), max(-right, 0) : width + min(-right, 0)
        ]
    return result


def _within(picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """A picture as far as a mask (uint8) lets it show."""
    return ((picture.astype(np.uint16) * mask[..., None] + 127) // 255).astype(np.uint8)


def readEffects(element, problems: list[str], depth: int = 0) -> EffectStack | None:
    """
    @param element: C{<effect>}, or None.
    @param problems: gets the names of effects that are not known.
    @return: None where nothing changes what is drawn.
    """
    if element is None or element.get("enabled", "1") != "1" or depth > DEEPEST:
        return None
    children = element.findall("effect") if element.get("type") == "effectStack" else [element]
    steps = [step for child in children if (step := _readStep(child, problems)) is not None]
    if all(isinstance(s.effect, DrawSource) and s.opacity >= 1 and s.operator == _OVER for s in steps):
        return None
    return EffectStack(tuple(steps))


def _readStep(element, problems: list[str]) -> EffectStep | None:
    properties = Properties.of(element)
    kind = element.get("type", "")
    if not properties.flag("enabled", True):
        return None
    reader = _READERS.get(kind)
    if reader is None:
        problems.append(f"paint effect {kind}")
        return None
    mode = int(properties.number("blend_mode"))
    opacity = properties.first("opacity")
    share = number(opacity, 1.0) if opacity else 1 - properties.number("transparency")
    return EffectStep(
        reader(properties, element),
        share,
        getattr(cairo, f"OPERATOR_{_MODES[mode]}") if 0 <= mode < len(_MODES) else _OVER,
        int(properties.number("draw_mode", default=BOTH)),
        seesSource=kind == "drawSource",
    )


def _blurLevel(properties: Properties, default: float) -> Length:
    return readUnit(properties, "blur", properties.number("blur_level", default=default))


def _shadow(isInner: bool) -> Callable[[Properties, object], Effect]:
    def read(properties: Properties, element: object) -> Effect:
        return Shadow(
            parseColor(properties.get("color"), BLACK),
            readUnit(properties, "offset", properties.number("offset_distance", default=2.0)),
            properties.number("offset_angle", default=135.0),
            _blurLevel(properties, 2.645),
            isInner,
        )

    return read


def _glow(isInner: bool) -> Callable[[Properties, object], Effect]:
    def read(properties: Properties, element: object) -> Effect:
        color = parseColor(properties.get("single_color"), Color(1, 1, 1))
        ramp = ColorRamp(((0.0, color), (1.0, color._replace(alpha=0.0))))
        if int(properties.number("color_type")) == 1:
            ramp = readColorRamp(getattr(element, "find", lambda _: None)("colorramp")) or ramp
        spread = readUnit(properties, "spread", properties.number("spread", default=2.0))
        return Glow(ramp, spread, _blurLevel(properties, 2.645), isInner)

    return read


def _transform(properties: Properties, element: object) -> Effect:
    x, y = (readUnit(properties, "translate", properties.number(f"translate_{a}")) for a in "xy")
    scale = [properties.number(f"scale_{a}", default=1.0) for a in "xy"]
    for axis, name in enumerate("xy"):
        if properties.flag(f"reflect_{name}"):
            scale[axis] = -scale[axis]
    shear = (properties.number("shear_x"), properties.number("shear_y"))
    return Transform((x, y), (scale[0], scale[1]), shear, properties.number("rotation"))


_READERS: dict[str, Callable[[Properties, object], Effect]] = {
    "drawSource": lambda properties, element: DrawSource(),
    "blur": lambda properties, element: Blur(
        _blurLevel(properties, 10.0), properties.number("blur_method") == 1
    ),
    "dropShadow": _shadow(False),
    "innerShadow": _shadow(True),
    "outerGlow": _glow(False),
    "innerGlow": _glow(True),
    "transform": _transform,
    "color": lambda properties, element: readColorEffect(properties),
}
