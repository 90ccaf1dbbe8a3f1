# -*- test-case-name: tests.qgiscompat.test_projectsettings -*-
"""QgsServerProjectUtils: what a project says of its services."""

from __future__ import annotations

from typing import Any

from ogctwist.project.layers import LayerKind
from ogctwist.project.publication import Publication
from ogctwist.qgiscompat.server.settings import QgsServerSettings


def publication(project: Any) -> Publication:
    """The publication settings of a QgsProject."""
    native = project._q_served()
    return Publication() if native is None else native.publication


def layersOf(project: Any) -> list[Any]:
    """Our layers of a QgsProject."""
    native = project._q_served()
    return [] if native is None else list(native.layers.values())


class QgsServerProjectUtils:
    """Only static methods; each is given a QgsProject."""

    # Who offers the services.

    @staticmethod
    def owsServiceCapabilities(project: Any) -> bool:
        """Whether the project describes its services."""
        return publication(project).service.isEnabled

    @staticmethod
    def owsServiceTitle(project: Any) -> str:
        """The title; that of the project where there is none."""
        return publication(project).service.title or str(project.title())

    @staticmethod
    def owsServiceAbstract(project: Any) -> str:
        """The abstract."""
        return publication(project).service.abstract

    @staticmethod
    def owsServiceKeywords(project: Any) -> list[str]:
        """The keywords."""
        return list(publication(project).service.keywords)

    @staticmethod
    def owsServiceOnlineResource(project: Any) -> str:
        """The address of a page about the service."""
        return publication(project).service.onlineResource

    @staticmethod
    def owsServiceContactOrganization(project: Any) -> str:
        """The organisation."""
        return publication(project).service.contactOrganization

    @staticmethod
    def owsServiceContactPosition(project: Any) -> str:
        """The position of the person."""
        return publication(project).service.contactPosition

    @staticmethod
    def owsServiceContactPerson(project: Any) -> str:
        """The person."""
        return publication(project).service.contactPerson

    @staticmethod
    def owsServiceContactMail(project: Any) -> str:
        """The mail address."""
        return publication(project).service.contactMail

    @staticmethod
    def owsServiceContactPhone(project: Any) -> str:
        """The telephone."""
        return publication(project).service.contactPhone

    @staticmethod
    def owsServiceFees(project: Any) -> str:
        """What it costs."""
        return publication(project).service.fees

    @staticmethod
    def owsServiceAccessConstraints(project: Any) -> str:
        """Who may use it."""
        return publication(project).service.accessConstraints

    # WMS.

    @staticmethod
    def wmsRootName(project: Any) -> str:
        """The name of the root layer."""
        return publication(project).wms.rootName

    @staticmethod
    def wmsExtent(project: Any) -> Any:
        """The extent that is told, as a QgsRectangle in the project's CRS; empty when none is set."""
        from ogctwist.qgiscompat.core import QgsRectangle

        box = publication(project).wms.extent
        return QgsRectangle() if box is None else QgsRectangle(*box.bounds)

    @staticmethod
    def wmsOutputCrsList(project: Any) -> list[str]:
        """The CRSs that are told; those that suit the project when none is set."""
        listed = list(publication(project).wms.crsList)
        if listed:
            return listed
        own = str(project.crs().authid())
        return list(dict.fromkeys(each for each in (own, "EPSG:4326", "EPSG:3857") if each))

    @staticmethod
    def wmsRestrictedLayers(project: Any) -> list[str]:
        """Names of layers and groups that are not published, with all that is in the groups."""
        names = publication(project).wms.restrictedLayers
        native = project._q_served()
        found = dict.fromkeys(sorted(names))
        for group in () if native is None else native.tree.groupNodes():
            if group.name in names or group.owsName in names:
                found.update(dict.fromkeys(inner.name for inner in group.groupNodes()))
                found.update(dict.fromkeys(node.name for node in group.layerNodes()))
        return list(found)

    @staticmethod
    def wmsRestrictedComposers(project: Any) -> list[str]:
        """Names of layouts that are not published."""
        return sorted(publication(project).wms.restrictedComposers)

    @staticmethod
    def wmsUseLayerIds(project: Any) -> bool:
        """Whether layers are published by id."""
        return publication(project).wms.useLayerIds

    @staticmethod
    def wmsMaxWidth(project: Any) -> int:
        """The greatest width, -1: none is set."""
        return publication(project).wms.maxWidth

    @staticmethod
    def wmsMaxHeight(project: Any) -> int:
        """The greatest height, -1: none is set."""
        return publication(project).wms.maxHeight

    @staticmethod
    def wmsImageQuality(project: Any) -> int:
        """The quality of JPEG, -1: none is set."""
        return publication(project).wms.imageQuality

    @staticmethod
    def wmsTileBuffer(project: Any) -> int:
        """Pixels that are drawn around a tile."""
        return publication(project).wms.tileBuffer

    @staticmethod
    def wmsRenderMapTiles(project: Any) -> bool:
        """Whether maps are drawn as tiles."""
        return publication(project).wms.renderMapTiles

    @staticmethod
    def wmsMaxAtlasFeatures(project: Any) -> int:
        """The greatest number of pages of an atlas."""
        return publication(project).wms.maxAtlasFeatures

    @staticmethod
    def wmsDefaultMapUnitsPerMm(project: Any) -> float:
        """Map units per millimetre where a request has no scale."""
        return publication(project).wms.defaultMapUnitsPerMm

    @staticmethod
    def wmsSkipNameForGroup(project: Any) -> bool:
        """Whether groups have no name in capabilities."""
        return publication(project).wms.skipNameForGroup

    @staticmethod
    def wmsAddLegendGroupsLegendGraphic(project: Any) -> bool:
        """Whether legends have the groups of the layer tree."""
        return publication(project).wms.addLayerGroupsLegendGraphic

    @staticmethod
    def wmsInfoFormatSia2045(project: Any) -> bool:
        """Whether GetFeatureInfo follows SIA 2045."""
        return publication(project).wms.infoFormatSia2045

    @staticmethod
    def wmsFeatureInfoAddWktGeometry(project: Any) -> bool:
        """Whether GetFeatureInfo has geometries."""
        return publication(project).wms.featureInfoAddWktGeometry

    @staticmethod
    def wmsFeatureInfoSegmentizeWktGeometry(project: Any) -> bool:
        """Whether their curves are straightened."""
        return publication(project).wms.featureInfoSegmentizeWktGeometry

    @staticmethod
    def wmsFeatureInfoUseAttributeFormSettings(project: Any) -> bool:
        """Whether GetFeatureInfo follows the attribute form."""
        return publication(project).wms.featureInfoUseFormSettings

    @staticmethod
    def wmsFeatureInfoPrecision(project: Any) -> int:
        """Digits after the point."""
        return publication(project).wms.featureInfoPrecision

    @staticmethod
    def wmsFeatureInfoDocumentElement(project: Any) -> str:
        """The name of the root element."""
        return publication(project).wms.featureInfoDocumentElement

    @staticmethod
    def wmsFeatureInfoDocumentElementNs(project: Any) -> str:
        """Its namespace."""
        return publication(project).wms.featureInfoDocumentElementNs

    @staticmethod
    def wmsFeatureInfoSchema(project: Any) -> str:
        """Its schema."""
        return publication(project).wms.featureInfoSchema

    @staticmethod
    def wmsFeatureInfoLayerAliasMap(project: Any) -> dict[str, str]:
        """Names of layers to those in GetFeatureInfo."""
        return dict(publication(project).wms.featureInfoLayerAliases)

    @staticmethod
    def wmsInspireActivate(project: Any) -> bool:
        """Whether capabilities follow INSPIRE."""
        return publication(project).wms.inspire.isActive

    @staticmethod
    def wmsInspireLanguage(project: Any) -> str:
        """The language."""
        return publication(project).wms.inspire.language

    @staticmethod
    def wmsInspireMetadataUrl(project: Any) -> str:
        """The address of the metadata."""
        return publication(project).wms.inspire.metadataUrl

    @staticmethod
    def wmsInspireMetadataUrlType(project: Any) -> str:
        """Their type."""
        return publication(project).wms.inspire.metadataUrlType

    @staticmethod
    def wmsInspireTemporalReference(project: Any) -> str:
        """The time that the data are of."""
        return publication(project).wms.inspire.temporalReference

    @staticmethod
    def wmsInspireMetadataDate(project: Any) -> str:
        """The date of the metadata."""
        return publication(project).wms.inspire.metadataDate

    # WFS and WCS.

    @staticmethod
    def wfsLayerIds(project: Any) -> list[str]:
        """Ids of the layers that are published by WFS."""
        return [layer.id for layer in layersOf(project) if layer.wfs.published]

    @staticmethod
    def wfsLayerPrecision(project: Any, layerId: str) -> int:
        """Digits of coordinates of a layer."""
        return next((layer.wfs.precision for layer in layersOf(project) if layer.id == layerId), 6)

    @staticmethod
    def wfstInsertLayerIds(project: Any) -> list[str]:
        """Ids of the layers that features may be added to."""
        return [layer.id for layer in layersOf(project) if layer.wfs.published and layer.wfs.insert]

    @staticmethod
    def wfstUpdateLayerIds(project: Any) -> list[str]:
        """Ids of the layers whose features may be changed."""
        return [layer.id for layer in layersOf(project) if layer.wfs.published and layer.wfs.update]

    @staticmethod
    def wfstDeleteLayerIds(project: Any) -> list[str]:
        """Ids of the layers whose features may be removed."""
        return [layer.id for layer in layersOf(project) if layer.wfs.published and layer.wfs.delete]

    @staticmethod
    def wcsLayerIds(project: Any) -> list[str]:
        """Ids of the layers that are published by WCS."""
        found = (layer for layer in layersOf(project) if layer.kind is LayerKind.RASTER)
        return [layer.id for layer in found if layer.wcsPublished]

    # Addresses.

    @staticmethod
    def serviceUrl(service: str, request: Any, settings: Any) -> str:
        """The address of a service where the project does not say: settings, headers, request."""
        set_ = (settings or QgsServerSettings()).serviceUrl(service)
        if set_ or request is None:
            return str(set_)
        told = request.header(f"X-Qgis-{service}-Service-Url") or request.header("X-Qgis-Service-Url")
        return told or withoutQuery(request)

    @staticmethod
    def wmsServiceUrl(project: Any, request: Any = None, settings: Any = None) -> str:
        """The address of WMS."""
        return _serviceUrl("WMS", publication(project).wms.serviceUrl, request, settings)

    @staticmethod
    def wfsServiceUrl(project: Any, request: Any = None, settings: Any = None) -> str:
        """The address of WFS."""
        return _serviceUrl("WFS", publication(project).wfsServiceUrl, request, settings)

    @staticmethod
    def wcsServiceUrl(project: Any, request: Any = None, settings: Any = None) -> str:
        """The address of WCS."""
        return _serviceUrl("WCS", publication(project).wcsServiceUrl, request, settings)

    @staticmethod
    def wmtsServiceUrl(project: Any, request: Any = None, settings: Any = None) -> str:
        """The address of WMTS."""
        return _serviceUrl("WMTS", publication(project).wmts.serviceUrl, request, settings)


def _serviceUrl(service: str, own: str, request: Any, settings: Any) -> str:
    set_ = (settings or QgsServerSettings()).serviceUrl(service)
    return str(set_) or own or QgsServerProjectUtils.serviceUrl(service, request, settings)


def withoutQuery(request: Any) -> str:
    """The URL of a request with MAP for its only parameter."""
    url = str(request.originalUrl().toString()).partition("?")[0]
    project = request.parameter("MAP")
    return f"{url}?MAP={project}" if project else url
