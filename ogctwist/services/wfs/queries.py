# -*- test-case-name: tests.services.wfs.test_querykvp tests.services.wfs.test_getfeature -*-
"""GetFeature as a value, whatever the version and encoding of the request."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from ogctwist.encoders.featuretype import GeometryForm
from ogctwist.geo.box import Box
from ogctwist.services.wfs.formats import OutputFormat
from ogctwist.services.wfs.versions import WfsVersion

#: Stands for the geometry in a list of properties.
GEOMETRY = "geometry"


@dataclass(frozen=True)
class BoxFilter:
    """
    BBOX.

    @ivar box: as it was spelled, in the axis order of C{crsName}.
    @ivar crsName: '' for none: then the query's srsName, else the layer's.
    """

    box: Box
    crsName: str = ""


@dataclass(frozen=True)
class SortTerm:
    """One term of SORTBY."""

    name: str
    ascending: bool = True


@dataclass(frozen=True, eq=False)
class Query:
    """
    What is asked of one feature type.

    @ivar typeName: as the request has it, maybe with a prefix.
    @ivar properties: names in the order asked for, the geometry as C{geometry}; None for all.
    @ivar filter: a C{Filter} element, or None.
    @ivar expression: EXP_FILTER, or ''.
    @ivar ids: feature ids, of this type, as they were spelled; None for all features.
    """

    typeName: str
    properties: tuple[str, ...] | None = None
    srsName: str = ""
    filter: etree._Element | None = None
    expression: str = ""
    ids: tuple[str, ...] | None = None
    bbox: BoxFilter | None = None
    sortBy: tuple[SortTerm, ...] = ()
    geometry: GeometryForm = GeometryForm.FULL


@dataclass(frozen=True, eq=False)
class GetFeature:
    """
    A GetFeature request.

    @ivar maxFeatures: how many features all queries together give at most; None for no bound.
    @ivar startIndex: how many are skipped, of all queries together.
    @ivar isHits: only their number is asked for.
    @ivar isSingle: the one feature is the whole document, as the stored query GetFeatureById has it.
    """

    version: WfsVersion
    queries: tuple[Query, ...]
    outputFormat: OutputFormat
    maxFeatures: int | None = None
    startIndex: int = 0
    isHits: bool = False
    isSingle: bool = False
