# -*- test-case-name: tests.services.wms.test_plans -*-
"""Parsed styles, kept for each version of a project and shared by all requests."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

from twisted.logger import Logger

from ogctwist.project.layers import Layer, Style
from ogctwist.project.model import Project
from ogctwist.symbology.labels import LabelPlan, labelPlan
from ogctwist.symbology.raster import RasterPlan, rasterPlan
from ogctwist.symbology.vector import VectorPlan, vectorPlan

log = Logger()

P = TypeVar("P")


class RenderPlans:
    """
    Plans by project version, layer and style; safe to use from several threads.

    @param most: how many plans are kept; the one used longest ago goes first.
    """

    def __init__(self, most: int = 2000):
        self._most = most
        self._plans: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        self._lock = threading.Lock()

    def vector(self, project: Project, layer: Layer, style: Style) -> VectorPlan:
        """The plan of a vector layer's renderer."""
        return self._plan("vector", project, layer, style, vectorPlan)

    def labels(self, project: Project, layer: Layer, style: Style) -> LabelPlan:
        """The plan of a vector layer's labels."""
        return self._plan("labels", project, layer, style, labelPlan)

    def raster(self, project: Project, layer: Layer, style: Style) -> RasterPlan:
        """The plan of a raster layer's renderer."""
        return self._plan("raster", project, layer, style, rasterPlan)

    def lacks(self) -> list[tuple[tuple[str, str], tuple[str, ...]]]:
        """
        What kept styles ask for and is not drawn: ((path of the project, layer id), names), each once.
        """
        with self._lock:
            plans = list(self._plans.items())
        found: dict[tuple[str, str], dict[str, None]] = {}
        for (_, path, _, layerId, *_), plan in plans:
            for name in getattr(plan, "unsupported", ()):
                found.setdefault((path, layerId), {})[name] = None
        return [(where, tuple(names)) for where, names in found.items()]

    def _plan(
        self, kind: str, project: Project, layer: Layer, style: Style, make: Callable[[Style, Layer], P]
    ) -> P:
        # The style's bytes are part of the key: a style made for one request (SLD) is another plan.
        key = (kind, project.path, project.version, layer.id, style.name, hash(style.xml))
        with self._lock:
            if key in self._plans:
                self._plans.move_to_end(key)
                return self._plans[key]
        plan = make(style, layer)
        lacking = getattr(plan, "unsupported", ())
        if lacking:
            log.warn(
                "layer {layer} of {project}: not drawn: {names}",
                layer=layer.id,
                project=project.path,
                names=", ".join(lacking),
            )
        with self._lock:
            self._plans[key] = plan
            while len(self._plans) > self._most:
                self._plans.popitem(last=False)
        return plan
