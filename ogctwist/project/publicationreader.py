# -*- test-case-name: tests.project.test_publicationreader -*-
"""The settings of a project's "QGIS Server" page, out of its properties."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ogctwist.geo.box import Box
from ogctwist.project.layers import WfsPublication, WmtsPublication
from ogctwist.project.properties import PropertyReader
from ogctwist.project.publication import (
    InspirePublication,
    Publication,
    ServiceIdentification,
    WmsPublication,
    WmtsGrid,
    WmtsSettings,
)

__all__ = ["LayerPublication", "readPublication"]


def readPublication(properties: Mapping[str, object]) -> Publication:
    """@param properties: of the project, by C{scope/key} path."""
    entries = PropertyReader(properties)
    return Publication(
        service=_service(entries),
        wms=_wms(entries),
        wmts=_wmts(entries),
        wfsServiceUrl=entries.text("WFSUrl"),
        wcsServiceUrl=entries.text("WCSUrl"),
    )


def _service(entries: PropertyReader) -> ServiceIdentification:
    return ServiceIdentification(
        isEnabled=entries.flag("WMSServiceCapabilities"),
        title=entries.text("WMSServiceTitle"),
        abstract=entries.text("WMSServiceAbstract"),
        keywords=entries.items("WMSKeywordList"),
        onlineResource=entries.text("WMSOnlineResource"),
        contactOrganization=entries.text("WMSContactOrganization"),
        contactPosition=entries.text("WMSContactPosition"),
        contactPerson=entries.text("WMSContactPerson"),
        contactMail=entries.text("WMSContactMail"),
        contactPhone=entries.text("WMSContactPhone"),
        fees=entries.text("WMSFees"),
        accessConstraints=entries.text("WMSAccessConstraints"),
    )


def _wms(entries: PropertyReader) -> WmsPublication:
    return WmsPublication(
        serviceUrl=entries.text("WMSUrl"),
        rootName=entries.text("WMSRootName"),
        extent=_extent(entries.items("WMSExtent")),
        crsList=_crsList(entries),
        restrictedLayers=frozenset(entries.items("WMSRestrictedLayers")),
        restrictedComposers=frozenset(entries.items("WMSRestrictedComposers")),
        useLayerIds=entries.flag("WMSUseLayerIDs"),
        maxWidth=entries.integer("WMSMaxWidth", -1),
        maxHeight=entries.integer("WMSMaxHeight", -1),
        imageQuality=entries.integer("WMSImageQuality", -1),
        tileBuffer=entries.integer("WMSTileBuffer", 0),
        renderMapTiles=entries.flag("RenderMapTile"),
        maxAtlasFeatures=entries.integer("WMSMaxAtlasFeatures", 1),
        defaultMapUnitsPerMm=entries.number("WMSDefaultMapUnitsPerMm", 1.0),
        infoFormatSia2045=entries.isEnabled("WMSInfoFormatSIA2045"),
        featureInfoAddWktGeometry=entries.isEnabled("WMSAddWktGeometry"),
        featureInfoUseFormSettings=entries.isEnabled("WMSFeatureInfoUseAttributeFormSettings"),
        featureInfoSegmentizeWktGeometry=entries.isEnabled("WMSSegmentizeFeatureInfoGeometry"),
        featureInfoPrecision=entries.integer("WMSPrecision", 6),
        featureInfoDocumentElement=entries.text("WMSFeatureInfoDocumentElement"),
        featureInfoDocumentElementNs=entries.text("WMSFeatureInfoDocumentElementNS"),
        featureInfoSchema=entries.text("WMSFeatureInfoSchema"),
        featureInfoLayerAliases=dict(
            zip(
                entries.items("WMSFeatureInfoAliasLayers/value"),
                entries.items("WMSFeatureInfoLayerAliases/value"),
                strict=False,
            )
        ),
        addLayerGroupsLegendGraphic=entries.isEnabled("WMSAddLayerGroupsLegendGraphic"),
        htmlFeatureInfoOnlyMapTip=entries.isEnabled("WMSHTMLFeatureInfoUseOnlyMaptip"),
        skipNameForGroup=entries.isEnabled("WMSSkipNameForGroup"),
        inspire=_inspire(entries),
    )


def _inspire(entries: PropertyReader) -> InspirePublication:
    return InspirePublication(
        isActive=entries.flag("WMSInspire/activated"),
        language=entries.text("WMSInspire/language"),
        metadataUrl=entries.text("WMSInspire/metadataUrl"),
        metadataUrlType=entries.text("WMSInspire/metadataUrlType"),
        metadataDate=entries.text("WMSInspire/metadataDate"),
        temporalReference=entries.text("WMSInspire/temporalReference"),
    )


def _extent(values: tuple[str, ...]) -> Box | None:
    try:
        numbers = [float(value) for value in values]
    except ValueError:
        return None
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
        return None
    x1, y1, x2, y2 = numbers
    return Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))


def _crsList(entries: PropertyReader) -> tuple[str, ...]:
    """C{WMSCrsList}; numbers of EPSG in very old files."""
    listed = entries.items("WMSCrsList")
    if not listed:
        listed = tuple(f"EPSG:{code}" for code in entries.items("WMSEpsgList"))
    return tuple(dict.fromkeys(item for text in listed for item in text.replace(" ", "").split(",") if item))


def _wmts(entries: PropertyReader) -> WmtsSettings:
    return WmtsSettings(
        serviceUrl=entries.text("WMTSUrl"),
        minimumScale=entries.number("WMTSMinScale", 500.0),
        projectPng=entries.flag("WMTSPngLayers/Project"),
        projectJpeg=entries.flag("WMTSJpegLayers/Project"),
        projectPublished=entries.flag("WMTSLayers/Project"),
        grids=_grids(entries),
    )


def _grids(entries: PropertyReader) -> tuple[WmtsGrid, ...]:
    """C{EPSG:3857,top,left,scale,last level}, one for each CRS."""
    grids = []
    for text in entries.items("WMTSGrids/Config"):
        parts = text.split(",")
        try:
            top, left, scale = map(float, parts[1:4])
            last = int(parts[4]) if len(parts) > 4 else -1
        except ValueError:
            continue
        grids.append(WmtsGrid(parts[0].strip(), top, left, scale, last))
    return tuple(grids)


class LayerPublication:
    """By id (layers) or name (groups): what the project publishes of each."""

    def __init__(self, properties: Mapping[str, object]):
        entries = PropertyReader(properties)
        self._wfsLayers = frozenset(entries.items("WFSLayers"))
        self._precisions = PropertyReader(entries.below("WFSLayersPrecision"))
        self._insert = frozenset(entries.items("WFSTLayers/Insert"))
        self._update = frozenset(entries.items("WFSTLayers/Update"))
        self._delete = frozenset(entries.items("WFSTLayers/Delete"))
        self._wcsLayers = frozenset(entries.items("WCSLayers"))
        self._wmts = {
            kind: tuple(frozenset(entries.items(f"{scope}/{kind}")) for scope in _WMTS_SCOPES)
            for kind in ("Layer", "Group")
        }

    def wfs(self, layerId: str) -> WfsPublication:
        """What WFS does with the layer; transactions need the layer to be published."""
        published = layerId in self._wfsLayers
        return WfsPublication(
            published,
            self._precisions.integer(layerId, 6),
            published and layerId in self._insert,
            published and layerId in self._update,
            published and layerId in self._delete,
        )

    def wcs(self, layerId: str) -> bool:
        """Whether WCS offers the layer."""
        return layerId in self._wcsLayers

    def wmtsLayer(self, layerId: str) -> WmtsPublication:
        """What WMTS offers of the layer."""
        return self._wmtsOf("Layer", layerId)

    def wmtsGroup(self, name: str) -> WmtsPublication:
        """What WMTS offers of the group of that name."""
        return self._wmtsOf("Group", name)

    def _wmtsOf(self, kind: str, key: str) -> WmtsPublication:
        published, png, jpeg = (key in names for names in self._wmts[kind])
        return WmtsPublication(published, png, jpeg)


_WMTS_SCOPES = ("WMTSLayers", "WMTSPngLayers", "WMTSJpegLayers")
