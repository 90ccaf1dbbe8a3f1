# -*- test-case-name: tests.services.ogcapi.test_api -*-
"""The description of the API (OGC 17-069r4, 7.3) as an OpenAPI 3.0 document."""

from __future__ import annotations

from html import escape
from typing import Any

from ogctwist.interfaces import OWSException
from ogctwist.project.model import Project
from ogctwist.services.ogcapi.arguments import DEFAULT_LIMIT, filterFields
from ogctwist.services.ogcapi.call import Call, Document
from ogctwist.services.ogcapi.collectionlayers import (
    Collection,
    collectionLayers,
    opened,
    titleOf,
)
from ogctwist.services.ogcapi.crsnames import CRS84, offeredSystems
from ogctwist.services.ogcapi.editsession import mayChange
from ogctwist.services.ogcapi.formats import Format
from ogctwist.services.ogcapi.links import Links
from ogctwist.services.ogcapi.schemas import SCHEMAS, featureSchema, fieldSchema

_PAGE_PARAMETERS = (
    "limit", "offset", "bbox", "bbox-crs", "crs", "datetime", "sortby", "sortdesc",
)  # fmt: skip


async def description(call: Call) -> None:
    """Answer with what can be asked, and what is answered to it."""
    found = await readableCollections(call)
    paths = _generalPaths()
    for collection in found:
        paths |= _collectionPaths(collection)
    document: Document = {
        "openapi": "3.0.1",
        "info": _info(call.project),
        "servers": [{"url": call.links.href("", query="")}],
        "links": call.ownLinks("API definition"),
        "paths": paths,
        "tags": [
            {"name": "Capabilities", "description": "What the server offers"},
            {"name": "Features", "description": "Collections and their features"},
        ],
        "components": {
            "schemas": {
                **SCHEMAS,
                **{f"feature_{collection.layer.id}": featureSchema(collection) for collection in found},
            },
            "parameters": _parameters(call),
        },
    }
    call.write(document, "API description", _body)


async def readableCollections(call: Call) -> list[Collection]:
    """The collections that the request may read; those whose data cannot be read are left out."""
    layers = list(collectionLayers(call.project).values())
    if call.project is None or not layers:
        return []
    view = await call.request.view(call.project, [layer.id for layer in layers])
    found = []
    for layer in layers:
        if layer.id in view.denied:
            continue
        try:
            found.append(await opened(layer, view))
        except OWSException:  # the log has the reason
            continue
    return found


def _info(project: Project | None) -> dict[str, Any]:
    info: dict[str, Any] = {"title": "OGC API Features", "description": "", "version": "1.0.0"}
    if project is None:
        return info
    service = project.publication.service
    info["title"] = service.title or project.title or info["title"]
    info["description"] = service.abstract
    contact = {"name": service.contactPerson, "email": service.contactMail, "url": service.onlineResource}
    info["contact"] = {key: value for key, value in contact.items() if value}
    if service.accessConstraints:
        info["license"] = {"name": service.accessConstraints}
    return info


def _answer(summary: str, tag: str, name: str, forms: tuple[Format, ...], schema: str) -> dict[str, Any]:
    """An operation without parameters of its own."""
    content: dict[str, Any] = {form.contentType: {} for form in forms}
    content[forms[0].contentType] = {"schema": {"$ref": f"#/components/schemas/{schema}"}}
    return {
        "summary": summary,
        "operationId": name,
        "tags": [tag],
        "responses": {
            "200": {"description": summary, "content": content},
            "default": {
                "description": "A failure",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/exceptions"}}},
            },
        },
    }


def _generalPaths() -> dict[str, Any]:
    json = (Format.JSON, Format.HTML)
    openapi = (Format.OPENAPI, Format.HTML)
    entries = (
        ("/", "Landing page", "getLandingPage", json, "links"),
        ("/conformance", "Conformance classes", "getConformance", json, "conformance"),
        ("/api", "This description", "getApiDescription", openapi, "document"),
        ("/collections", "Feature collections", "getCollections", json, "collections"),
    )
    return {
        path: {"get": _answer(summary, "Capabilities", name, forms, schema)}
        for path, summary, name, forms, schema in entries
    }


