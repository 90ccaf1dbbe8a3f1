# -*- test-case-name: tests.qgiscompat.core.test_names -*-
"""What of C{qgis.core} works here, for the documents and the tests."""

# Names in text are easier to keep than a list of two hundred lines.
# ruff: noqa: SIM905

from __future__ import annotations

from ogctwist.qgiscompat import core
from ogctwist.qgiscompat.inert import InertType

#: Names that two or more of the public plugins that were looked at use, most used first.
USED: tuple[str, ...] = tuple(
    """
QgsMessageLog QgsMessageLog.logMessage Qgis Qgis.Info QgsProject QgsMapLayer.name Qgis.Critical
QgsMapLayer.id QgsMapLayer.shortName QgsMapLayer.crs Qgis.Warning QgsDataSourceUri QgsExpression
QgsProject.layerTreeRoot QgsProject.mapLayers QgsVectorLayer Qgis.MessageLevel QgsProject.instance
QgsProject.mapLayer QgsExpressionContextUtils QgsField.name QgsMapLayer.providerType QgsProject.fileName
QgsProject.layoutManager QgsVectorLayer.fields QgsApplication QgsCoordinateReferenceSystem
QgsCoordinateTransform QgsExpression.hasParserError QgsExpression.prepare QgsExpressionContext
QgsExpressionContext.appendScope QgsExpressionContextUtils.layerScope QgsFeature.geometry
QgsLayoutExporter QgsLayoutExporter.PdfExportSettings QgsLayoutExporter.exportToPdf QgsLayoutItemLabel
QgsLayoutItemMap QgsLayoutManager.layoutByName QgsLogger QgsLogger.debug QgsMapLayer.source
QgsNetworkAccessManager QgsNetworkAccessManager.instance QgsProject.transformContext
QgsVectorLayer.dataProvider QgsVectorLayer.primaryKeyAttributes QgsVectorLayer.renderer
QgsCoordinateReferenceSystem.authid QgsDataSourceUri.geometryColumn QgsExpression.evalErrorString
QgsExpression.hasEvalError QgsExpression.parserErrorString QgsExpressionContextUtils.globalScope
QgsExpressionContextUtils.projectScope QgsFeature QgsLayout.itemById QgsLayoutAtlas.coverageLayer
QgsLayoutItemLabel.setText QgsLayoutManager.printLayouts QgsMapLayer QgsMapLayer.isValid QgsPrintLayout
QgsPrintLayout.atlas QgsPrintLayout.name QgsProject.read QgsVectorLayer.getFeatures Qgis.QGIS_VERSION
Qgis.version QgsCoordinateReferenceSystem.postgisSrid QgsDataProvider.name QgsDataSourceUri.database
QgsDataSourceUri.schema QgsDataSourceUri.setParam QgsDataSourceUri.table QgsDataSourceUri.uri
QgsExpressionContextUtils.atlasScope QgsExpressionContextUtils.layoutScope QgsFeature.__getitem__
QgsFeature.attribute QgsFeature.id QgsFeatureRequest QgsFeatureRequest.setFilterExpression QgsFields.at
QgsGeometry QgsGeometry.boundingBox QgsLayerTreeNode.children QgsLayout.pageCollection
QgsLayout.referenceMap QgsLayoutAtlas.enabled QgsLayoutAtlas.setFilterExpression
QgsLayoutAtlas.setFilterFeatures QgsLayoutExporter.Success QgsLayoutItemMap.atlasScalingMode
QgsLayoutItemMap.setAtlasScalingMode QgsLayoutItemMap.setScale QgsLegendSymbolItem.label
QgsLegendSymbolItem.ruleKey QgsMapLayer.extent QgsMapLayer.serverProperties QgsMapLayer.styleManager
QgsMapLayer.type QgsMasterLayoutInterface QgsMasterLayoutInterface.layoutType QgsProject.addMapLayer
QgsProject.customVariables QgsProject.mapLayersByName QgsProject.readBoolEntry QgsRasterLayer
QgsReadWriteContext QgsRectangle QgsRectangle.xMinimum QgsRectangle.yMaximum QgsSettings
QgsSettings.value Qgis.QGIS_VERSION_INT Qgis.versionInt QgsApplication.instance
QgsApplication.projectStorageRegistry QgsCategorizedSymbolRenderer
QgsCategorizedSymbolRenderer.categories QgsCoordinateReferenceSystem.isValid
QgsCoordinateTransform.transform QgsDataProvider.reloadData QgsDataSourceUri.connectionInfo
QgsDataSourceUri.host QgsDataSourceUri.password QgsDataSourceUri.port QgsDataSourceUri.removeParam
QgsDataSourceUri.service QgsDataSourceUri.setConnection QgsDataSourceUri.username QgsExpression.evaluate
QgsExpression.registerFunction QgsExpressionContext.setFeature QgsFeature.fields QgsFeature.isValid
QgsFeature.setAttribute QgsFeature.setAttributes QgsFeature.setGeometry QgsFeatureIterator.nextFeature
QgsFeatureRenderer.checkLegendSymbolItem QgsFeatureRenderer.legendSymbolItemChecked
QgsFeatureRenderer.legendSymbolItems QgsFeatureRenderer.type QgsFeatureRequest.Flag
QgsFeatureRequest.setFlags QgsFeatureRequest.setSubsetOfAttributes QgsField.alias QgsField.isNumeric
QgsGeometry.asWkb QgsGeometry.intersects QgsGeometry.isEmpty QgsJsonExporter
QgsJsonExporter.exportFeature QgsLayerTree QgsLayerTree.isLayer QgsLayerTreeLayer.layer QgsLayerTreeNode
QgsLayerTreeNode.customProperty QgsLayout.reportContext QgsLayoutExporter.ImageExportSettings
QgsLayoutExporter.SvgExportSettings QgsLayoutExporter.exportToImage QgsLayoutExporter.exportToSvg
QgsLayoutItemMap.Fixed QgsLayoutItemMap.Predefined QgsMapLayer.abstract QgsMapLayer.dataProvider
QgsMapLayer.title QgsMapLayerStyleManager.currentStyle QgsMapLayerStyleManager.setCurrentStyle
QgsMapLayerStyleManager.styles QgsMapSettings QgsMasterLayoutInterface.PrintLayout
QgsMasterLayoutInterface.Report QgsProject.baseName QgsProject.crs QgsProject.lastModified
QgsProject.mapScales QgsProject.mapThemeCollection QgsProject.metadata QgsProject.readListEntry
QgsProject.removeMapLayer QgsProject.setCustomVariables QgsProject.title QgsProject.useProjectScales
QgsProviderRegistry QgsProviderRegistry.instance QgsRectangle.isNull QgsRectangle.xMaximum
QgsRectangle.yMinimum QgsRenderContext QgsVectorLayer.commitChanges QgsVectorLayer.setSubsetString
QgsVectorLayer.startEditing QgsVectorLayer.subsetString QgsXmlUtils QgsXmlUtils.readVariant
""".split()
)

