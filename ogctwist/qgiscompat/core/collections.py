# -*- test-case-name: tests.qgiscompat.core.test_project -*-
"""Map themes and relations of a project."""

from __future__ import annotations

from typing import Any

from ogctwist.project.model import MapTheme, Project, Relation, ThemeLayer
from ogctwist.qgiscompat.core.enums import withEnums
from ogctwist.qgiscompat.wrapper import Wrapper


class MapThemeLayerRecord(Wrapper):
    """A layer of a theme."""

    def _make(self, layer: Any = None, record: ThemeLayer | None = None) -> None:
        self._q_owner = layer
        self.currentStyle = record.styleName if record else ""
        self.isVisible = True if record is None else record.isVisible
        self.usingCurrentStyle = bool(self.currentStyle)
        self.usingLegendItems = record is not None and record.checkedLegendItems is not None
        self.checkedLegendItems = set(record.checkedLegendItems or ()) if record else set()

    def layer(self) -> Any:
        """The layer itself."""
        return self._q_owner


class MapThemeRecord(Wrapper):
    """A theme."""

    def _make(self, theme: MapTheme | None = None, project: Any = None) -> None:
        self._q_records = []
        for record in () if theme is None else theme.layers:
            layer = project.mapLayer(record.layerId)
            if layer is not None:
                self._q_records.append(MapThemeLayerRecord(layer, record))

    def layerRecords(self) -> list[MapThemeLayerRecord]:
        """Its layers."""
        return list(self._q_records)


class QgsMapThemeCollection(Wrapper):
    """The themes of a project."""

    MapThemeRecord = MapThemeRecord
    MapThemeLayerRecord = MapThemeLayerRecord

    def _make(self, project: Any = None) -> None:
        self._q_project = project

    def _q_themes(self) -> Any:
        return {} if self._q_project is None else self._q_project._q_project.themes

    def mapThemes(self) -> list[str]:
        """Their names."""
        return sorted(self._q_themes())

    def hasMapTheme(self, name: str) -> bool:
        """Whether there is one."""
        return name in self._q_themes()

    def mapThemeState(self, name: str) -> MapThemeRecord:
        """One of them."""
        return MapThemeRecord(self._q_themes().get(name), self._q_project)

    def mapThemeVisibleLayerIds(self, name: str) -> list[str]:
        """Ids of the layers that it shows, in the order of drawing."""
        theme = self._q_themes().get(name)
        if theme is None:
            return []
        shown = {record.layerId for record in theme.layers if record.isVisible}
        return [i for i in self._q_project._q_current().drawingOrder if i in shown]

    def mapThemeVisibleLayers(self, name: str) -> list[Any]:
        """The layers that it shows."""
        return [self._q_project.mapLayer(i) for i in self.mapThemeVisibleLayerIds(name)]

    def mapThemeStyleOverrides(self, name: str) -> dict[str, str]:
        """Layer id to the XML of its style in the theme."""
        theme, found = self._q_themes().get(name), {}
        for record in () if theme is None else theme.layers:
            layer = self._q_project.mapLayer(record.layerId)
            if layer is not None:
                found[record.layerId] = layer.styleManager().style(record.styleName).xmlData()
        return found

    def masterLayerOrder(self) -> list[Any]:
        """All layers in the order of drawing."""
        return [self._q_project.mapLayer(i) for i in self._q_project._q_current().drawingOrder]

    def masterVisibleLayers(self) -> list[Any]:
        """Those that are checked in the tree."""
        shown = {node.layerId() for node in self._q_project.layerTreeRoot().findLayers() if node.isVisible()}
        return [layer for layer in self.masterLayerOrder() if layer.id() in shown]


