# -*- test-case-name: tests.services.wms.info.test_formats -*-
"""GetFeatureInfo as GeoJSON."""

from __future__ import annotations

import base64
import datetime
import math

import orjson

from ogctwist.services.wms.info.answer import InfoAnswer, InfoAttribute, InfoFeature, InfoLayer
from ogctwist.services.wms.info.geometrytext import geoJson

JSON_TYPE = "application/json; charset=utf-8"
GEOJSON_TYPE = "application/geo+json; charset=utf-8"


def jsonAnswer(answer: InfoAnswer) -> bytes:
    """A FeatureCollection; a raster is a feature without geometry."""
    features: list[dict[str, object]] = []
    for layer in answer.layers:
        features += [_feature(layer, feature, answer) for feature in layer.features]
        if layer.bands is not None:
            bands = {band: "null" if value is None else value for band, value in layer.bands}
            features.append({"id": layer.name, "properties": bands, "type": "Feature"})
    return orjson.dumps({"features": features, "type": "FeatureCollection"})


def _feature(layer: InfoLayer, feature: InfoFeature, answer: InfoAnswer) -> dict[str, object]:
    properties = {attribute.label: _value(attribute) for attribute in feature.attributes}
    if feature.mapTip is not None:
        properties["maptip"] = feature.mapTip
    if feature.displayName is not None:
        properties["display_name"] = feature.displayName
    geometry = None if feature.geometry is None else geoJson(feature.geometry, answer.precision)
    told: dict[str, object] = {
        "geometry": geometry,
        "id": f"{layer.name}.{feature.id}",
        "properties": properties,
        "type": "Feature",
    }
    if feature.geometry is not None and feature.box is not None and feature.geometry.geom_type != "Point":
        told["bbox"] = [round(value, answer.precision) for value in feature.box.bounds]
    return told


def _value(attribute: InfoAttribute) -> object:
    """The value as JSON has it; what a widget shows instead goes before it."""
    if attribute.isRepresented:
        return attribute.text
    value = attribute.value
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, (datetime.date, datetime.time)):
        return attribute.text
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value
