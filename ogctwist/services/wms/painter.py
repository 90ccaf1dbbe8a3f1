# -*- test-case-name: tests.services.wms.test_painter -*-
"""
Maps: one job in the pool for each layer, then composition and encoding in one
more.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Protocol

import numpy as np
import shapely
from twisted.internet.defer import Deferred, TimeoutError
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from ogctwist.access.otherlayers import OtherLayers
from ogctwist.access.view import ProjectView
from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.compose import compose
from ogctwist.canvas.ink import Color
from ogctwist.encoders.image import ImageFormat, encodeImage
from ogctwist.expression import Expression
from ogctwist.geo.box import Box
from ogctwist.geo.transforms import TransformError, transformBox
from ogctwist.geo.view import MapView
from ogctwist.interfaces import ICoverageSource, IFeatureSource, IWorkPool
from ogctwist.ows.exceptions import OWSException, quoted
from ogctwist.project.layers import Layer, LayerKind, Style
from ogctwist.project.model import Project
from ogctwist.services.variables import layerContext
from ogctwist.services.wms.maplayers import MapLayer
from ogctwist.services.wms.plans import RenderPlans
from ogctwist.sources.query import FeatureQuery, OrderBy, SourceError, UnknownField
from ogctwist.symbology.attributes import unionOfFields
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.labels import LabelCollection, drawLabels, placeLabels
from ogctwist.symbology.pictures import PictureFolders
from ogctwist.symbology.raster.resampling import NativeGrid
from ogctwist.workers.together import allOf

log = Logger()

IsCancelled = Callable[[], bool]


@dataclass(frozen=True)
class LayerPicture:
    """
    What a layer's job gives.

    @ivar pixels: a picture of the map's size, or None when the layer draws nothing.
    @ivar labels: what the layer wants to be written, or None.
    """

    layer: Layer
    style: Style
    pixels: np.ndarray | None
    opacity: float = 1.0
    labels: LabelCollection | None = None


@dataclass(frozen=True)
class Condition:
    """
    What a request adds to one layer.

    @ivar filter: only features for which it is true are drawn.
    @ivar ids: only these features; None for all.
    @ivar within: only features that meet this geometry (layer's CRS).
    @ivar selected: ids of features that are drawn as selected.
    """

    filter: Expression | None = None
    ids: tuple[int, ...] | None = None
    within: shapely.Geometry | None = None
    selected: frozenset[int] = frozenset()


class Overlay(Protocol):
    """Something that is drawn over the layers of a map."""

    def draw(self, mapView: MapView, isCancelled: IsCancelled) -> LayerPicture:
        """For a worker thread."""


#: Layers whose failure is remembered.
MOST_FAILURES = 1000

NO_CONDITIONS: Mapping[str, Condition] = MappingProxyType({})


class MapPainter:
    """
    Draws maps.

    @ivar plans: the styles, parsed.
    @ivar failures: why layers could not be read when they were drawn last: (path of the project,
        layer id) to the reason, for the status page.
    @param seconds: how long a map may take, from its layers to its last byte.
    @param leavesOutFailed: draw the map without a layer whose source fails, and log it, instead of
        failing the map.
    """

    def __init__(
        self,
        pool: IWorkPool,
        plans: RenderPlans,
        clock: IReactorTime,
        seconds: float = 30.0,
        leavesOutFailed: bool = False,
    ):
        self._pool = pool
        self.plans = plans
        self._clock = clock
        self._seconds = seconds
        self._leavesOutFailed = leavesOutFailed
        self.failures: dict[tuple[str, str], str] = {}

    async def paint(
        self,
        view: ProjectView,
        layers: Sequence[MapLayer],
        mapView: MapView,
        form: ImageFormat,
        background: tuple[int, int, int] | None = None,
        quality: int = 75,
        conditions: Mapping[str, Condition] = NO_CONDITIONS,
        buffer: int = 0,
        overlays: Sequence[Overlay] = (),
    ) -> bytes:
        """
        Draw and encode a map.

        @param layers: bottom first.
        @param buffer: pixels beyond every edge that are drawn and cut off again, so that
            symbols and labels of neighbouring maps fit together.
        @param overlays: what is drawn over the layers.
        @param background: red, green, blue; None for a transparent map.
        @param conditions: by layer id, what the request adds to the layer.
        @raise OWSException: a layer cannot be drawn, or the time is over.
        """
        drawn = bufferedView(mapView, buffer)

        async def painted() -> bytes:
            pictures = await self.pictures(view, layers, drawn, conditions)
            for overlay in overlays:
                pictures.append(await self._pool.runCancellable(overlay.draw, drawn))
            finish = partial(
                _finished,
                pictures=pictures,
                mapView=drawn,
                form=form,
                background=background,
                quality=quality,
                buffer=buffer,
                showsPartials=showsPartialLabels(view.project),
                debugged=labelDebugging(view.project),
            )
            return await self._pool.runCancellable(finish)

        # One time for all of it: labels and encoding may take long as well.
        painting = Deferred.fromCoroutine(painted()).addTimeout(self._seconds, self._clock)
        try:
            return await painting
        except TimeoutError:
            raise OWSException(f"The map took longer than {self._seconds:g} seconds", status=500) from None

    async def pictures(
        self,
        view: ProjectView,
        layers: Sequence[MapLayer],
        mapView: MapView,
        conditions: Mapping[str, Condition] = NO_CONDITIONS,
    ) -> list[LayerPicture]:
        """The pictures of the layers that show at this scale, bottom first."""
        jobs = [
            self._job(view, wanted, mapView, conditions.get(wanted.layer.id, Condition()))
            for wanted in layers
            if isVisible(wanted, mapView)
        ]
        return await allOf(jobs)

    def _job(
        self, view: ProjectView, wanted: MapLayer, mapView: MapView, condition: Condition
    ) -> Deferred[LayerPicture]:
        layer, project = wanted.layer, view.project
        if layer.kind is LayerKind.RASTER:
            coverage = view.coverage(layer.id)
            job = self._pool.runCancellable(self._raster, project, wanted, coverage, mapView)
        else:
            features = view.features(layer.id)
            job = self._pool.runCancellable(self._vector, view, wanted, features, mapView, condition)
        where = project.path, layer.id
        return job.addCallbacks(self._drawn, self._explained, (where,), errbackArgs=(where, wanted))

    def _drawn(self, picture: LayerPicture, where: tuple[str, str]) -> LayerPicture:
        self.failures.pop(where, None)
        return picture

    def _explained(self, failure: Failure, where: tuple[str, str], wanted: MapLayer) -> LayerPicture:
        """A source's failure, told to the client by the layer's name only."""
        failure.trap(SourceError)
        reason = failure.getErrorMessage()
        log.error("layer {layer}: {reason}", layer=wanted.layer.id, reason=reason)
        while len(self.failures) >= MOST_FAILURES:
            del self.failures[next(iter(self.failures))]
        self.failures[where] = reason
        if self._leavesOutFailed:
            return LayerPicture(wanted.layer, wanted.style, None)
        raise OWSException(f"The layer '{quoted(wanted.name)}' cannot be read.", status=500)

    def _vector(
        self,
        view: ProjectView,
        wanted: MapLayer,
        source: IFeatureSource,
        mapView: MapView,
        condition: Condition,
        isCancelled: IsCancelled,
    ) -> LayerPicture:
        layer, style, project = wanted.layer, wanted.style, view.project
        plan = self.plans.vector(project, layer, style)
        frame = _frame(view, layer, mapView, condition, isCancelled)
        needs = plan.requirements(frame)
        box = searchBox(mapView, layer, needs.marginPixels)
        if box is None:
            return LayerPicture(layer, style, None)
        query = FeatureQuery(
            bbox=box,
            fields=_names(needs.fields),
            filter=Expression.conjunction([needs.filter, condition.filter]),
            ids=condition.ids,
            within=condition.within,
            orderBy=tuple(OrderBy(term.expression, term.ascending) for term in needs.orderBy),
            context=frame.context,
        )
        canvas = Canvas(mapView.width, mapView.height)
        opacity = style.opacity * wanted.opacity
        labels = self.plans.labels(project, layer, style)
        if not labels.isEmpty and labels.showsAt(frame.scaleDenominator):
            collector = labels.collector(frame)
            fields = unionOfFields([needs.fields, labels.requirements(frame).fields])
            try:
                batches = source.read(replace(query, fields=_names(fields)), isCancelled)
                plan.draw(collector.watching(batches), canvas, frame)
                return LayerPicture(layer, style, canvas.pixels, opacity, collector.collection())
            except UnknownField as error:
                # labels of what is not there, or not for this request, are not written, as in QGIS
                log.warn("labels of {layer}: {reason}", layer=layer.id, reason=str(error))
        plan.draw(source.read(query, isCancelled), canvas, frame)
        return LayerPicture(layer, style, canvas.pixels, opacity)

    def _raster(
        self,
        project: Project,
        wanted: MapLayer,
        source: ICoverageSource,
        mapView: MapView,
        isCancelled: IsCancelled,
    ) -> LayerPicture:
        plan = self.plans.raster(project, wanted.layer, wanted.style)

        def readWindow(extent, width, height, crs, bands, resampling):
            return source.read(extent, width, height, crs, bands, resampling, isCancelled)

        pixels = plan.picture(readWindow, mapView, NativeGrid.of(source.info()), isCancelled)
        return LayerPicture(wanted.layer, wanted.style, pixels, wanted.style.opacity * wanted.opacity)


def _frame(
    view: ProjectView, layer: Layer, mapView: MapView, condition: Condition, isCancelled: IsCancelled
) -> Frame:
    project = view.project
    context = layerContext(project, layer, mapView)
    return Frame(
        view=mapView,
        layerCrs=layer.crs or mapView.crs,
        context=replace(context, layers=OtherLayers(view, isCancelled)),
        selectedIds=condition.selected,
        selectionColor=project.selectionColor,
        isCancelled=isCancelled,
        pictures=picturesOf(project),
    )


def picturesOf(project: Project) -> PictureFolders:
    """Where symbols of a project find their pictures: in the style, or below the project's folder."""
    folder = os.path.dirname(project.path)
    return PictureFolders.of([folder] if folder else [])


def _names(fields: frozenset[str] | None) -> tuple[str, ...] | None:
    return None if fields is None else tuple(sorted(fields))


def isVisible(wanted: MapLayer, mapView: MapView) -> bool:
    """Whether the layer shows at the map's scale."""
    scales = wanted.style.scales
    return scales is None or scales.contains(mapView.scaleDenominator)


def searchBox(mapView: MapView, layer: Layer, marginPixels: float) -> Box | None:
    """
    Where to look for features: the map with a margin for what is drawn beside
    its feature, in the layer's CRS; None when the map has no place there.
    """
    extent = mapView.extent.grown(
        marginPixels * mapView.unitsPerPixelX, marginPixels * mapView.unitsPerPixelY
    )
    try:
        return transformBox(extent, mapView.crs, layer.crs or mapView.crs)
    except TransformError:
        log.debug("no part of the map lies in the CRS of {layer}", layer=layer.id)
        return None


def bufferedView(mapView: MapView, buffer: int) -> MapView:
    """The map with so many pixels more on every side."""
    if buffer <= 0:
        return mapView
    extent = mapView.extent.grown(buffer * mapView.unitsPerPixelX, buffer * mapView.unitsPerPixelY)
    width, height = mapView.width + 2 * buffer, mapView.height + 2 * buffer
    return replace(mapView, extent=extent, width=width, height=height)


def showsPartialLabels(project: Project) -> bool:
    """Whether labels may be cut by the map's edge, which a project can forbid."""
    return project.labelSettings.get("ShowingPartialsLabels", "true") != "false"


def labelDebugging(project: Project) -> tuple[bool, bool]:
    """Whether the project wants the boxes of labels drawn in their place, and those of candidates."""
    settings = project.labelSettings
    return settings.get("DrawRectOnly") == "true", settings.get("ShowingCandidates") == "true"


def _finished(
    isCancelled: IsCancelled,
    pictures: Sequence[LayerPicture],
    mapView: MapView,
    form: ImageFormat,
    background: tuple[int, int, int] | None,
    quality: int,
    buffer: int,
    showsPartials: bool,
    debugged: tuple[bool, bool] = (False, False),
) -> bytes:
    """Compose, label and encode: for a worker thread."""
    canvas = composed(pictures, mapView, background)
    wishes = [picture.labels for picture in pictures if picture.labels is not None]
    if wishes:
        placed = placeLabels(wishes, mapView.width, mapView.height, showsPartials, isCancelled)
        drawLabels(placed, canvas, isCancelled, *debugged)
    pixels = canvas.pixels
    if buffer > 0:
        pixels = np.ascontiguousarray(pixels[buffer:-buffer, buffer:-buffer])
    return encodeImage(pixels, form, quality=quality)


def composed(
    pictures: Sequence[LayerPicture], mapView: MapView, background: tuple[int, int, int] | None
) -> Canvas:
    """The layers over each other and over the background."""
    canvas = Canvas(mapView.width, mapView.height)
    if background is not None:
        red, green, blue = background
        canvas.clear(Color(red / 255, green / 255, blue / 255))
    for picture in pictures:
        if picture.pixels is not None:
            compose(canvas.pixels, picture.pixels, picture.opacity, picture.style.blendMode)
    canvas.pixelsChanged()
    return canvas