#: Of these, what is there to be named and refuses to be used: printing and drawing are the services'.
REFUSED = frozenset(
    """
QgsLayout.itemById QgsLayout.pageCollection QgsLayout.referenceMap QgsLayout.reportContext
QgsLayoutExporter.exportToPdf QgsLayoutExporter.exportToImage QgsLayoutExporter.exportToSvg
QgsLayoutItemLabel QgsLayoutItemLabel.setText QgsLayoutItemMap QgsLayoutItemMap.atlasScalingMode
QgsLayoutItemMap.setAtlasScalingMode QgsLayoutItemMap.setScale QgsLayoutAtlas.setFilterExpression
QgsLayoutAtlas.setFilterFeatures QgsMapSettings QgsVectorLayer.commitChanges QgsVectorLayer.startEditing
""".split()
)

#: The class whose method a name means, where QGIS inherits it from one that is not here.
_BELOW = {"QgsLayout": "QgsPrintLayout"}


def find(name: str) -> bool:
    """Whether a name, C{Class} or C{Class.member}, is one that is not inert."""
    owner, _, member = name.partition(".")
    known = getattr(core, _BELOW.get(owner, owner), None)
    if known is None or isinstance(known, InertType):
        return False
    return not member or hasattr(known, member)


def missing() -> list[str]:
    """Those of L{USED} that neither work nor are listed as refused."""
    return [name for name in USED if name not in REFUSED and not find(name)]


def working() -> dict[str, list[str]]:
    """Class to its public members, of all that work; values that are no classes have none."""
    found = {}
    for name in core.NAMES:
        members = [m for m in dir(getattr(core, name)) if not m.startswith("_")]
        found[name] = members if isinstance(getattr(core, name), type) else []
    return found


def inert() -> list[str]:
    """Names that can be imported and mentioned, and say what they are when used."""
    return sorted(name for name in core.__all__ if name not in core.NAMES)
