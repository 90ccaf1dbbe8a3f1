# -*- test-case-name: tests.qgiscompat.core.test_project -*-
"""QgsVectorLayer: fields, features, subset strings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ogctwist.expression import ExpressionContext
from ogctwist.project.layers import DataSource, EditWidget, FieldSettings, Layer, LayerKind
from ogctwist.qgiscompat.core import reading
from ogctwist.qgiscompat.core.crs import QgsCoordinateReferenceSystem, QgsCoordinateTransform
from ogctwist.qgiscompat.core.dataprovider import QgsVectorDataProvider
from ogctwist.qgiscompat.core.enums import withEnums
from ogctwist.qgiscompat.core.expression import QgsExpression
from ogctwist.qgiscompat.core.feature import QgsFeature, QgsFeatureIterator
from ogctwist.qgiscompat.core.fields import QgsEditorWidgetSetup, QgsField, QgsFields, fieldsOf
from ogctwist.qgiscompat.core.geometry import QgsGeometry
from ogctwist.qgiscompat.core.maplayer import QgsMapLayer
from ogctwist.qgiscompat.core.rectangle import QgsRectangle
from ogctwist.qgiscompat.core.renderers import rendererOf
from ogctwist.qgiscompat.core.request import QgsFeatureRequest
from ogctwist.qgiscompat.core.subsets import withSubset
from ogctwist.qgiscompat.core.values import NULL, toVariant
from ogctwist.qgiscompat.core.vectorlayerparts import LayerOptions, QgsVectorLayerJoinInfo, namingField
from ogctwist.qgiscompat.core.wkbtypes import QgsWkbTypes, typeNamed
from ogctwist.sources.query import FeatureQuery, SourceError


@withEnums("QgsVectorLayer", ("SelectBehavior", "EditResult"))
class QgsVectorLayer(QgsMapLayer):
    """A layer of features."""

    LayerOptions = LayerOptions

    def _make(
        self, path: str = "", baseName: str = "", providerLib: str = "ogr", options: Any = None
    ) -> None:
        """A layer outside of any project, such as one of a file that a plugin has made."""
        from uuid import uuid4

        source = DataSource(providerLib or "ogr", str(path))
        name = f"{baseName}_{str(uuid4()).replace('-', '_')}"
        self._q_layer = self._q_original = Layer(name, baseName, LayerKind.VECTOR, source)
        self._q_project = None
        self._q_isRemoved = False
        self._q_setUp()
        schema = self._q_schema()
        if schema is None:
            self._q_layer = self._q_original = replace(self._q_layer, failure="it cannot be opened")
        else:
            crs = self._q_layer.crs or schema.crs
            self._q_layer = self._q_original = replace(self._q_layer, crs=crs, wkbType=schema.wkbType)

    def _q_setUp(self) -> None:
        self._q_known: tuple[Any, Any] | None = None
        self._q_renderer: Any = None
        self._q_selected: list[int] = []

    def _q_change(self, **changes: Any) -> None:
        super()._q_change(**changes)
        if {"source", "fields", "joins"} & changes.keys():
            self._q_known = None

    def _q_source(self) -> Any:
        project = self._q_project
        if project is None:
            return reading.sourceOf(self._q_layer, None)
        return reading.sourceOf(self._q_layer, project._q_current(), project._q_original)

    def _q_schema(self) -> Any:
        """What the source says of itself; None when it cannot be opened."""
        if self._q_known is None:
            try:
                schema = self._q_source().schema()
            except SourceError:
                schema = None
            settings = {field.name: field for field in self._q_layer.fields}
            if schema is None:
                fields = QgsFields()
                for known in self._q_layer.fields:
                    fields.append(_declared(known), 4 if known.expression else 1)
            else:
                fields = fieldsOf(schema.fields, settings, self._q_joined())
            self._q_known = schema, fields
        return self._q_known[0]

    def _q_joined(self) -> set[str]:
        """Names of the fields that come from other layers."""
        if not self._q_layer.joins:
            return set()
        own = {field.name for field in reading.sourceOf(self._q_layer, None).schema().fields}
        return {field.name for field in self._q_source().schema().fields} - own

    def isValid(self) -> bool:
        """Whether its data can be opened."""
        return self._q_layer.failure is None and self._q_schema() is not None

    def fields(self) -> QgsFields:
        """Its fields; those that the project file knows where the source cannot be opened."""
        self._q_schema()
        assert self._q_known is not None
        return QgsFields(self._q_known[1])

    def dataProvider(self) -> QgsVectorDataProvider:
        """What reads its data."""
        return QgsVectorDataProvider(self)

    def primaryKeyAttributes(self) -> list[int]:
        """Places of the fields of the primary key."""
        schema = self._q_schema()
        return [] if schema is None else [self.fields().indexOf(name) for name in schema.keyFields]

    def attributeList(self) -> list[int]:
        """Places of all fields."""
        return self.fields().allAttributesList()

    def attributeAlias(self, index: int) -> str:
        """What is shown in the place of a field's name."""
        return self.fields().at(index).alias() if self.fields().exists(index) else ""

    def attributeAliases(self) -> dict[str, str]:
        """Name to alias, of all fields."""
        return {field.name(): field.alias() for field in self.fields()}

    def attributeDisplayName(self, index: int) -> str:
        """Alias, else name."""
        return self.fields().at(index).displayName()

    def excludeAttributesWms(self) -> set[str]:
        """Fields that WMS hides."""
        return {field.name for field in self._q_layer.fields if field.excludeWms}

    def excludeAttributesWfs(self) -> set[str]:
        """Fields that WFS hides."""
        return {field.name for field in self._q_layer.fields if field.excludeWfs}

    def setExcludeAttributesWms(self, names: Any) -> None:
        """Hide these from WMS, and no others."""
        self._q_setFields(lambda field: replace(field, excludeWms=field.name in names))

    def setExcludeAttributesWfs(self, names: Any) -> None:
        """Hide these from WFS, and no others."""
        self._q_setFields(lambda field: replace(field, excludeWfs=field.name in names))

    def setFieldAlias(self, index: int, alias: str) -> None:
        """Set what is shown in the place of a field's name."""
        name = self.fields().at(index).name()
        self._q_setFields(lambda field: replace(field, alias=alias) if field.name == name else field)

    def setEditorWidgetSetup(self, index: int, setup: QgsEditorWidgetSetup) -> None:
        """Set how a field is edited, and shown."""
        name, widget = self.fields().at(index).name(), EditWidget(setup.type(), setup.config())
        self._q_setFields(lambda field: replace(field, editWidget=widget) if field.name == name else field)

    def _q_setFields(self, change: Any) -> None:
        known = {field.name: field for field in self._q_layer.fields}
        names = [*known, *(name for name in self.fields().names() if name not in known)]
        self._q_change(fields=tuple(change(known.get(name) or FieldSettings(name)) for name in names))

    def editorWidgetSetup(self, index: int) -> QgsEditorWidgetSetup:
        """How a field is edited."""
        return self.fields().at(index).editorWidgetSetup()

    def constraintExpression(self, index: int) -> str:
        """What must be true for a field."""
        return self.fields().at(index).constraints().constraintExpression()

    def vectorJoins(self) -> list[QgsVectorLayerJoinInfo]:
        """Its joins."""
        return [QgsVectorLayerJoinInfo(join, self._q_project) for join in self._q_layer.joins]

    def displayExpression(self) -> str:
        """What names a feature: as set, else the field that looks most like a name."""
        return self._q_layer.displayExpression or namingField(self.fields().names())

    def setDisplayExpression(self, text: str) -> None:
        """Set it."""
        self._q_change(displayExpression=str(text))

    def displayField(self) -> str:
        """The same, if it is a field."""
        made = QgsExpression(self.displayExpression())
        return next(iter(made.referencedColumns())) if made.isField() else ""

    def mapTipTemplate(self) -> str:
        """HTML with expressions in it."""
        return self._q_layer.mapTip

    def setMapTipTemplate(self, text: str) -> None:
        """Set it."""
        self._q_change(mapTip=str(text))

    # -- geometries

    def wkbType(self) -> Any:
        """The type of its geometries."""
        schema = self._q_schema()
        return typeNamed(self._q_layer.wkbType or ("Unknown" if schema is None else schema.wkbType))

    def geometryType(self) -> Any:
        """Point, line or polygon."""
        return QgsWkbTypes.geometryType(self.wkbType())

    def isSpatial(self) -> bool:
        """Whether it has geometries."""
        return self.geometryType() != QgsWkbTypes.GeometryType.Null

    def sourceCrs(self) -> QgsCoordinateReferenceSystem:
        """Of its geometries."""
        return self.crs()

    def extent(self) -> QgsRectangle:
        """The box around its features."""
        try:
            box = self._q_source().extent(reading.isGivenUp)
        except SourceError:
            return super().extent()
        return QgsRectangle._q_of(box)

    sourceExtent = extent

    def updateExtents(self, force: bool = False) -> None:
        """They are always those of the data."""

    # -- features

    def subsetString(self) -> str:
        """The condition that its features fulfil, in the source's own language."""
        return self._q_layer.source.subset

    def setSubsetString(self, subset: str) -> bool:
        """Set that condition; False, and nothing changed, when the source refuses it."""
        before = self._q_layer.source
        self._q_change(source=withSubset(before, str(subset or "")))
        try:
            source = self._q_source()
            source.schema()
            next(iter(source.read(FeatureQuery(limit=1, geometry=False), reading.isGivenUp)), None)
        except SourceError:
            self._q_change(source=before)
            return False
        return True

    def getFeatures(self, request: Any = None) -> QgsFeatureIterator:
        """The features of a request: a QgsFeatureRequest, rectangle, ids or expression; all without."""
        if isinstance(request, (list, tuple, set)):
            request = QgsFeatureRequest().setFilterFids(request)
        request = QgsFeatureRequest(request)
        return QgsFeatureIterator(self._q_read(request))

    def _q_read(self, request: QgsFeatureRequest) -> Iterator[QgsFeature]:
        from ogctwist.expression import ExpressionError
        from ogctwist.qgiscompat.core.messages import QgsMessageLog

        fields = self.fields()
        try:
            query = request._q_query(fields, self.crs(), self._q_context(request))
            rows = reading.rowsOf(self._q_source(), query)
            transform = QgsCoordinateTransform(self.crs(), request.destinationCrs())
            for id_, values, shape in rows:
                feature = QgsFeature(fields)
                feature._q_id, feature._q_isValid = id_, True
                feature._q_values = [toVariant(values[n]) if n in values else NULL for n in fields.names()]
                feature._q_geometry = QgsGeometry._q_of(shape)
                if shape is not None and not transform.isShortCircuited():
                    feature._q_geometry.transform(transform)
                yield feature
        except (SourceError, ExpressionError) as error:
            QgsMessageLog.logMessage(f"layer {self.name()}: {error}", "Data source", 2)

    def _q_context(self, request: QgsFeatureRequest) -> ExpressionContext:
        if request._q_context is not None:
            return request._q_context._q_context()
        from ogctwist.qgiscompat.core.contexts import QgsExpressionContext, QgsExpressionContextUtils

        scopes = QgsExpressionContextUtils.globalProjectLayerScopes(self)
        scopes[-1].removeVariable("layer")
        return QgsExpressionContext(scopes)._q_context()

    def getFeature(self, fid: int) -> QgsFeature:
        """One feature; one that is not valid when there is none of that id."""
        return next(self.getFeatures(QgsFeatureRequest(int(fid))), QgsFeature())

    def getGeometry(self, fid: int) -> QgsGeometry:
        """Its geometry."""
        return self.getFeature(fid).geometry()

    def featureCount(self, legendKey: str | None = None) -> int:
        """How many features; -1 when they cannot be read, or of a legend key."""
        if legendKey is not None:
            return -1
        try:
            return self._q_source().count(FeatureQuery(), reading.isGivenUp)
        except SourceError:
            return -1

    def hasFeatures(self) -> int:
        """Whether there are any: 1 or 0."""
        return int(next(self.getFeatures(QgsFeatureRequest().setLimit(1)), None) is not None)

    def uniqueValues(self, index: int, limit: int = -1) -> set[Any]:
        """The different values of a field."""
        found: dict[Any, None] = {}
        request = QgsFeatureRequest().setFlags(1).setSubsetOfAttributes([index])
        for feature in self.getFeatures(request):
            found[feature.attribute(index)] = None
            if 0 < limit <= len(found):
                break
        return set(found)

    def minimumValue(self, index: int) -> Any:
        """The least value of a field."""
        return min((v for v in self.uniqueValues(index) if v != NULL), default=NULL)

    def maximumValue(self, index: int) -> Any:
        """The greatest."""
        return max((v for v in self.uniqueValues(index) if v != NULL), default=NULL)

    def createExpressionContextScope(self) -> Any:
        """Its variables."""
        from ogctwist.qgiscompat.core.contexts import QgsExpressionContextUtils

        return QgsExpressionContextUtils.layerScope(self)

    def createExpressionContext(self) -> Any:
        """Its variables, and those of project and application."""
        from ogctwist.qgiscompat.core.contexts import QgsExpressionContext, QgsExpressionContextUtils

        return QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(self))

    def selectByIds(self, ids: Any, behavior: int = 0) -> None:
        """Select features on this object."""
        self._q_selected = list(ids)

    def selectedFeatureIds(self) -> list[int]:
        """Those that were selected."""
        return list(self._q_selected)

    def selectedFeatureCount(self) -> int:
        """How many they are."""
        return len(self._q_selected)

    def removeSelection(self) -> None:
        """Select none."""
        self._q_selected = []

    def getSelectedFeatures(self, request: Any = None) -> QgsFeatureIterator:
        """They themselves."""
        return self.getFeatures(QgsFeatureRequest().setFilterFids(self._q_selected))

    # -- drawing

    def renderer(self) -> Any:
        """How it is drawn; what is changed in it is served."""
        if self._q_renderer is None:
            self._q_renderer = rendererOf(self)
        return self._q_renderer

    def setRenderer(self, renderer: Any) -> None:
        """Draw it with another."""
        renderer._q_giveTo(self)
        self._q_renderer = renderer

    def labelsEnabled(self) -> bool:
        """Whether it has labels."""
        style = self._q_layer.style
        return style is not None and b'labelsEnabled="1"' in style.xml

    # -- what is another layer's, before this one is used by access control

    def _q_feature(self, mapping: Any) -> QgsFeature:
        """A feature of access control's (a mapping with C{id} and C{geometry}) as a QgsFeature."""
        fields = QgsFields()
        known = {field.name(): field for field in self.fields()}
        for name in mapping:
            fields.append(known.get(name) or QgsField(name, 10))
        feature = QgsFeature(fields)
        feature._q_id = NO_ID if mapping.id is None else int(mapping.id)
        feature._q_isValid = True
        feature._q_values = [toVariant(value) for value in mapping.values()]
        feature._q_geometry = QgsGeometry._q_of(mapping.geometry)
        return feature

    # -- editing: refused; a subset of these are what plugins call

    startEditing = commitChanges = rollBack = addFeature = addFeatures = deleteFeature = deleteFeatures = (
        updateFeature
    ) = changeGeometry = changeAttributeValue = changeAttributeValues = addAttribute = deleteAttribute = (
        QgsMapLayer._q_refuse
    )


NO_ID = -(2**63)


def _declared(known: FieldSettings) -> QgsField:
    made = QgsField(known.name, known.typeCode, known.typeName, known.length, known.precision, known.comment)
    made._q_settings, made._q_alias = known, known.alias
    return made
