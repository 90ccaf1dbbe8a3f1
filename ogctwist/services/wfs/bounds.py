# -*- test-case-name: tests.services.wfs.test_getfeature -*-
"""The box around a whole answer, as its head gives it before the first feature is read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from twisted.logger import Logger

from ogctwist.access.view import ProjectView
from ogctwist.encoders.featuretype import CollectionBounds
from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS, WGS84
from ogctwist.geo.transforms import TransformError, transformBox
from ogctwist.services.wfs.featuretypes import hasGeometry
from ogctwist.services.wfs.formats import GEOJSON, GML2, OutputFormat
from ogctwist.services.wfs.naming import OutputNaming, outputNaming
from ogctwist.services.wfs.plans import QueryPlan
from ogctwist.services.wfs.versions import WfsVersion
from ogctwist.sources.query import SourceError
from ogctwist.workers.together import allOf

log = Logger()

#: Digits of the box around several layers, which is in degrees.
SEVERAL_PRECISION = 6


async def collectionBounds(
    version: WfsVersion, form: OutputFormat, plans: Sequence[QueryPlan], view: ProjectView
) -> CollectionBounds | None:
    """
    For one query: the box that it is limited to, else the extent of the layer.  For several: the
    extents of their layers together, in degrees.

    @return: None when there is no such box, or it has no place in the system of the document.
    """
    boxes = await allOf(extentOf(plan, view, len(plans) == 1) for plan in plans)
    if len(plans) == 1:
        return oneBounds(form, plans[0], boxes[0])
    return severalBounds(version, form, plans, boxes)


async def extentOf(plan: QueryPlan, view: ProjectView, isAlone: bool = True) -> Box | None:
    """
    The box of a plan in the system of its layer.

    What a layer's rows tell is told to those only who may see all rows; others get what the
    project says of the layer, as its capabilities do.
    """
    if isAlone and plan.rectangle is not None:
        return plan.rectangle
    if not hasGeometry(plan.schema):
        return None
    restriction = view.layer(plan.layer.id).restriction
    if restriction is None or restriction.rowFilter is not None or restriction.subset:
        return plan.layer.extent
    try:
        return await plan.source.extent()
    except SourceError as error:
        log.warn("no extent of layer {layer}: {reason}", layer=plan.layer.id, reason=str(error))
        return None


def oneBounds(form: OutputFormat, plan: QueryPlan, box: Box | None) -> CollectionBounds | None:
    """The box of one query.  In GML 2 it stays in the system of the layer, as in QGIS Server."""
    if box is None or not box.isFinite:
        return None
    precision = plan.layer.wfs.precision
    if form is GML2:
        return CollectionBounds(box, plan.crs.authid if plan.crs else "", False, precision)
    return _named(box, plan.crs, plan.naming, precision)


def severalBounds(
    version: WfsVersion, form: OutputFormat, plans: Sequence[QueryPlan], boxes: Sequence[Box | None]
) -> CollectionBounds | None:
    """The boxes of several queries together."""
    inDegrees = [
        _moved(box, plan.crs, WGS84) for plan, box in zip(plans, boxes, strict=True) if box is not None
    ]
    known = [box for box in inDegrees if box is not None]
    if not known:
        return None
    naming = outputNaming(version, form, "", WGS84)
    if form is GEOJSON:
        naming = OutputNaming(WGS84, "", False)
    return _named(reduce(Box.union, known), WGS84, naming, SEVERAL_PRECISION)


def _named(box: Box, crs: CRS | None, naming: OutputNaming, precision: int) -> CollectionBounds | None:
    moved = box if crs is None or naming.crs is None else _moved(box, crs, naming.crs)
    if moved is None:
        return None
    return CollectionBounds(moved, naming.srsName, naming.isSwapped, precision)


def _moved(box: Box, source: CRS | None, target: CRS) -> Box | None:
    if source is None or not box.isFinite:
        return None
    try:
        return transformBox(box, source, target)
    except TransformError:
        return None
