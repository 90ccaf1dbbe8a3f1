# -*- test-case-name: tests.services.wfs.test_transaction -*-
"""
The actions of a Transaction, carried out within a session; for worker threads.

A feature is looked at before it is changed and after: access control is asked both times, and the
rules of the layer are kept.  What fails ends everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ogctwist.encoders.featuretype import elementName
from ogctwist.expression import ExpressionError
from ogctwist.ows.exceptions import quoted
from ogctwist.project.layers import Layer
from ogctwist.services.wfs.editedfeature import EditedFeature, featuresOf
from ogctwist.services.wfs.featurerules import FeatureRules, RuleBroken
from ogctwist.services.wfs.featuretypes import layerCrs
from ogctwist.services.wfs.filters import conditionOf, numbersOf, requestCrs, targetOf
from ogctwist.services.wfs.givenvalues import Unfit, geometryOf, valueOf
from ogctwist.services.wfs.queries import Query
from ogctwist.services.wfs.transactions import Action, ActionKind, GivenFeature, GivenValue
from ogctwist.services.wfs.versions import WfsVersion
from ogctwist.sources.editing import EditRefused, EditSession, EditTable
from ogctwist.sources.query import FeatureQuery, Restriction, SourceError, SourceField
from ogctwist.sources.reader import IsCancelled

#: Features that are held at the same time.
_CHUNK = 500


class ActionFailed(Exception):
    """
    An action cannot be carried out, and so none of its Transaction.

    @ivar locator: the action's name for the client.
    """

    def __init__(self, locator: str, message: str):
        super().__init__(message)
        self.locator = locator
        self.message = message


class Abandoned(Exception):
    """Nobody waits for the answer any more."""


@dataclass(frozen=True)
class EditedType:
    """
    A feature type that a Transaction changes.

    @ivar rights: what may be done with it: of C{Insert}, C{Update}, C{Delete}.
    @ivar restriction: what the request may not see.
    @ivar context: for expressions of the layer.
    """

    name: str
    layer: Layer
    rights: frozenset[str]
    restriction: Restriction
    context: Any


@dataclass
class Outcome:
    """
    What an action did.

    @ivar ids: of the features, by type name.
    """

    action: Action
    ids: list[tuple[str, int]] = field(default_factory=list)


#: Whether a feature may be changed: asked with the layer and the feature.
MayEdit = Callable[[Layer, EditedFeature], bool]


class ActionRunner:
    """Carries out actions within one session."""

    def __init__(
        self,
        version: WfsVersion,
        types: Mapping[str, EditedType],
        session: EditSession,
        mayEdit: MayEdit | None,
        isCancelled: IsCancelled,
    ):
        """
        @param mayEdit: None when nobody is to be asked.
        """
        self._version = version
        self._types = types
        self._session = session
        self._mayEdit = mayEdit
        self._isCancelled = isCancelled
        self._open: dict[str, _OpenType] = {}

    def run(self, action: Action) -> Outcome:
        """
        @raise ActionFailed: it cannot be carried out.
        @raise OWSException: its filter cannot be read.
        """
        steps = {
            ActionKind.INSERT: self._insert,
            ActionKind.UPDATE: self._update,
            ActionKind.DELETE: self._delete,
            ActionKind.REPLACE: self._replace,
        }
        outcome = Outcome(action)
        try:
            steps[action.kind](action, outcome)
        except (EditRefused, RuleBroken) as error:
            raise ActionFailed(action.locator, str(error)) from error
        except (SourceError, ExpressionError) as error:
            raise ActionFailed(
                action.locator, f"The features of '{action.typeName}' cannot be read"
            ) from error
        return outcome

    def _type(self, action: Action, typeName: str, right: str) -> _OpenType:
        """
        @raise ActionFailed: there is no such type, or not for this.
        """
        edited = self._types.get(typeName)
        if edited is None:
            raise ActionFailed(action.locator, f"TypeName '{quoted(typeName)}' unknown")
        if right not in edited.rights:
            raise ActionFailed(
                action.locator, f"No permissions to do WFS {right.lower()}s on layer '{edited.name}'"
            )
        if typeName not in self._open:
            self._open[typeName] = _OpenType(edited, self._session.table(edited.layer), self._version)
        return self._open[typeName]

    def _insert(self, action: Action, outcome: Outcome) -> None:
        for feature in action.features:
            self._checkCancelled()
            opened = self._type(action, feature.typeName, "Insert")
            values, geometry = opened.decoded(feature.values, action, isNew=True)
            new = EditedFeature(None, values, geometry[0] if geometry else None)
            values |= opened.rules.defaults(new, values, isNew=True)
            new = new.changed(values)
            opened.rules.check(values)
            self._ask(opened, new, action, f" on layer '{opened.name}'")
            identifier = opened.identifierOf(feature, values, action.keepsIds)
            outcome.ids.append((opened.name, opened.table.insert(values, new.geometry, identifier)))

    def _update(self, action: Action, outcome: Outcome) -> None:
        opened = self._type(action, action.typeName, "Update")
        values, geometry = opened.decoded(action.values, action, isNew=False)
        self._change(opened, action, outcome, values, geometry)

    def _replace(self, action: Action, outcome: Outcome) -> None:
        opened = self._type(action, action.typeName, "Update")
        (feature,) = action.features
        values, geometry = opened.decoded(feature.values, action, isNew=True)
        values = {**dict.fromkeys(opened.writable), **values}
        self._change(opened, action, outcome, values, geometry or opened.noGeometry)

    def _change(
        self,
        opened: _OpenType,
        action: Action,
        outcome: Outcome,
        values: dict[str, Any],
        geometry: tuple[Any, ...],
    ) -> None:
        keys = {name: values.pop(name) for name in opened.keys if name in values}
        isWhole = self._mayEdit is not None or opened.rules.concernUpdates or bool(keys)
        denied = f" on layer '{opened.name}'"
        for feature in self._found(opened, action, isWhole):
            if any(feature[name] != value for name, value in keys.items()):
                names = ", ".join(keys)
                raise ActionFailed(
                    action.locator, f"The key '{names}' of layer '{opened.name}' cannot be changed"
                )
            self._ask(opened, feature, action, denied)
            changed = values | opened.rules.defaults(feature.changed(values, geometry), values, isNew=False)
            after = feature.changed(changed, geometry)
            opened.rules.check(changed)
            self._ask(opened, after, action, denied)
            assert feature.id is not None
            opened.table.update(feature.id, changed, geometry)
            outcome.ids.append((opened.name, feature.id))

    def _delete(self, action: Action, outcome: Outcome) -> None:
        opened = self._type(action, action.typeName, "Delete")
        for feature in self._found(opened, action, self._mayEdit is not None):
            self._ask(opened, feature, action, "")
            assert feature.id is not None
            opened.table.delete(feature.id)
            outcome.ids.append((opened.name, feature.id))

    def _found(self, opened: _OpenType, action: Action, isWhole: bool) -> Iterator[EditedFeature]:
        """
        The features that an action is about: all are found before the first is changed.

        @param isWhole: with attributes and geometry, else only their ids.
        """
        assert action.query is not None
        ids = opened.idsOf(action.query)
        for start in range(0, len(ids), _CHUNK):
            self._checkCancelled()
            chunk = ids[start : start + _CHUNK]
            if not isWhole:
                yield from (EditedFeature(identifier, {}, None) for identifier in chunk)
                continue
            whole = {f.id: f for f in opened.features(FeatureQuery(ids=tuple(chunk), context=opened.context))}
            yield from (whole[identifier] for identifier in chunk if identifier in whole)

    def _ask(self, opened: _OpenType, feature: EditedFeature, action: Action, where: str) -> None:
        if self._mayEdit is not None and not self._mayEdit(opened.layer, feature):
            raise ActionFailed(action.locator, f"Feature modify permission denied{where}")

    def _checkCancelled(self) -> None:
        if self._isCancelled():
            raise Abandoned


class _OpenType:
    """A feature type with its table within the session."""

    def __init__(self, edited: EditedType, table: EditTable, version: WfsVersion):
        self._version = version
        self.name = edited.name
        self.layer = edited.layer
        self.table = table
        self.context = edited.context
        self._restriction = edited.restriction
        self._schema = table.schema()
        self.crs = layerCrs(edited.layer, self._schema)
        self.rules = FeatureRules(edited.layer, edited.name, self._schema, edited.context)
        hidden = {s.name for s in edited.layer.fields if s.excludeWfs}
        stored = {f.name: f for f in self._schema.fields if f.name not in hidden}
        self._fields = {**{elementName(n): f for n, f in reversed(stored.items())}, **stored}
        self._others = {s.name for s in edited.layer.fields} - set(stored) - hidden
        self._others |= {elementName(name) for name in self._others}
        self.keys = self._schema.keyFields
        self.writable = [name for name in stored if name not in self.keys]

    @property
    def noGeometry(self) -> tuple[Any, ...]:
        """What takes the geometry away, where there is one."""
        return (None,) if self._schema.geometryName else ()

    def decoded(
        self, given: tuple[GivenValue, ...], action: Action, isNew: bool
    ) -> tuple[dict[str, Any], tuple[Any, ...]]:
        """
        Values by attribute, and the geometry in a tuple, which is empty when none is given.

        @param isNew: then the key is passed over, and so is what the project computes: clients send
            back all that they were told of other features.
        @raise ActionFailed: an attribute does not exist, or a value is none of it.
        """
        values: dict[str, Any] = {}
        geometry: tuple[Any, ...] = ()
        for each in given:
            known = self._fields.get(each.name)
            if known is not None:
                self._store(values, known, each, action, isNew)
            elif each.name in ("geometry", self._schema.geometryName):
                geometry = (self._geometry(each, action),)
            elif not (isNew and each.name in self._others):
                raise ActionFailed(
                    action.locator, f"'{quoted(self.name)}' has no property '{quoted(each.name)}'"
                )
        return values, geometry

    def _store(
        self, values: dict[str, Any], known: SourceField, given: GivenValue, action: Action, isNew: bool
    ) -> None:
        if known.name in self.keys and isNew and not action.keepsIds:
            return
        try:
            if given.geometry is not None:
                raise Unfit("a geometry is no value of an attribute")
            values[known.name] = valueOf(given.text, known)
        except Unfit as error:
            raise ActionFailed(action.locator, f"Property conversion error on layer '{self.name}'") from error

    def _geometry(self, given: GivenValue, action: Action) -> Any:
        if given.geometry is None:
            if (given.text or "").strip():
                raise self._noGeometryRead(action)
            return None
        named = requestCrs(self._version, self.crs, action.srsName) or (self.crs, False)
        try:
            return geometryOf(given.geometry, self._schema.wkbType, self.crs, named)
        except Unfit as error:
            raise self._noGeometryRead(action) from error

    def _noGeometryRead(self, action: Action) -> ActionFailed:
        verb = "insert" if action.kind is ActionKind.INSERT else "update"
        return ActionFailed(action.locator, f"Geometry from GML error on layer {verb} '{self.name}'")

    def identifierOf(self, feature: GivenFeature, values: dict[str, Any], keepsIds: bool) -> int | None:
        """The id that a new feature is to have; None for one of the source's choice."""
        if not keepsIds:
            return None
        for name in self._schema.keyFields:
            if isinstance(values.get(name), int):
                return int(values.pop(name))
            values.pop(name, None)
        numbers = numbersOf([feature.identifier]) if feature.identifier else ()
        if not numbers:
            raise RuleBroken(f"A feature of '{self.name}' has no id to use")
        return numbers[0]

    def idsOf(self, query: Query) -> list[int]:
        """The ids of the features that a query finds among those that the request may see."""
        target = targetOf(
            self.layer, self.table.visible(self._restriction), self.crs, self._version, query.srsName
        )
        condition = conditionOf(query, target)
        wanted = FeatureQuery(
            bbox=condition.bbox,
            exact=condition.bbox is not None,
            fields=(),
            ids=condition.ids,
            filter=condition.expression,
            geometry=False,
            context=self.context,
        )
        found: list[int] = []
        for batch in self.table.features(wanted, self._restriction):
            found += batch.ids.tolist()
        return found

    def features(self, query: FeatureQuery) -> Iterator[EditedFeature]:
        """Whole features, also with what the request may not see: who decides on them has to see it."""
        for batch in self.table.features(query, replace(self._restriction, hiddenFields=frozenset())):
            yield from featuresOf(batch)
