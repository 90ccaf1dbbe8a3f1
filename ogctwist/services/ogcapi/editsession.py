# -*- test-case-name: tests.services.ogcapi.test_edits -*-
"""
A change of one feature: one session on the data source, in a thread that transactions have for
themselves.  Whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from twisted.internet.defer import CancelledError
from twisted.logger import Logger

from ogctwist.expression import ExpressionError
from ogctwist.geo.crs import CRS
from ogctwist.ows.exceptions import quoted
from ogctwist.services.ogcapi.call import Call
from ogctwist.services.ogcapi.collectionlayers import Collection
from ogctwist.services.ogcapi.errors import badRequest, forbidden, invalidFeature, sourceFailed
from ogctwist.services.ogcapi.itembody import storedGeometry, storedValue
from ogctwist.services.variables import layerContext
from ogctwist.services.wfs.editedfeature import EditedFeature, featuresOf
from ogctwist.services.wfs.editing import Editing
from ogctwist.services.wfs.featurerules import FeatureRules, RuleBroken
from ogctwist.services.wfs.getcapabilities import operationsOn
from ogctwist.sources.editing import EditRefused, EditTable
from ogctwist.sources.query import FeatureQuery, SourceError

log = Logger()


def mayChange(collection: Collection, operation: str) -> bool:
    """Whether project and access control both allow an operation: C{Insert}, C{Update} or C{Delete}."""
    return operation in operationsOn(collection.layer, collection.view.layer(collection.layer.id).permissions)


class OpenCollection:
    """A collection within a session: for the session's thread only."""

    def __init__(
        self,
        collection: Collection,
        table: EditTable,
        call: Call,
        mayEdit: Callable[[EditedFeature], bool] | None,
    ):
        assert call.project is not None
        restriction = collection.view.layer(collection.layer.id).restriction
        assert restriction is not None
        # who decides about a change has to see the whole feature
        self._restriction = replace(restriction, hiddenFields=frozenset())
        self._collection = collection
        self._mayEdit = mayEdit
        self._table = table
        self._schema = table.schema()
        self._context = layerContext(call.project, collection.layer)
        self._rules = FeatureRules(collection.layer, collection.id, self._schema, self._context)

    def values(self, given: Mapping[str, Any], number: int | None, isWhole: bool) -> dict[str, Any]:
        """
        What is to be stored of the properties of a request.

        @param number: of the feature; None for a new one.
        @param isWhole: the request has a whole feature: then what is not stored is passed over.
        @raise OWSException: one of them may not be changed, or has an impossible value.
        """
        stored = {field.name: field for field in self._schema.fields}
        found: dict[str, Any] = {}
        for name, value in given.items():
            known = self._collection.fieldNamed(name)
            field = None if known is None else stored.get(known.name)
            if known is None or (field is None and not isWhole):
                raise forbidden(f"Feature field '{quoted(name)}' change is not allowed")
            if field is None or (number is None and field.name in self._schema.keyFields):
                continue
            decoded = storedValue(value, field)
            if field.name not in self._schema.keyFields:
                found[field.name] = decoded
            elif decoded != number:
                raise badRequest(f"The key '{quoted(name)}' cannot be changed")
        return found

    def geometry(self, found: object, crs: CRS) -> tuple[Any]:
        """A GeoJSON geometry as it is to be stored, in a tuple."""
        return (storedGeometry(found, crs, self._collection.crs, self._schema.wkbType),)

    def feature(self, number: int) -> EditedFeature:
        """
        The feature as it is, if the request may see it.

        @raise OWSException: there is none.
        """
        query = FeatureQuery(ids=(number,), context=self._context)
        for batch in self._table.features(query, self._restriction):
            for feature in featuresOf(batch):
                return feature
        raise invalidFeature(str(number))

    def insert(self, values: dict[str, Any], geometry: tuple[Any, ...]) -> int:
        """Store a new feature.  @return: its id, as the session knows it."""
        new = EditedFeature(None, values, geometry[0] if geometry else None)
        values = values | self._rules.defaults(new, values, isNew=True)
        new = new.changed(values)
        self._rules.check(values)
        self._ask(new)
        return self._table.insert(values, new.geometry)

    def update(self, number: int, values: dict[str, Any], geometry: tuple[Any, ...]) -> int:
        """Change a feature.  @param geometry: in a tuple; empty: it stays."""
        before = self.feature(number)
        self._ask(before)
        values = values | self._rules.defaults(before.changed(values, geometry), values, isNew=False)
        after = before.changed(values, geometry)
        self._rules.check(values)
        self._ask(after)
        self._table.update(number, values, geometry)
        return number

    def delete(self, number: int) -> int:
        """Delete a feature."""
        self._ask(self.feature(number))
        self._table.delete(number)
        return number

    def _ask(self, feature: EditedFeature) -> None:
        if self._mayEdit is not None and not self._mayEdit(feature):
            raise forbidden("Feature modify permission denied")


async def changed(call: Call, collection: Collection, change: Callable[[OpenCollection], int]) -> int:
    """
    Carry out a change.

    @param change: called in a thread; answers the id of the feature.
    @return: the id that the feature has now.
    @raise OWSException: nothing was changed.
    """
    editing: Editing = call.kit.editing
    layer, view = collection.layer, collection.view
    try:
        source = await editing.pool.run(editing.sessions.sourceOf, layer)
    except EditRefused as error:
        log.warn("{layer}: {reason}", layer=layer.id, reason=str(error))
        raise forbidden(f"Features in layer '{layer.name}' cannot be changed") from error

    def mayEdit(feature: EditedFeature) -> bool:
        return bool(editing.inReactor(lambda: view.allowToEdit(layer.id, feature)))

    asked = mayEdit if view.watchesEdits else None
    async with editing.queue.turn(source):
        number: int = await editing.pool.runCancellable(_inSession, call, collection, asked, change)
    return number


def _inSession(
    call: Call,
    collection: Collection,
    mayEdit: Callable[[EditedFeature], bool] | None,
    change: Callable[[OpenCollection], int],
    isCancelled: Callable[[], bool],
) -> int:
    layer = collection.layer
    try:
        session = call.kit.editing.sessions.session(layer)
        try:
            session.begin()
            number = change(OpenCollection(collection, session.table(layer), call, mayEdit))
            if isCancelled():
                raise CancelledError
            moved = session.commit()
        finally:
            session.close()
    except (EditRefused, RuleBroken) as error:
        raise badRequest(str(error)) from error
    except (SourceError, ExpressionError) as error:
        log.error("{layer}: {reason}", layer=layer.id, reason=str(error))
        raise sourceFailed() from error
    return moved.get(number, number)