@withEnums("QgsRelation")
class QgsRelation(Wrapper):
    """A relation between two layers."""

    def _make(self, relation: Relation | None = None, project: Any = None) -> None:
        self._q_relation = relation or Relation("", "", "", "")
        self._q_project = project

    def id(self) -> str:
        """Its id."""
        return self._q_relation.id

    def name(self) -> str:
        """Its name."""
        return self._q_relation.name

    def isValid(self) -> bool:
        """Whether both layers and some fields are there."""
        return bool(self._q_relation.fieldPairs) and None not in (
            self.referencingLayer(),
            self.referencedLayer(),
        )

    def referencingLayerId(self) -> str:
        """The layer with the foreign key."""
        return self._q_relation.referencingLayer

    def referencedLayerId(self) -> str:
        """The layer with the key."""
        return self._q_relation.referencedLayer

    def referencingLayer(self) -> Any:
        """The layer itself, or None."""
        return None if self._q_project is None else self._q_project.mapLayer(self.referencingLayerId())

    def referencedLayer(self) -> Any:
        """The layer itself, or None."""
        return None if self._q_project is None else self._q_project.mapLayer(self.referencedLayerId())

    def fieldPairs(self) -> dict[str, str]:
        """Foreign key to key."""
        return dict(self._q_relation.fieldPairs)

    def referencingFields(self) -> list[int]:
        """Places of the fields of the foreign key."""
        return [self.referencingLayer().fields().lookupField(a) for a, _ in self._q_relation.fieldPairs]

    def referencedFields(self) -> list[int]:
        """Places of the fields of the key."""
        return [self.referencedLayer().fields().lookupField(b) for _, b in self._q_relation.fieldPairs]

    def getRelatedFeaturesFilter(self, feature: Any) -> str:
        """An expression for the features that refer to one."""
        from ogctwist.qgiscompat.core.expression import QgsExpression

        equal = QgsExpression.createFieldEqualityExpression
        return " AND ".join(equal(a, feature.attribute(b)) for a, b in self._q_relation.fieldPairs)

    def getRelatedFeatures(self, feature: Any) -> Any:
        """Those features."""
        from ogctwist.qgiscompat.core.request import QgsFeatureRequest

        request = QgsFeatureRequest().setFilterExpression(self.getRelatedFeaturesFilter(feature))
        return self.referencingLayer().getFeatures(request)

    def getReferencedFeature(self, feature: Any) -> Any:
        """The feature that one refers to."""
        from ogctwist.qgiscompat.core.expression import QgsExpression
        from ogctwist.qgiscompat.core.feature import QgsFeature
        from ogctwist.qgiscompat.core.request import QgsFeatureRequest

        equal = QgsExpression.createFieldEqualityExpression
        text = " AND ".join(equal(b, feature.attribute(a)) for a, b in self._q_relation.fieldPairs)
        found = self.referencedLayer().getFeatures(QgsFeatureRequest().setFilterExpression(text).setLimit(1))
        return next(found, QgsFeature())


class QgsRelationManager(Wrapper):
    """The relations of a project."""

    def _make(self, project: Any = None) -> None:
        self._q_project = project

    def _q_all(self) -> list[QgsRelation]:
        relations = self._q_project._q_project.relations.values()
        return [QgsRelation(relation, self._q_project) for relation in relations]

    def relations(self) -> dict[str, QgsRelation]:
        """By id."""
        return {relation.id(): relation for relation in self._q_all()}

    def relation(self, id: str) -> QgsRelation:
        """One; not valid when there is none of that id."""
        return self.relations().get(id, QgsRelation())

    def relationsByName(self, name: str) -> list[QgsRelation]:
        """Those of a name."""
        return [relation for relation in self._q_all() if relation.name() == name]

    def referencedRelations(self, layer: Any) -> list[QgsRelation]:
        """Those whose key a layer has."""
        return [relation for relation in self._q_all() if relation.referencedLayerId() == layer.id()]

    def referencingRelations(self, layer: Any, place: int = -2) -> list[QgsRelation]:
        """Those whose foreign key a layer has."""
        return [relation for relation in self._q_all() if relation.referencingLayerId() == layer.id()]


class QgsProjectVersion(Wrapper):
    """A version of QGIS."""

    def _make(self, text: str = "") -> None:
        self._q_text = text

    def text(self) -> str:
        """As the file has it."""
        return self._q_text

    def isNull(self) -> bool:
        """Whether the file has none."""
        return not self._q_text

    def _q_numbers(self) -> list[int]:
        numbers = [int(part) for part in self._q_text.partition("-")[0].split(".") if part.isdecimal()]
        return [*numbers, 0, 0, 0][:3]

    def majorVersion(self) -> int:
        """3."""
        return self._q_numbers()[0]

    def minorVersion(self) -> int:
        """34."""
        return self._q_numbers()[1]

    def subVersion(self) -> int:
        """0."""
        return self._q_numbers()[2]


class QgsProjectViewSettings(Wrapper):
    """How a project is shown."""

    def _make(self, project: Project) -> None:
        self._q_project = project

    def mapScales(self) -> list[float]:
        """Denominators of its own scales."""
        scales: Any = self._q_project.properties.get("Scales/ScalesList", ())
        texts = [text.rpartition(":")[2] for text in scales]
        return [float(text) for text in texts if text.replace(".", "", 1).isdecimal()]

    def useProjectScales(self) -> bool:
        """Whether they count."""
        return self._q_project.properties.get("Scales/useProjectScales") in (True, "true", 1)

    def presetFullExtent(self) -> Any:
        """The full extent that was set."""
        from ogctwist.qgiscompat.core.rectangle import QgsRectangle, QgsReferencedRectangle

        return QgsReferencedRectangle(QgsRectangle._q_of(self._q_project.fullExtent))
