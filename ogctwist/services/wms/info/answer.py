# -*- test-case-name: tests.services.wms.info -*-
"""What GetFeatureInfo found, before it takes the form of a format."""

from __future__ import annotations

from dataclasses import dataclass

import shapely

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.project.layers import Layer


@dataclass(frozen=True)
class InfoAttribute:
    """
    One attribute of a feature.

    @ivar label: the alias, or the name where there is none.
    @ivar value: as the source has it; None for NULL.
    @ivar text: as people see it: value maps and relations resolved, dates formatted.
    @ivar isRepresented: whether C{text} tells something else than C{value}.
    """

    name: str
    label: str
    value: object
    text: str
    isRepresented: bool = False


@dataclass(frozen=True)
class InfoFeature:
    """
    A feature that was found.

    @ivar geometry: in the map's CRS; None where it is not wanted.
    @ivar box: of the geometry, in the map's CRS; None where geometries are not shown at all.
    @ivar mapTip: HTML, None where it is not wanted or the layer has none.
    """

    id: int
    attributes: tuple[InfoAttribute, ...]
    geometry: shapely.Geometry | None = None
    box: Box | None = None
    mapTip: str | None = None
    displayName: str | None = None


@dataclass(frozen=True)
class InfoLayer:
    """
    What a layer answers.

    @ivar name: what services call the layer.
    @ivar bands: of a raster: (name of the band, value as text, None for no data).
    """

    name: str
    layer: Layer
    features: tuple[InfoFeature, ...] = ()
    bands: tuple[tuple[str, str | None], ...] | None = None


@dataclass(frozen=True)
class InfoAnswer:
    """
    All that was found, in the order of QUERY_LAYERS.

    @ivar crs: of geometries and boxes.
    @ivar precision: digits after the point in them.
    @ivar box: around all features, for a search without a point; None for one with.
    """

    layers: tuple[InfoLayer, ...]
    crs: CRS | None
    precision: int
    crsName: str = "CRS"
    box: Box | None = None


def fixed(value: float, digits: int) -> str:
    """A coordinate with at most C{digits} after the point, without trailing zeros."""
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
