# -*- test-case-name: tests.symbology.test_vector -*-
"""How a vector layer is drawn: its style as a plan that is kept, and used by every map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ogctwist.canvas.canvas import Canvas
from ogctwist.expression import Expression, ExpressionError
from ogctwist.geo.batch import FeatureBatch
from ogctwist.project.layers import Layer, Style
from ogctwist.symbology.attributes import expressionOf, fieldsOf, unionOfFields
from ogctwist.symbology.effects import EffectStack, readEffects
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.markup import StyleError, number, parseStyle
from ogctwist.symbology.reading import readRenderer
from ogctwist.symbology.renderers import Renderer, SingleRenderer
from ogctwist.symbology.rules import RuleRenderer
from ogctwist.symbology.walk import BatchPainter, LevelledPainter, SequentialPainter, StackedPainter

#: Symbol levels are drawn to pictures of their own up to so many pixels; beyond that,
#: features are kept until all have come.
STACKED_PIXELS = 16_000_000


@dataclass(frozen=True)
class Ordering:
    """One term of the order in which features are drawn."""

    expression: Expression
    ascending: bool = True
    nullsFirst: bool = False


@dataclass(frozen=True)
class Requirements:
    """
    What a plan needs of the features of a map.

    @ivar fields: attribute names; None: all.
    @ivar filter: features for which it is not true need not be read; None: all.
    @ivar marginPixels: how far outside the map features may lie and still show.
    @ivar orderBy: in which order features must come; empty: any.
    """

    fields: frozenset[str] | None = frozenset()
    filter: Expression | None = None
    marginPixels: float = 0.0
    orderBy: tuple[Ordering, ...] = ()


@dataclass(frozen=True)
class VectorPlan:
    """
    A layer's style, understood.  Immutable; draws any number of maps at the same time.

    @ivar usesLevels: symbol by symbol in order of rendering passes instead of feature by feature.
    @ivar featureBlendMode: how a feature is mixed with those below it.
    @ivar opacity: of the layer's picture; applied by who puts pictures together.
    @ivar blendMode: likewise.
    @ivar effects: of the layer's picture as a whole.
    @ivar unsupported: names of what the style asks for and is not drawn.
    """

    renderer: Renderer
    usesLevels: bool = False
    featureBlendMode: int = 0
    opacity: float = 1.0
    blendMode: int = 0
    referenceScale: float = 0.0
    orderBy: tuple[Ordering, ...] = ()
    effects: EffectStack | None = None
    unsupported: tuple[str, ...] = ()

    def requirements(self, frame: Frame) -> Requirements:
        """What is needed to draw into C{frame}."""
        frame = self._scaled(frame)
        symbols = self.renderer.symbols
        needed = [self.renderer.fields(frame), *(symbol.fields for symbol in symbols)]
        needed += [fieldsOf(*(term.expression for term in self.orderBy))]
        return Requirements(
            fields=unionOfFields(needed),
            filter=self.renderer.filter(frame) if isinstance(self.renderer, RuleRenderer) else None,
            marginPixels=max([symbol.extent(frame) for symbol in symbols] + [self._reach(frame)]),
            orderBy=self.orderBy,
        )

    def draw(self, batches: Iterable[FeatureBatch], canvas: Canvas, frame: Frame) -> None:
        """
        Draw features.

        @param batches: with the fields of the requirements, and geometries.
        @raise Cancelled: if C{frame.isCancelled()} became true.
        @raise ExpressionError: if an attribute is missing.
        """
        frame = self._scaled(frame)
        with canvas.group(frame.opacity):
            if self.effects is None:
                self._draw(batches, canvas, frame)
            else:
                aside = Canvas(canvas.width, canvas.height)
                self._draw(batches, aside, frame)
                self.effects.draw(canvas, aside.pixels, 0, 0, frame)

    def _draw(self, batches: Iterable[FeatureBatch], canvas: Canvas, frame: Frame) -> None:
        with canvas.saved():
            canvas.setBlendMode(self.featureBlendMode)
            painter = self._painter(canvas, frame)
            for batch in batches:
                frame.checkCancelled()
                if len(batch) and batch.geometry is not None:
                    painter.add(batch)
            painter.finish()

    def draws(self, batch: FeatureBatch, frame: Frame) -> np.ndarray:
        """
        Which features the renderer draws at all: bool, shape (n,).

        @param batch: with the fields of the requirements.
        """
        drawn = np.zeros(len(batch), bool)
        drawn[self.renderer.jobs(batch, self._scaled(frame)).rows] = True
        return drawn

    def _painter(self, canvas: Canvas, frame: Frame) -> BatchPainter:
        collector = getattr(self.renderer, "collector", None)
        if collector is not None:
            return collector(canvas, frame)
        passes = {layer.renderingPass for symbol in self.renderer.symbols for layer in symbol.layers}
        if isinstance(self.renderer, RuleRenderer):
            if len(passes) > 1:
                return LevelledPainter(self.renderer, canvas, frame, bySymbol=False)
        elif self.usesLevels:
            size = StackedPainter.pictureCount(self.renderer) * canvas.width * canvas.height
            if self.featureBlendMode == 0 and size <= STACKED_PIXELS and not canvas.isVector:
                return StackedPainter(self.renderer, canvas, frame)
            return LevelledPainter(self.renderer, canvas, frame, bySymbol=True)
        return SequentialPainter(self.renderer, canvas, frame)

    def _reach(self, frame: Frame) -> float:
        """How far a renderer without symbols draws around its features."""
        extent = getattr(self.renderer, "extent", None)
        return 0.0 if extent is None else extent(frame)

    def _scaled(self, frame: Frame) -> Frame:
        if self.referenceScale <= 0 or frame.scaleDenominator <= 0:
            return frame
        return frame.child(symbologyScale=self.referenceScale / frame.scaleDenominator)


def vectorPlan(style: Style, layer: Layer) -> VectorPlan:
    """
    The plan of a style.  A style that cannot be read draws nothing and says so.
    """
    try:
        root = parseStyle(style.xml)
    except StyleError as error:
        return VectorPlan(SingleRenderer(), unsupported=(f"style: {error}",))
    element = root.find("renderer-v2")
    if element is None:
        return VectorPlan(SingleRenderer(), unsupported=("style without a renderer",))
    fieldNames = [settings.name for settings in layer.fields]
    problems: list[str] = []
    renderer = readRenderer(element, fieldNames, problems)
    for symbol in renderer.symbols:
        problems.extend(symbol.unsupported)
    return VectorPlan(
        renderer=renderer,
        usesLevels=element.get("symbollevels") == "1",
        featureBlendMode=int(number(root.findtext("featureBlendMode"))),
        opacity=_opacity(root),
        blendMode=int(number(root.findtext("blendMode"))),
        referenceScale=number(element.get("referencescale"), -1.0),
        orderBy=_readOrder(element, fieldNames, problems),
        effects=readEffects(element.find("effect"), problems),
        unsupported=tuple(dict.fromkeys(problems)),
    )


def _opacity(root) -> float:
    if root.find("layerOpacity") is not None:
        return number(root.findtext("layerOpacity"), 1.0)
    return 1 - number(root.findtext("layerTransparency"), 0.0) / 100


def _readOrder(element, fieldNames: list[str], problems: list[str]) -> tuple[Ordering, ...]:
    if element.get("enableorderby") != "1":
        return ()
    terms = []
    for clause in element.iterfind("orderby/orderByClause"):
        try:
            expression = expressionOf(clause.text or "", fieldNames)
        except ExpressionError as error:
            problems.append(f"order of features: {error}")
            continue
        terms.append(Ordering(expression, clause.get("asc", "1") != "0", clause.get("nullsFirst") == "1"))
    return tuple(terms)
