# -*- test-case-name: tests.canvas.test_canvas -*-
"""
The drawing surface.

Shapes come as L{Paths} of many parts; most calls draw a run of parts.  Pixel
(0, 0) is the top left, y grows downwards, and whole numbers lie on the edges
between pixels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from ogctwist.canvas.cairo import cairo, library
from ogctwist.canvas.coats import Coat, Stamps
from ogctwist.canvas.compose import operatorOf, surfaceOf
from ogctwist.canvas.ink import Color, Ink, Pen, inkPattern
from ogctwist.canvas.paths import Paths
from ogctwist.canvas.sprites import Sprite
from ogctwist.native import kernel
from ogctwist.native import paint as native

_IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

#: Path elements that are drawn with one call: cairo slows down with larger paths.
CHUNK = 20_000


class Canvas:
    """
    A picture to draw on, transparent at first.

    Not to be used by two threads at the same time.

    @ivar width: pixels.
    @ivar height: pixels.
    @ivar context: the cairo context, for what this class does not offer.
    """

    #: For pictures that are scaled: what lies beyond their edges is like the edge.
    PAD = cairo.EXTEND_PAD

    def __init__(self, width: int, height: int, surface=None):
        """
        @param surface: a cairo surface of that size to draw on (PDF, SVG); by
            default a picture in memory.
        """
        self.width = width
        self.height = height
        self._array: np.ndarray | None = None
        if surface is None:
            self._array = np.zeros((height, width, 4), np.uint8)
            surface = surfaceOf(self._array)
        self._surface = surface
        self.context = cairo.Context(surface)
        self.context.set_fill_rule(cairo.FILL_RULE_EVEN_ODD)

    @property
    def pixels(self) -> np.ndarray:
        """
        The picture: uint8 (height, width, 4), premultiplied, ARGB32 in native byte
        order (blue first on little-endian machines).  It is the canvas's memory.

        @raise ValueError: if the canvas draws on a surface without pixels.
        """
        if self._array is None:
            raise ValueError("this canvas has no pixels")
        self._surface.flush()
        return self._array

    @property
    def isVector(self) -> bool:
        """Whether it draws on a surface of shapes (PDF, SVG) instead of pixels."""
        return self._array is None

    def pixelsChanged(self) -> None:
        """To be called after C{pixels} were written to."""
        self._surface.mark_dirty()

    def clear(self, color: Color) -> None:
        """Fill the whole picture with a colour, whatever was there."""
        context = self.context
        context.save()
        context.set_operator(cairo.OPERATOR_SOURCE)
        context.set_source_rgba(*color)
        context.paint()
        context.restore()

    def setBlendMode(self, blendMode: int) -> None:
        """What is drawn from now on is mixed with what is there by QGIS's C{blendMode}."""
        self.context.set_operator(operatorOf(blendMode))

    def paintParts(
        self,
        paths: Paths,
        start: int,
        stop: int,
        fill: Ink | None,
        pen: Pen | None,
        outlines: Paths | None = None,
    ) -> None:
        """
        Part after part: filled, then stroked.  Rings of a part cut holes (even-odd).

        @param outlines: what is stroked, where that is not what is filled.
        """
        if self._partsByKernel(Coat(paths, fill, pen, outlines), start, stop):
            return
        context = self.context
        pointer = context._pointer
        fillSource = None if fill is None else inkPattern(fill)
        penSource = None
        if pen is not None:
            penSource = inkPattern(pen.ink)
            pen.apply(context)
        append = library.cairo_append_path
        setSource = library.cairo_set_source
        fillPointer = fillSource and fillSource._pointer
        penPointer = penSource and penSource._pointer
        keeps = penSource is not None and outlines is None
        finishFill = library.cairo_fill_preserve if keeps else library.cairo_fill
        stroke = library.cairo_stroke
        newPath = library.cairo_new_path
        newPath(pointer)
        for index in range(start, stop):
            if fillPointer is not None or outlines is None:
                append(pointer, paths.part(index))
            if fillPointer is not None:
                setSource(pointer, fillPointer)
                finishFill(pointer)
            if penPointer is not None:
                if outlines is not None:
                    append(pointer, outlines.part(index))
                setSource(pointer, penPointer)
                stroke(pointer)
        newPath(pointer)
        context._check_status()

    def strokeTogether(self, paths: Paths, start: int, stop: int, pen: Pen) -> None:
        """
        Stroke many parts at once: crossings do not add up.  The same picture as
        part after part when the pen is opaque, save at antialiased edges.
        """
        if pen.isOpaque and self._partsByKernel(Coat(paths, None, pen), start, stop):
            return
        context = self.context
        context.set_source(inkPattern(pen.ink))
        pen.apply(context)
        context.new_path()
        for first, last in paths.chunks(start, stop, CHUNK):
            library.cairo_append_path(context._pointer, paths.run(first, last))
            context.stroke()
        context._check_status()

    def paintMixed(
        self, looks: Sequence[Sequence[Coat | Stamps]], which: np.ndarray, items: np.ndarray
    ) -> None:
        """
        Item after item, each with all coats of its look in order, before the next.

        @param which: int (n,): the look of each step.
        @param items: int (n,): what each step draws: an item of the coats of its look.
        """
        if self._paintedByKernel(looks, which, items):
            return
        for look, item in zip(which.tolist(), items.tolist(), strict=True):
            for coat in looks[look]:
                self._paintItem(coat, item)

    def _paintItem(self, coat: Coat | Stamps, item: int) -> None:
        if isinstance(coat, Stamps):
            self.stamp(coat.sprite, coat.positions[item : item + 1])
            return
        first, last = item, item + 1
        if coat.starts is not None:
            first, last = int(coat.starts[item]), int(coat.starts[item + 1])
        if coat.fill is None and coat.pen is not None and coat.pen.isOpaque and last - first > 1:
            self.strokeTogether(coat.paths, first, last, coat.pen)
        else:
            self.paintParts(coat.paths, first, last, coat.fill, coat.pen, coat.outlines)

    def _paintedByKernel(
        self, looks: Sequence[Sequence[Coat | Stamps]], which: np.ndarray, items: np.ndarray
    ) -> bool:
        """Paint with the kernel, if it can all be painted so.  @return: whether it was."""
        if not kernel.AVAILABLE or not all(coat.isPlain for look in looks for coat in look):
            return False
        if not self._isPlain():
            return False
        native.paint(self.pixels, [[coat.forPixels() for coat in look] for look in looks], which, items)
        self.pixelsChanged()
        return True

    def _partsByKernel(self, coat: Coat, start: int, stop: int) -> bool:
        items = np.arange(start, stop, dtype=np.int64)
        return self._paintedByKernel([[coat]], np.zeros(len(items), np.int32), items)

    def _isPlain(self) -> bool:
        """
        Whether pixels may be written to directly: nothing clips, moves or mixes,
        and no group is open.
        """
        if self._array is None or not kernel.AVAILABLE:
            return False
        context = self.context
        if context.get_operator() != cairo.OPERATOR_OVER:
            return False
        if library.cairo_get_group_target(context._pointer) != self._surface._pointer:
            return False
        if context.get_matrix().as_tuple() != _IDENTITY:
            return False
        rectangles = library.cairo_copy_clip_rectangle_list(context._pointer)
        try:
            if rectangles.status != 0 or rectangles.num_rectangles != 1:
                return False
            clip = rectangles.rectangles[0]
            return (clip.x, clip.y, clip.width, clip.height) == (0, 0, self.width, self.height)
        finally:
            library.cairo_rectangle_list_destroy(rectangles)

    def clipTo(self, paths: Paths, start: int, stop: int) -> None:
        """From now on draw only within the parts; between C{save} and C{restore}."""
        context = self.context
        context.new_path()
        library.cairo_append_path(context._pointer, paths.run(start, stop))
        context.clip()

    def drawPicture(self, picture: np.ndarray, x: float = 0.0, y: float = 0.0) -> None:
        """
        Put a picture on the canvas.

        @param picture: uint8 (h, w, 4), premultiplied, C-contiguous.
        @param x: where its left edge goes (likewise C{y}).
        """
        self.context.set_source_surface(surfaceOf(picture), x, y)
        self.context.paint()

    @contextmanager
    def saved(self) -> Iterator[None]:
        """Clip, blend mode and transformation are as before after the block."""
        self.context.save()
        try:
            yield
        finally:
            self.context.restore()

    @contextmanager
    def group(self, opacity: float = 1.0, blendMode: int = 0) -> Iterator[None]:
        """What the block draws is put on the canvas as one picture."""
        if opacity >= 1 and blendMode == 0:
            yield
            return
        context = self.context
        context.push_group()
        context.set_operator(cairo.OPERATOR_OVER)
        try:
            yield
        except BaseException:
            context.pop_group()
            raise
        context.pop_group_to_source()
        context.save()
        context.set_operator(operatorOf(blendMode))
        context.paint_with_alpha(max(0.0, min(opacity, 1.0)))
        context.restore()

    def stamp(self, sprite: Sprite, positions: np.ndarray) -> None:
        """
        Draw a small picture at many places, in order.

        @param positions: float64 (n, 2): where the sprite's anchor goes.  Positions
            are rounded to whole pixels.
        """
        corners = Stamps(sprite, positions).corners
        if self._isPlain():
            native.stamp(self.pixels, sprite.picture, corners)
            self.pixelsChanged()
            return
        height, width = sprite.picture.shape[:2]
        inside = (corners > [-width, -height]).all(axis=1) & (corners < [self.width, self.height]).all(axis=1)
        pointer = self.context._pointer
        surface = sprite.surface._pointer
        setSource, paint = library.cairo_set_source_surface, library.cairo_paint
        for x, y in corners[inside].tolist():
            setSource(pointer, surface, x, y)
            paint(pointer)
        self.context._check_status()

    def stampTurned(
        self, sprite: Sprite, positions: np.ndarray, angles: np.ndarray, opacity: float = 1.0
    ) -> None:
        """
        Draw a small picture at many places, each turned about its anchor, smoothly.

        @param angles: float64 (n,), degrees clockwise.
        @param opacity: what its alpha is multiplied with.
        """
        context = self.context
        x, y = sprite.anchor
        for (left, top), angle in zip(positions.tolist(), np.radians(angles).tolist(), strict=True):
            context.save()
            if angle:
                context.translate(left, top)
                context.rotate(angle)
                context.set_source_surface(sprite.surface, -x, -y)
            else:
                context.set_source_surface(sprite.surface, np.floor(left - x + 0.5), np.floor(top - y + 0.5))
            context.paint_with_alpha(opacity)
            context.restore()
