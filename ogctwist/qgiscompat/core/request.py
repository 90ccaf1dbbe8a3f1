# -*- test-case-name: tests.qgiscompat.core.test_project -*-
"""QgsFeatureRequest: which features."""

from __future__ import annotations

from typing import Any

import shapely

from ogctwist.expression import Expression
from ogctwist.qgiscompat.core.crs import QgsCoordinateReferenceSystem, QgsCoordinateTransform
from ogctwist.qgiscompat.core.enums import enumOf, withEnums
from ogctwist.qgiscompat.core.expression import QgsExpression
from ogctwist.qgiscompat.core.rectangle import QgsRectangle
from ogctwist.qgiscompat.wrapper import Wrapper
from ogctwist.sources.query import FeatureQuery
from ogctwist.sources.query import OrderBy as Term

_Flag = enumOf("QgsFeatureRequest", "Flag")
_FilterType = enumOf("QgsFeatureRequest", "FilterType")


class OrderByClause(Wrapper):
    """One term of an order."""

    def _make(self, expression: Any, ascending: bool = True, nullsFirst: bool | None = None) -> None:
        self._q_expression = QgsExpression(expression)
        self._q_ascending = bool(ascending)
        self._q_nullsFirst = (not ascending) if nullsFirst is None else nullsFirst

    def expression(self) -> QgsExpression:
        """What is compared."""
        return self._q_expression

    def ascending(self) -> bool:
        """Whether the least comes first."""
        return self._q_ascending

    def nullsFirst(self) -> bool:
        """Whether nulls come first."""
        return self._q_nullsFirst


OrderByClause.__qualname__ = "QgsFeatureRequest.OrderByClause"


class OrderBy(list[Any]):
    """The terms of an order."""


