# -*- test-case-name: tests.sources.test_query -*-
"""What is asked of a feature source, and what a source says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from shapely.geometry.base import BaseGeometry

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS

if TYPE_CHECKING:  # types only, so that sources load without the expression room's grammar
    from ogctwist.expression import Expression, ExpressionContext


class FieldType(Enum):
    """Types of attributes, named as QGIS's QVariant types are shown to clients."""

    INTEGER = "int"
    LONG = "qlonglong"
    DOUBLE = "double"
    STRING = "QString"
    BOOLEAN = "bool"
    DATE = "QDate"
    TIME = "QTime"
    DATETIME = "QDateTime"
    BINARY = "QByteArray"
    MAP = "QVariantMap"
    STRING_LIST = "QStringList"
    LIST = "QVariantList"


@dataclass(frozen=True)
class SourceField:
    """
    A field as the source declares it.

    @ivar typeName: the source's own name of the type (Integer64, String, …).
    @ivar length: 0 when unlimited or unknown (likewise C{precision}).
    """

    name: str
    type: FieldType
    typeName: str = ""
    length: int = 0
    precision: int = 0
    isNullable: bool = True
    isUnique: bool = False
    comment: str = ""


@dataclass(frozen=True)
class SourceSchema:
    """
    What a feature source holds.

    @ivar keyFields: names of the fields that make the primary key; empty when
        the feature id is the row's number.
    @ivar wkbType: QGIS's name (Point, MultiPolygonZ, NoGeometry, Unknown, …).
    @ivar geometryName: '' without geometry.
    @ivar isEditable: whether transactions may write to it.
    """

    fields: tuple[SourceField, ...]
    keyFields: tuple[str, ...] = ()
    wkbType: str = "NoGeometry"
    geometryName: str = ""
    crs: CRS | None = None
    isEditable: bool = False

    def field(self, name: str) -> SourceField | None:
        """The field of that name, or None."""
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        return None


@dataclass(frozen=True)
class OrderBy:
    """One term of an order; nulls last when ascending, first when descending, as in QGIS."""

    expression: Expression
    ascending: bool = True


@dataclass(frozen=True)
class Restriction:
    """
    What access control takes away from a layer; every source applies it itself.

    @ivar rowFilter: only features for which it is true exist for this request.
    @ivar subset: SQL subset to be joined with the layer's own, or ''.  A subset
        that the source refuses means no features.
    @ivar hiddenFields: attributes that do not exist for this request, neither in
        answers nor in filters and orders.
    """

    rowFilter: Expression | None = None
    subset: str = ""
    hiddenFields: frozenset[str] = frozenset()


#: The restriction of a request that access control does not touch.
UNRESTRICTED = Restriction()


@dataclass(frozen=True)
class FeatureQuery:
    """
    Which features, in which order, with what of them.

    @ivar bbox: in the layer's CRS; features whose bounding box meets it (or
        whose geometry does, with C{exact}).
    @ivar fields: attribute names to deliver, in this order; None for all.
    @ivar ids: only these feature ids, in any order; None for all.
    @ivar filter: only features for which it is true.
    @ivar within: only features whose geometry intersects this one (layer CRS).
    @ivar geometry: whether geometries are delivered.
    @ivar offset: how many to skip, after filter and order.
    @ivar context: variables for filter, order and virtual fields; None: none.
    """

    bbox: Box | None = None
    exact: bool = False
    fields: tuple[str, ...] | None = None
    ids: tuple[int, ...] | None = None
    filter: Expression | None = None
    within: BaseGeometry | None = None
    orderBy: tuple[OrderBy, ...] = ()
    geometry: bool = True
    limit: int | None = None
    offset: int = 0
    context: ExpressionContext | None = None


class SourceError(Exception):
    """
    A source cannot be opened or read.  The message is for the log and may name
    paths; clients are told the layer's name only.
    """


class UnknownField(SourceError):
    """
    A query names a field that does not exist, or not for this request.

    @ivar field: its name, as asked for.
    """

    def __init__(self, field: str):
        super().__init__(f"no field {field!r}")
        self.field = field
