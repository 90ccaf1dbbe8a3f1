# -*- test-case-name: tests.symbology.labels.test_plan -*-
"""How a layer is labelled: its style as a plan that is kept, and used by every map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ogctwist.canvas.fonts import FontLibrary, systemFonts
from ogctwist.geo.batch import FeatureBatch
from ogctwist.project.layers import Layer, Style
from ogctwist.symbology.attributes import fieldsOf, unionOfFields
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.labels.collection import LabelCollection, LabelCollector
from ogctwist.symbology.labels.diagrams import DiagramStyle, readDiagrams
from ogctwist.symbology.labels.legacy import legacySettings
from ogctwist.symbology.labels.rules import LabelRule, readRule
from ogctwist.symbology.labels.settings import LabelSettings
from ogctwist.symbology.labels.variations import VARIATIONS
from ogctwist.symbology.markup import StyleError, parseStyle
from ogctwist.symbology.vector import Requirements, VectorPlan, vectorPlan


@dataclass(frozen=True, eq=False)
class LabelPlan:
    """
    The labels of a layer; immutable, safe to share between threads.

    @ivar rules: none when the layer has no labels.
    @ivar vector: how its features are drawn: only those that are get labels, and labels
        keep clear of their symbols.
    @ivar isNull: features are not drawn, but labelled all the same.
    @ivar diagrams: of the features, or None.
    @ivar unsupported: names of what the style asks for and is not drawn.
    """

    rules: tuple[LabelRule, ...] = ()
    diagrams: DiagramStyle | None = None
    vector: VectorPlan | None = None
    isNull: bool = False
    unsupported: tuple[str, ...] = ()

    @property
    def isEmpty(self) -> bool:
        """Whether there is nothing to label."""
        return not self.rules and self.diagrams is None

    def _settings(self) -> list[LabelSettings]:
        return [r.settings for rule in self.rules for r in rule.walk() if r.settings is not None]

    def showsAt(self, denominator: float) -> bool:
        """Whether any label might be drawn at a scale; data may change what the style says."""
        if self.diagrams is not None and self.diagrams.showsAt(denominator):
            return True
        scales = {"MaximumScale", "MinimumScale", "MinScale", "MaxScale", "ScaleVisibility"}
        return any(
            settings.rendering.showsAt(denominator) or not scales.isdisjoint(settings.defined)
            for settings in self._settings()
        )

    def requirements(self, frame: Frame) -> Requirements:
        """What is needed of the features, besides what drawing them needs."""
        needed = [] if self.diagrams is None else [self.diagrams.fields]
        for rule in (inner for outer in self.rules for inner in outer.walk()):
            needed.append(fieldsOf(rule.filter))
            if rule.settings is not None:
                needed += [d.fields for n, d in rule.settings.defined.items() if n in VARIATIONS]
                if rule.settings.content.value is not None:
                    needed.append(rule.settings.content.value.fields)
        own = Requirements(fields=unionOfFields(needed))
        if self.vector is None or self.isNull:
            return own
        drawn = self.vector.requirements(frame)
        return Requirements(unionOfFields([own.fields, drawn.fields]), drawn.filter)

    def collector(self, frame: Frame, fonts: FontLibrary | None = None) -> LabelCollector:
        """
        What gathers the labels of one map.

        @param fonts: those of the machine by default.
        """
        return LabelCollector(
            self.rules,
            self.diagrams,
            lambda batch: self._symbols(batch, frame),
            frame,
            systemFonts() if fonts is None else fonts,
        )

    def collect(
        self, batches: Iterable[FeatureBatch], frame: Frame, fonts: FontLibrary | None = None
    ) -> LabelCollection:
        """The labels of features that are read for them alone; with the fields of the requirements."""
        collector = self.collector(frame, fonts)
        for batch in batches:
            frame.checkCancelled()
            collector.add(batch)
        return collector.collection()

    def _symbols(self, batch: FeatureBatch, frame: Frame) -> tuple[np.ndarray, np.ndarray]:
        """Which features are drawn, and half the sizes of their symbols in pixels."""
        halves = np.zeros(len(batch))
        if self.vector is None or self.isNull:
            return np.ones(len(batch), bool), halves
        jobs = self.vector.renderer.jobs(batch, frame)
        extents = np.array([_half(symbol, frame) for symbol in self.vector.renderer.symbols])
        drawn = np.zeros(len(batch), bool)
        drawn[jobs.rows] = True
        if len(extents):
            np.maximum.at(halves, jobs.rows, extents[jobs.symbols])
        return drawn, halves


def _half(symbol, frame: Frame) -> float:
    """Half the size of a marker: markers say how far they may reach, corners included."""
    halves = []
    for layer in symbol.layers:
        base = getattr(layer, "base", layer)
        placement, stroke = getattr(base, "placement", None), getattr(base, "stroke", None)
        size = getattr(placement, "size", None)
        if size is None:
            halves.append(symbol.extent(frame))
        else:
            edge = 0.0 if stroke is None else max(stroke.width.pixels(frame), 1.0) / 2
            halves.append(size.pixels(frame) / 2 + edge)
    return max(halves, default=0.0)


def labelPlan(style: Style, layer: Layer) -> LabelPlan:
    """
    The plan of a style; one that cannot be read labels nothing and says so.
    """
    try:
        root = parseStyle(style.xml)
    except StyleError as error:
        return LabelPlan(unsupported=(f"style: {error}",))
    fieldNames = [settings.name for settings in layer.fields]
    rules, problems = _rulesOf(root, fieldNames)
    diagrams = readDiagrams(root, fieldNames)
    if not rules and diagrams is None:
        return LabelPlan(unsupported=tuple(problems))
    problems += [p for rule in rules for r in rule.walk() if r.settings for p in r.settings.unsupported]
    problems += [] if diagrams is None else diagrams.unsupported
    renderer = root.find("renderer-v2")
    isNull = renderer is None or renderer.get("type") == "nullSymbol"
    vector = None if isNull else vectorPlan(style, layer)
    return LabelPlan(rules, diagrams, vector, isNull, tuple(dict.fromkeys(problems)))


def _rulesOf(root, fieldNames: list[str]) -> tuple[tuple[LabelRule, ...], list[str]]:
    """The rules of a style, and names of what cannot be read."""
    if root.get("labelsEnabled", "1") == "0":
        return (), []
    markup = root.find("labeling")
    kind = "simple" if markup is None else markup.get("type", "simple")
    if kind == "simple":
        settings = None if markup is None else markup.find("settings")
        settings = legacySettings(root) if settings is None else settings
        return (() if settings is None else (LabelRule(LabelSettings.read(settings, fieldNames)),)), []
    if kind == "rule-based":
        return tuple(readRule(child, fieldNames) for child in markup.findall("rules/rule")), []
    return (), [f"labels of type {kind}"]
