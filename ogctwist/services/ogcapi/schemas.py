# -*- test-case-name: tests.services.ogcapi.test_api -*-
"""JSON schemas of what the API answers."""

from __future__ import annotations

from typing import Any

from ogctwist.services.ogcapi.collectionlayers import Collection, titleOf
from ogctwist.sources.query import FieldType, SourceField

_TEXT: dict[str, Any] = {"type": "string"}
_LINKS = {"type": "array", "items": {"$ref": "#/components/schemas/link"}}


def _object(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    return schema | {"required": list(required)} if required else schema


def _list(name: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}


#: What every description has.
SCHEMAS: dict[str, Any] = {
    "document": {"type": "object"},
    "link": _object(("href",), href=_TEXT, rel=_TEXT, type=_TEXT, title=_TEXT),
    "links": _object(("links",), links=_LINKS),
    "conformance": _object(("conformsTo",), conformsTo={"type": "array", "items": _TEXT}),
    "extent": _object(spatial={"type": "object"}, temporal={"type": "object"}),
    "collection": _object(
        ("id", "links"),
        id=_TEXT,
        title=_TEXT,
        description=_TEXT,
        extent={"$ref": "#/components/schemas/extent"},
        crs={"type": "array", "items": _TEXT},
        links=_LINKS,
    ),
    "collections": _object(("collections", "links"), collections=_list("collection"), links=_LINKS),
    "feature": _object(
        ("type", "geometry", "properties"),
        type={"type": "string", "enum": ["Feature"]},
        id=_TEXT,
        geometry={"type": "object", "nullable": True},
        properties={"type": "object", "nullable": True},
        links=_LINKS,
    ),
    "featureCollection": _object(
        ("type", "features"),
        type={"type": "string", "enum": ["FeatureCollection"]},
        features=_list("feature"),
        links=_LINKS,
        timeStamp={"type": "string", "format": "date-time"},
        numberMatched={"type": "integer", "minimum": 0},
        numberReturned={"type": "integer", "minimum": 0},
    ),
    "change": _object(("modify",), modify={"type": "object"}),
    "exceptions": {
        "type": "array",
        "items": _object(("code",), code=_TEXT, description=_TEXT),
    },
}

_FIELD_TYPES: dict[FieldType, dict[str, Any]] = {
    FieldType.INTEGER: {"type": "integer"},
    FieldType.LONG: {"type": "integer", "format": "int64"},
    FieldType.DOUBLE: {"type": "number"},
    FieldType.BOOLEAN: {"type": "boolean"},
    FieldType.DATE: {"type": "string", "format": "date"},
    FieldType.DATETIME: {"type": "string", "format": "date-time"},
    FieldType.BINARY: {"type": "string", "format": "byte"},
    FieldType.MAP: {"type": "object"},
    FieldType.LIST: {"type": "array", "items": {}},
    FieldType.STRING_LIST: {"type": "array", "items": _TEXT},
}


def fieldSchema(field: SourceField) -> dict[str, Any]:
    """The schema of an attribute."""
    return dict(_FIELD_TYPES.get(field.type, _TEXT))


def featureSchema(collection: Collection) -> dict[str, Any]:
    """The schema of the features of a collection."""
    properties = {
        collection.shownNames[field.name]: {**fieldSchema(field), "nullable": True}
        for field in collection.fields
    }
    schema = _object(
        ("type", "geometry", "properties"),
        type={"type": "string", "enum": ["Feature"]},
        id=_TEXT,
        geometry={"type": "object", "nullable": True},
        properties={"type": "object", "properties": properties},
        links=_LINKS,
    )
    return schema | {"description": titleOf(collection.layer)}