@withEnums("QgsFeatureRequest")
class QgsFeatureRequest(Wrapper):
    """A request; made of an expression, a rectangle or an id, or of nothing: all features."""

    OrderByClause = OrderByClause
    OrderBy = OrderBy
    ALL_ATTRIBUTES = "#!allattributes!#"

    def _make(self, what: Any = None, context: Any = None) -> None:
        self._q_expression: QgsExpression | None = None
        self._q_box: QgsRectangle | None = None
        self._q_ids: list[int] | None = None
        self._q_attributes: list[Any] | None = None
        self._q_flags = 0
        self._q_limit = -1
        self._q_order: list[OrderByClause] = []
        self._q_context: Any = context
        self._q_transform: QgsCoordinateTransform | None = None
        self._q_target = QgsCoordinateReferenceSystem()
        self._q_near: tuple[Any, float] | None = None
        self._q_isSingle = False
        if isinstance(what, QgsFeatureRequest):
            vars(self).update(vars(what))
            self._q_order = list(what._q_order)
        elif isinstance(what, QgsRectangle):
            self._q_box = what
        elif isinstance(what, (QgsExpression, str)):
            self._q_expression = QgsExpression(what)
        elif isinstance(what, int):
            self._q_ids, self._q_isSingle = [int(what)], True

    def filterType(self) -> Any:
        """By what the features are chosen, besides the rectangle."""
        if self._q_ids is not None:
            return _FilterType.FilterFid if self._q_isSingle else _FilterType.FilterFids
        return _FilterType.FilterNone if self._q_expression is None else _FilterType.FilterExpression

    def setFilterExpression(self, text: str) -> QgsFeatureRequest:
        """Only those for which it is true."""
        self._q_expression, self._q_ids = QgsExpression(str(text)), None
        return self

    def combineFilterExpression(self, text: str) -> QgsFeatureRequest:
        """Only those for which that is true as well."""
        if self._q_expression is None:
            return self.setFilterExpression(text)
        return self.setFilterExpression(f"({self._q_expression.expression()}) AND ({text})")

    def filterExpression(self) -> QgsExpression | None:
        """What must be true, or None."""
        return self._q_expression

    def setFilterRect(self, rectangle: QgsRectangle) -> QgsFeatureRequest:
        """Only those that meet it."""
        self._q_box = None if rectangle.isNull() else QgsRectangle(rectangle)
        return self

    def filterRect(self) -> QgsRectangle:
        """The rectangle; null without."""
        return QgsRectangle() if self._q_box is None else self._q_box

    def setFilterFid(self, fid: int) -> QgsFeatureRequest:
        """Only that one."""
        self._q_ids, self._q_isSingle, self._q_expression = [int(fid)], True, None
        return self

    def filterFid(self) -> int:
        """Its id."""
        return self._q_ids[0] if self._q_ids else -1

    def setFilterFids(self, fids: Any) -> QgsFeatureRequest:
        """Only those."""
        self._q_ids, self._q_isSingle, self._q_expression = [int(i) for i in fids], False, None
        return self

    def filterFids(self) -> list[int]:
        """Their ids."""
        return list(self._q_ids or ())

    def disableFilter(self) -> QgsFeatureRequest:
        """All features again."""
        self._q_expression, self._q_ids = None, None
        return self

    def setDistanceWithin(self, geometry: Any, distance: float) -> QgsFeatureRequest:
        """Only those so near to a geometry."""
        self._q_near = (geometry, float(distance))
        return self

    def setFlags(self, flags: Any) -> QgsFeatureRequest:
        """Set the flags."""
        self._q_flags = int(flags)
        return self

    def flags(self) -> Any:
        """The flags."""
        return _Flag(self._q_flags)

    def setNoAttributes(self) -> QgsFeatureRequest:
        """Without attributes."""
        self._q_attributes = []
        self._q_flags |= _Flag.SubsetOfAttributes
        return self

    def setSubsetOfAttributes(self, attributes: Any, fields: Any = None) -> QgsFeatureRequest:
        """
        @param attributes: names, or places.
        @param fields: what names are looked up in; those that are not there are left out.
        """
        wanted = list(attributes)
        if fields is not None:
            wanted = [i for i in (fields.lookupField(str(name)) for name in wanted) if i >= 0]
        self._q_attributes = wanted
        self._q_flags |= _Flag.SubsetOfAttributes
        return self

    def subsetOfAttributes(self) -> list[int]:
        """Places of the attributes wanted."""
        return list(self._q_attributes or ())

    def setLimit(self, limit: int) -> QgsFeatureRequest:
        """So many at most; -1: all."""
        self._q_limit = int(limit)
        return self

    def limit(self) -> int:
        """How many at most; -1: all."""
        return self._q_limit

    def addOrderBy(
        self, expression: str, ascending: bool = True, nullsFirst: bool | None = None
    ) -> QgsFeatureRequest:
        """Order by this, after what it is ordered by already."""
        self._q_order.append(OrderByClause(expression, ascending, nullsFirst))
        return self

    def setOrderBy(self, order: Any) -> QgsFeatureRequest:
        """Order by these."""
        self._q_order = list(order)
        return self

    def orderBy(self) -> OrderBy:
        """What it is ordered by."""
        return OrderBy(self._q_order)

    def setExpressionContext(self, context: Any) -> QgsFeatureRequest:
        """The variables of its expressions."""
        self._q_context = context
        return self

    def expressionContext(self) -> Any:
        """The variables of its expressions."""
        from ogctwist.qgiscompat.core.contexts import QgsExpressionContext

        return self._q_context or QgsExpressionContext()

    def setDestinationCrs(self, crs: QgsCoordinateReferenceSystem, context: Any = None) -> QgsFeatureRequest:
        """Deliver geometries in that system; the rectangle is in it too."""
        self._q_target = crs
        return self

    def destinationCrs(self) -> QgsCoordinateReferenceSystem:
        """Where geometries are wanted."""
        return self._q_target

    def setInvalidGeometryCheck(self, check: int) -> QgsFeatureRequest:
        """Geometries are not looked at."""
        return self

    def setSimplifyMethod(self, method: Any) -> QgsFeatureRequest:
        """Geometries are never simplified."""
        return self

    def acceptFeature(self, feature: Any) -> bool:
        """Whether it is one of those asked for, rectangle aside."""
        if self._q_ids is not None:
            return feature.id() in self._q_ids
        if self._q_expression is None:
            return True
        context = self.expressionContext()
        context.setFeature(feature)
        return bool(self._q_expression.evaluate(context))

    def _q_query(self, fields: Any, layerCrs: Any, context: Any) -> FeatureQuery:
        """
        As our sources take it.

        @raise ogctwist.expression.ExpressionError: an expression is none.
        """
        box = self._q_box
        if box is not None and self._q_target.isValid():
            box = QgsCoordinateTransform(self._q_target, layerCrs).transformBoundingBox(box)
        names = None
        if self._q_attributes is not None and self._q_flags & _Flag.SubsetOfAttributes:
            places = [a if isinstance(a, int) else fields.lookupField(a) for a in self._q_attributes]
            known = fields.names()
            names = tuple(known[i] for i in sorted(set(places)) if 0 <= i < len(known))
        within = None
        if self._q_near is not None:
            within = shapely.buffer(self._q_near[0]._q_shape, self._q_near[1], quad_segs=30)
        return FeatureQuery(
            bbox=None if box is None else box._q_box(),
            exact=bool(self._q_flags & _Flag.ExactIntersect),
            fields=names,
            ids=None if self._q_ids is None else tuple(self._q_ids),
            filter=None if self._q_expression is None else _parsed(self._q_expression),
            within=within,
            orderBy=tuple(Term(_parsed(c._q_expression), c._q_ascending) for c in self._q_order),
            geometry=not self._q_flags & _Flag.NoGeometry,
            limit=None if self._q_limit < 0 else self._q_limit,
            context=context,
        )


def _parsed(expression: QgsExpression) -> Expression:
    return Expression.parse(expression.expression())
