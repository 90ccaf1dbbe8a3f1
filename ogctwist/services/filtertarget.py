# -*- test-case-name: tests.services.test_filtertarget -*-
"""Layers as what filters are about."""

from __future__ import annotations

from collections.abc import Mapping

from ogctwist.expression.column import Kind
from ogctwist.filterencoding import FilterTarget
from ogctwist.geo.crs import CRS
from ogctwist.project.layers import Layer
from ogctwist.sources.query import FieldType, SourceSchema

#: What attributes of each type hold, as expressions see it; types that are not here can be anything.
KINDS: Mapping[FieldType, Kind] = {
    FieldType.INTEGER: Kind.INTEGER,
    FieldType.LONG: Kind.INTEGER,
    FieldType.DOUBLE: Kind.REAL,
    FieldType.STRING: Kind.TEXT,
    FieldType.BOOLEAN: Kind.BOOLEAN,
    FieldType.DATE: Kind.DATE,
    FieldType.TIME: Kind.TIME,
    FieldType.DATETIME: Kind.DATETIME,
}


def filterTarget(
    layer: Layer,
    schema: SourceSchema,
    crs: CRS | None = None,
    published: Mapping[str, str] | None = None,
) -> FilterTarget:
    """
    @param schema: of the source, without what the request may not see.
    @param crs: what holds for geometries without srsName; None for the layer's.
    @param published: names of attributes in documents to their own.
    """
    return FilterTarget(
        fields={field.name: KINDS.get(field.type) for field in schema.fields},
        published=published or {},
        crs=layer.crs,
        requestCrs=None if crs is None else (crs, False),
    )
