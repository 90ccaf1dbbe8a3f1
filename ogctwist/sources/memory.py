# -*- test-case-name: tests.sources.test_memory -*-
"""
Memory layers: a project file keeps their fields, not their features, so they are empty.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ogctwist.expression import Expression, ExpressionError
from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS, UnknownCRS
from ogctwist.project.datasource import UrlUri
from ogctwist.sources.query import FieldType, SourceError, SourceField, SourceSchema
from ogctwist.sources.reader import BatchStream, IsCancelled, ReadPlan, ReadRequest, Term

#: QGIS's spellings of types: the type, its name.
_TYPES = {
    "int": (FieldType.INTEGER, "integer"),
    "integer": (FieldType.INTEGER, "integer"),
    "int2": (FieldType.INTEGER, "integer"),
    "int4": (FieldType.INTEGER, "integer"),
    "int8": (FieldType.LONG, "int8"),
    "long": (FieldType.LONG, "int8"),
    "longlong": (FieldType.LONG, "int8"),
    "bigint": (FieldType.LONG, "int8"),
    "double": (FieldType.DOUBLE, "double"),
    "real": (FieldType.DOUBLE, "real"),
    "float": (FieldType.DOUBLE, "double"),
    "numeric": (FieldType.DOUBLE, "double"),
    "string": (FieldType.STRING, "string"),
    "text": (FieldType.STRING, "string"),
    "date": (FieldType.DATE, "date"),
    "time": (FieldType.TIME, "time"),
    "datetime": (FieldType.DATETIME, "datetime"),
    "bool": (FieldType.BOOLEAN, "boolean"),
    "boolean": (FieldType.BOOLEAN, "boolean"),
    "binary": (FieldType.BINARY, "binary"),
    "blob": (FieldType.BINARY, "binary"),
    "map": (FieldType.MAP, "map"),
    "json": (FieldType.MAP, "map"),
}
_FIELD = re.compile(
    r"(?P<name>.+?):(?P<type>\w+)(?:\((?P<length>-?\d+)(?:,(?P<precision>-?\d+))?\))?(?P<list>\[\])?$"
)


class MemoryReader:
    """An L{IFeatureReader} without features."""

    def __init__(self, uri: UrlUri):
        kind = uri.path
        if kind.lower() in ("memory", ""):
            kind = uri.get("geometry", "NoGeometry")
        wkbType = _wkbType(kind)
        self._schema = SourceSchema(
            tuple(_field(text) for text in uri.all("field")),
            wkbType=wkbType,
            geometryName="" if wkbType == "NoGeometry" else "geometry",
            crs=_crsOf(uri.get("crs")),
        )

    def schema(self) -> SourceSchema:
        """See L{IFeatureReader.schema}."""
        return self._schema

    def plan(self, request: ReadRequest, mayPage: bool) -> ReadPlan:
        """See L{IFeatureReader.plan}."""
        return NoFeatures()

    def checkedSubset(self, subset: str, isStrict: bool) -> str:
        """See L{IFeatureReader.checkedSubset}: subsets of this provider are QGIS expressions."""
        try:
            Expression.parse(subset).resolved([field.name for field in self._schema.fields])
        except ExpressionError as error:
            raise SourceError(f"subset of a memory layer: {error}") from error
        return subset


class NoFeatures:
    """A L{ReadPlan} with nothing in it."""

    terms: tuple[Term, ...] = ()
    isBoxed = isOrdered = isPaged = True

    def batches(self, columns: Sequence[str], geometry: bool, isCancelled: IsCancelled) -> BatchStream:
        """See L{ReadPlan.batches}."""
        yield from ()

    def count(self, isCancelled: IsCancelled) -> int | None:
        """See L{ReadPlan.count}."""
        return 0

    def extent(self, isCancelled: IsCancelled) -> tuple[Box | None] | None:
        """See L{ReadPlan.extent}."""
        return (None,)


def _wkbType(kind: str) -> str:
    found = re.fullmatch(r"(multi)?(point|linestring|polygon)(25d|z)?(m)?", kind, re.IGNORECASE)
    if found is None:
        return "NoGeometry" if kind.lower() in ("none", "nogeometry") else "Unknown"
    name = {"point": "Point", "linestring": "LineString", "polygon": "Polygon"}[found.group(2).lower()]
    multi = "Multi" if found.group(1) else ""
    return multi + name + ("Z" if found.group(3) else "") + ("M" if found.group(4) else "")


def _field(text: str) -> SourceField:
    found = _FIELD.match(text)
    if found is None:
        return SourceField(text.partition(":")[0], FieldType.STRING, "string")
    kind, typeName = _TYPES.get(found["type"].lower(), (FieldType.STRING, "string"))
    if found["list"]:
        isText = kind is FieldType.STRING
        kind = FieldType.STRING_LIST if isText else FieldType.LIST
        typeName = "stringlist" if isText else f"{typeName}list"
    return SourceField(
        found["name"], kind, typeName, int(found["length"] or 255), int(found["precision"] or 0)
    )


def _crsOf(text: str) -> CRS | None:
    try:
        return CRS.fromAuthid(text) if text else None
    except UnknownCRS:
        return None
