# -*- test-case-name: tests.qgiscompat.core.test_values -*-
"""QgsJsonExporter and QgsJsonUtils: features as GeoJSON, and back."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from typing import Any

import shapely

from ogctwist.qgiscompat.core.crs import QgsCoordinateReferenceSystem, QgsCoordinateTransform
from ogctwist.qgiscompat.core.feature import NO_ID, QgsFeature
from ogctwist.qgiscompat.core.fields import QgsField, QgsFields
from ogctwist.qgiscompat.core.geometry import QgsGeometry
from ogctwist.qgiscompat.core.values import NULL, fromVariant
from ogctwist.qgiscompat.wrapper import Wrapper


def jsonValue(value: Any) -> Any:
    """A value as JSON has it; times as ISO text."""
    value = fromVariant(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, bytes):
        import base64

        return base64.b64encode(value).decode("ascii")
    if isinstance(value, list):
        return [jsonValue(item) for item in value]
    if isinstance(value, dict):
        return {key: jsonValue(item) for key, item in value.items()}
    return value


class QgsJsonExporter(Wrapper):
    """Features as GeoJSON, in degrees unless told otherwise."""

    def _make(self, vectorLayer: Any = None, precision: int = 6) -> None:
        self._q_owner, self._q_precision = vectorLayer, precision
        self._q_source = QgsCoordinateReferenceSystem() if vectorLayer is None else vectorLayer.crs()
        self._q_target = QgsCoordinateReferenceSystem(4326)
        self._q_transforms = True
        self._q_geometry = self._q_attributes = True
        self._q_only: list[int] = []
        self._q_without: list[int] = []

    def setPrecision(self, precision: int) -> None:
        """Digits behind the point."""
        self._q_precision = precision

    def precision(self) -> int:
        """Digits behind the point."""
        return self._q_precision

    def setIncludeGeometry(self, include: bool) -> None:
        """Whether geometries are written."""
        self._q_geometry = include

    def setIncludeAttributes(self, include: bool) -> None:
        """Whether attributes are written."""
        self._q_attributes = include

    def setAttributes(self, places: Iterable[int]) -> None:
        """Write only these."""
        self._q_only = list(places)

    def setExcludedAttributes(self, places: Iterable[int]) -> None:
        """Do not write these."""
        self._q_without = list(places)

    def setSourceCrs(self, crs: QgsCoordinateReferenceSystem) -> None:
        """What the geometries are in."""
        self._q_source = crs

    def sourceCrs(self) -> QgsCoordinateReferenceSystem:
        """What the geometries are in."""
        return self._q_source

    def setDestinationCrs(self, crs: QgsCoordinateReferenceSystem) -> None:
        """What they are written in (3.30)."""
        self._q_target = crs

    def setTransformGeometries(self, transform: bool) -> None:
        """Whether they are transformed at all."""
        self._q_transforms = transform

    def setVectorLayer(self, layer: Any) -> None:
        """Whose features they are."""
        self._q_owner, self._q_source = layer, layer.crs()

    def exportFeature(
        self,
        feature: QgsFeature,
        extraProperties: dict[str, Any] | None = None,
        id: Any = None,
        indent: int = -1,
    ) -> str:
        """One feature as text."""
        made = self._q_object(feature, extraProperties or {}, id)
        return _written(made, indent)

    def exportFeatures(self, features: Iterable[QgsFeature], indent: int = -1) -> str:
        """A collection as text."""
        made = {"features": [self._q_object(f, {}, None) for f in features], "type": "FeatureCollection"}
        return _written(made, indent)

    def _q_object(self, feature: QgsFeature, extra: dict[str, Any], id: Any) -> dict[str, Any]:
        made: dict[str, Any] = {"type": "Feature"}
        if id is not None:
            made["id"] = jsonValue(id)
        elif feature.id() != NO_ID:
            made["id"] = feature.id()
        made["geometry"] = None
        if self._q_geometry and feature.hasGeometry():
            geometry = feature.geometry()
            if self._q_transforms and self._q_source.isValid():
                geometry.transform(QgsCoordinateTransform(self._q_source, self._q_target))
            box = geometry.boundingBox()
            if geometry.type() != QgsGeometryPoint:
                made["bbox"] = [round(side, self._q_precision) for side in box._q_sides]
            made["geometry"] = geometry._q_json(self._q_precision)
        made["properties"] = {
            **self._q_values(feature),
            **{k: jsonValue(v) for k, v in extra.items()},
        } or None
        return made

    def _q_values(self, feature: QgsFeature) -> dict[str, Any]:
        if not self._q_attributes:
            return {}
        return {
            field.name(): jsonValue(value if self._q_owner is None else represented(field, value))
            for place, (field, value) in enumerate(zip(feature.fields(), feature.attributes(), strict=False))
            if (not self._q_only or place in self._q_only) and place not in self._q_without
        }


def represented(field: QgsField, value: Any) -> Any:
    """A value as the form shows it: by the map of a ValueMap; others as they are."""
    widget = field.editorWidgetSetup()
    if widget.type() != "ValueMap":
        return value
    options = widget.config().get("map") or {}
    pairs = (
        [pair for part in options for pair in part.items()] if isinstance(options, list) else options.items()
    )
    text = str(value)
    return next((label for label, key in pairs if str(key) == text), f"({text})")


#: Number of the kind of geometries that have no box worth telling.
QgsGeometryPoint = 0


def _written(made: Any, indent: int) -> str:
    if indent >= 0:
        return json.dumps(made, ensure_ascii=False, sort_keys=True, indent=indent)
    return json.dumps(made, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


_TYPES = ((bool, 1, "Boolean"), (int, 4, "Integer64"), (float, 6, "Real"), (str, 10, "String"))


class QgsJsonUtils(Wrapper):
    """Everything here is static."""

    @staticmethod
    def encodeValue(value: Any) -> str:
        """A value as JSON."""
        return json.dumps(jsonValue(value), ensure_ascii=False, separators=(",", ":"))

    @staticmethod
    def parseJson(text: Any) -> Any:
        """A value of JSON; None when it is none."""
        try:
            return json.loads(text if isinstance(text, str) else bytes(text))
        except ValueError:
            return None

    @staticmethod
    def parseArray(text: str, type: Any = None) -> list[Any]:
        """A list of JSON; empty when it is none."""
        found = QgsJsonUtils.parseJson(text)
        return found if isinstance(found, list) else []

    @staticmethod
    def exportAttributes(feature: QgsFeature, layer: Any = None, *more: Any) -> str:
        """The attributes of a feature as an object."""
        pairs = feature.attributeMap().items()
        return "{" + ",\n".join(f"{json.dumps(k)}:{QgsJsonUtils.encodeValue(v)}" for k, v in pairs) + "}"

    @staticmethod
    def stringToFields(text: str, encoding: Any = None) -> QgsFields:
        """The fields of the features of a text."""
        made = QgsFields()
        for feature in _features(text):
            for name, value in (feature.get("properties") or {}).items():
                kind = next((t for t in _TYPES if type(value) is t[0]), _TYPES[-1])
                if value is not None:
                    made.append(QgsField(name, kind[1], kind[2]))
        return made

    @staticmethod
    def stringToFeatureList(
        text: str, fields: QgsFields | None = None, encoding: Any = None
    ) -> list[QgsFeature]:
        """The features of a text; none when it is no GeoJSON."""
        fields = QgsJsonUtils.stringToFields(text) if fields is None else fields
        found = []
        for place, source in enumerate(_features(text)):
            feature = QgsFeature(fields)
            feature._q_id, feature._q_isValid = place, True
            values = source.get("properties") or {}
            feature.setAttributes([NULL if values.get(n) is None else values[n] for n in fields.names()])
            if source.get("geometry"):
                feature.setGeometry(QgsGeometry._q_of(shapely.from_geojson(json.dumps(source["geometry"]))))
            found.append(feature)
        return found


def _features(text: str) -> list[dict[str, Any]]:
    found = QgsJsonUtils.parseJson(text)
    if not isinstance(found, dict):
        return []
    return found.get("features", []) if found.get("type") == "FeatureCollection" else [found]
