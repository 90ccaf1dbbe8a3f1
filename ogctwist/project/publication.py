# -*- test-case-name: tests.project.test_publicationreader -*-
"""What a project publishes, and as whose: the settings of its "QGIS Server" page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ogctwist.geo.box import Box


@dataclass(frozen=True)
class ServiceIdentification:
    """owsService*: who offers the services and on which terms; '' where unset."""

    isEnabled: bool = False
    title: str = ""
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    onlineResource: str = ""
    contactOrganization: str = ""
    contactPosition: str = ""
    contactPerson: str = ""
    contactMail: str = ""
    contactPhone: str = ""
    fees: str = ""
    accessConstraints: str = ""


@dataclass(frozen=True)
class InspirePublication:
    """The INSPIRE scenario of the WMS capabilities (wmsInspire*)."""

    isActive: bool = False
    language: str = ""
    metadataUrl: str = ""
    metadataUrlType: str = ""
    metadataDate: str = ""
    temporalReference: str = ""


@dataclass(frozen=True)
class WmsPublication:
    """
    Settings of WMS.

    @ivar serviceUrl: WMSUrl, or ''.
    @ivar extent: WMSExtent, in the CRS of the project; None when not set.
    @ivar crsList: authids; empty: all that suit.
    @ivar restrictedLayers: names of layers and groups that are not published.
    @ivar maxWidth: pixels; -1 when not set (likewise C{maxHeight}).
    @ivar featureInfoPrecision: digits after the point.
    @ivar skipNameForGroup: whether groups have no Name in capabilities.
    """

    serviceUrl: str = ""
    rootName: str = ""
    extent: Box | None = None
    crsList: tuple[str, ...] = ()
    restrictedLayers: frozenset[str] = frozenset()
    restrictedComposers: frozenset[str] = frozenset()
    useLayerIds: bool = False
    maxWidth: int = -1
    maxHeight: int = -1
    imageQuality: int = -1
    tileBuffer: int = 0
    renderMapTiles: bool = False
    maxAtlasFeatures: int = 1
    defaultMapUnitsPerMm: float = 1.0
    infoFormatSia2045: bool = False
    featureInfoAddWktGeometry: bool = False
    featureInfoUseFormSettings: bool = False
    featureInfoSegmentizeWktGeometry: bool = False
    featureInfoPrecision: int = 6
    featureInfoDocumentElement: str = ""
    featureInfoDocumentElementNs: str = ""
    featureInfoSchema: str = ""
    featureInfoLayerAliases: Mapping[str, str] = field(default_factory=dict)
    addLayerGroupsLegendGraphic: bool = False
    htmlFeatureInfoOnlyMapTip: bool = False
    skipNameForGroup: bool = False
    inspire: InspirePublication = InspirePublication()


class WmtsGrid(NamedTuple):
    """
    The tile matrix set of one CRS as the project has it (WMTSGrids/Config).

    @ivar top: in the CRS, of the first tile of all levels (likewise C{left}).
    @ivar scale: denominator of level 0.
    @ivar lastLevel: number of the last level; -1 when the file does not say.
    """

    crs: str
    top: float
    left: float
    scale: float
    lastLevel: int = -1


@dataclass(frozen=True)
class WmtsSettings:
    """
    Settings of WMTS.

    @ivar minimumScale: denominator below which there are no tiles, where no grid says it.
    @ivar grids: tile matrix sets, one per CRS; empty: those of QGIS.
    """

    serviceUrl: str = ""
    minimumScale: float = 500.0
    projectPng: bool = False
    projectJpeg: bool = False
    projectPublished: bool = False
    grids: tuple[WmtsGrid, ...] = ()


@dataclass(frozen=True)
class Publication:
    """All that publication needs; per-layer settings are on the layers."""

    service: ServiceIdentification = ServiceIdentification()
    wms: WmsPublication = WmsPublication()
    wmts: WmtsSettings = WmtsSettings()
    wfsServiceUrl: str = ""
    wcsServiceUrl: str = ""