def _collectionPaths(collection: Collection) -> dict[str, Any]:
    layer, base = collection.layer, f"/collections/{collection.id}"
    title, suffix = titleOf(layer), layer.id
    describe = _answer(
        f"Metadata of {title}", "Features", f"describe_{suffix}", (Format.JSON, Format.HTML), "collection"
    )
    forms = (Format.GEOJSON, Format.HTML)
    page = _answer(f"Features of {title}", "Features", f"items_{suffix}", forms, "featureCollection")
    page["parameters"] = [
        *({"$ref": f"#/components/parameters/{name}"} for name in _PAGE_PARAMETERS),
        _propertiesParameter(collection),
        *_attributeParameters(collection),
    ]
    one = _answer(f"One feature of {title}", "Features", f"item_{suffix}", forms, f"feature_{suffix}")
    one["parameters"] = [{"$ref": f"#/components/parameters/{name}"} for name in ("featureId", "crs")]
    return {
        base: {"get": describe},
        f"{base}/items": {"get": page, **_changes(collection, _ITEMS_CHANGES)},
        f"{base}/items/{{featureId}}": {"get": one, **_changes(collection, _ITEM_CHANGES)},
    }


#: Method, what it needs to be allowed, what it does, and the schema of its body, '' for none.
_ITEMS_CHANGES = (("post", "Insert", "Create a feature of", "feature"),)
_ITEM_CHANGES = (
    ("put", "Update", "Change a feature of", "feature"),
    ("patch", "Update", "Change attributes of a feature of", "change"),
    ("delete", "Delete", "Delete a feature of", ""),
)


def _changes(collection: Collection, changes: tuple[tuple[str, str, str, str], ...]) -> dict[str, Any]:
    """The operations that change features, as far as the request may carry them out."""
    found = {}
    for method, right, words, schema in changes:
        if not mayChange(collection, right):
            continue
        operation = _answer(
            f"{words} {titleOf(collection.layer)}",
            "Features",
            f"{method}_{collection.layer.id}",
            (Format.GEOJSON,),
            "feature",
        )
        if method == "post":
            operation["responses"]["201"] = operation["responses"].pop("200")
        else:
            operation["parameters"] = [{"$ref": "#/components/parameters/featureId"}]
        if schema:
            name = f"feature_{collection.layer.id}" if schema == "feature" else schema
            kind = Format.GEOJSON if schema == "feature" else Format.JSON
            content = {kind.contentType: {"schema": {"$ref": f"#/components/schemas/{name}"}}}
            operation["requestBody"] = {"required": True, "content": content}
        found[method] = operation
    return found


def _query(name: str, text: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": text,
        "schema": schema,
        "style": "form",
        "explode": False,
    }


def _propertiesParameter(collection: Collection) -> dict[str, Any]:
    names = [field.name for field in collection.fields]
    return _query(
        "properties",
        "The attributes that are wanted",
        {"type": "array", "items": {"type": "string", "enum": names}},
    )


def _attributeParameters(collection: Collection) -> list[dict[str, Any]]:
    return [
        _query(name, f"Features whose {name} has this value; * is for anything", fieldSchema(field))
        for name, field in filterFields(collection).items()
        if name == collection.shownNames[field.name]
    ]


def _parameters(call: Call) -> dict[str, Any]:
    most = call.kit.mostItems
    system = {"type": "string", "default": CRS84, "enum": list(offeredSystems(call.project))}
    number = {"type": "integer", "minimum": 0}
    box = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    found = [
        _query(
            "limit",
            "The greatest number of features of a page",
            {**number, "maximum": most, "default": min(DEFAULT_LIMIT, most)},
        ),
        _query("offset", "How many features are left out before", {**number, "default": 0}),
        _query("bbox", "Features within or across this box: west, south, east, north", box),
        _query("bbox-crs", "The reference system of bbox", system),
        _query("crs", "The reference system of the answer", system),
        _query("datetime", "Features of this time or interval (RFC 3339; .. is open)", {"type": "string"}),
        _query("sortby", "The attribute by which features are ordered", {"type": "string"}),
        _query("sortdesc", "Whether the order is descending", {"type": "boolean", "default": False}),
    ]
    parameters = {parameter["name"]: parameter for parameter in found}
    parameters["featureId"] = {
        "name": "featureId",
        "in": "path",
        "required": True,
        "description": "The identifier of a feature",
        "schema": {"type": "string"},
    }
    return parameters


def _body(document: Document, links: Links) -> str:
    rows = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            summary = escape(operation["summary"])
            rows.append(f"<dt><code>{method.upper()} {escape(path)}</code></dt><dd>{summary}</dd>")
    return f"<p>{escape(document['info']['description'])}</p><dl>{''.join(rows)}</dl>"
