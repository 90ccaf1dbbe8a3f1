# -*- test-case-name: tests.access.test_control -*-
"""
Access control asked: several filters combined into one answer.

Whatever goes wrong denies: a hook that raises, answers another type, or does
not answer in time takes the layer away from the request.  An L{OWSException}
that a hook raises becomes the answer to the request.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import Logger

from ogctwist.access.otherlayers import lookedAt
from ogctwist.access.permissions import LayerPermissions
from ogctwist.access.view import AuthorisedLayer, Catalogue, ProjectView
from ogctwist.expression import Expression, ExpressionError
from ogctwist.interfaces import OWSException
from ogctwist.project.layers import Layer, LayerKind
from ogctwist.sources.query import UNRESTRICTED, Restriction, SourceError
from ogctwist.workers.together import allOf

if TYPE_CHECKING:
    from ogctwist.project.model import Project

log = Logger()

#: No feature passes.
NOTHING = Expression.parse("FALSE")

#: A hook was asked and what came of it cannot be used.
_UNUSABLE = object()


def readBesides(project: Project, layers: Sequence[Layer]) -> list[Layer]:
    """The layers that are joined to others, or that their expressions look at, without the others."""
    known = {layer.id for layer in layers}
    ids = dict.fromkeys(join.layerId for layer in layers for join in layer.joins)
    ids |= dict.fromkeys(layer.id for layer in lookedAt(project, layers))
    return [project.layers[id_] for id_ in ids if id_ in project.layers and id_ not in known]


class AccessControl:
    """
    The registered access-control filters.

    @ivar registrations: iterable of registrations (C{provider}, C{label}) in
        the order in which they are asked.
    @ivar caller: C{call(label, hook, *arguments)}, awaitable, limited in time.
    """

    def __init__(self, registrations: Any, caller: Any, catalogue: Catalogue):
        self.registrations = registrations
        self.caller = caller
        self.catalogue = catalogue

    def forRequest(self, handler: Any) -> RequestAccess:
        """Access control for one request; it remembers what was answered."""
        return RequestAccess(self, handler)


class RequestAccess:
    """What access control says to one request: asked once, remembered for it."""

    def __init__(self, control: AccessControl, handler: Any):
        self._control = control
        self._handler = handler
        self._entries = tuple(control.registrations)
        self._remembered: dict[tuple[str, str], _Once] = {}

    async def view(self, project: Project, layerIds: Iterable[str], contents: bool = True) -> ProjectView:
        """See L{ogctwist.server.request.ServiceRequest.view}."""
        layers = [project.layers[i] for i in dict.fromkeys(layerIds)]
        joined = readBesides(project, layers) if contents else []
        if not self._entries:
            entries = [AuthorisedLayer(layer, LayerPermissions.all()) for layer in (*layers, *joined)]
        else:
            entries = await allOf(self._authorise(layer, contents) for layer in (*layers, *joined))
        return ProjectView(
            project,
            {entry.layer.id: entry for entry in entries[: len(layers)]},
            self._control.catalogue,
            self._mayEdit if self._entries else None,
            {entry.layer.id: entry for entry in entries[len(layers) :]},
        )

    async def cacheKey(self) -> str | None:
        """
        The keys of all filters as one text that nothing else can spell; '' without
        filters; None when one of them forbids caching, or does not answer properly.
        """
        return await self._once("cacheKey", "", self._askCacheKey)

    # One layer.

    async def _authorise(self, layer: Layer, contents: bool) -> AuthorisedLayer:
        permissions = await self._once("permissions", layer.id, lambda: self._askPermissions(layer))
        if not contents:
            return AuthorisedLayer(layer, permissions, None)
        if not permissions.canRead:
            return AuthorisedLayer(layer, permissions, Restriction(rowFilter=NOTHING))
        restriction = await self._once("restriction", layer.id, lambda: self._askRestriction(layer))
        return AuthorisedLayer(layer, permissions, restriction)

    async def _askPermissions(self, layer: Layer) -> LayerPermissions:
        granted = LayerPermissions.all()
        for entry in self._entries:
            answer = await self._ask(entry, "layerPermissions", layer)
            if not isinstance(answer, LayerPermissions) or not answer.isSound():
                self._complain(entry, "layerPermissions", answer)
                return LayerPermissions()
            granted = granted & answer
            if granted == LayerPermissions():
                break
        return granted

    async def _askRestriction(self, layer: Layer) -> Restriction:
        if layer.kind is not LayerKind.VECTOR:
            return UNRESTRICTED
        questions: tuple[Coroutine[Any, Any, Any], ...] = (
            self._fieldNames(layer),
            self._askRowFilter(layer),
            self._askSubset(layer),
        )
        names, rowFilter, subset = await allOf(questions)
        hidden = None if names is None else await self._askHidden(layer, names)
        if names is None or subset is None or hidden is None:
            return Restriction(rowFilter=NOTHING, hiddenFields=frozenset(names or ()))
        if rowFilter is not None:
            rowFilter = self._resolved(rowFilter, names, layer)
        return Restriction(rowFilter, subset, hidden)

    async def _fieldNames(self, layer: Layer) -> list[str] | None:
        """
        The attributes of the layer: those that the source has now, not only those
        that the project file knew.  None when the source cannot be asked.
        """
        try:
            schema = await self._control.catalogue.features(layer, UNRESTRICTED).describe()
        except SourceError:
            log.failure("layer {layer} cannot be described: access is denied", layer=layer.id)
            return None
        described = (field.name for field in schema.fields)
        return list(dict.fromkeys((*described, *(field.name for field in layer.fields))))

    @staticmethod
    def _resolved(rowFilter: Expression, names: list[str], layer: Layer) -> Expression:
        """The filter with attributes spelled as the source has them; of one that it lacks nothing is left."""
        try:
            return rowFilter.resolved(names)
        except ExpressionError:
            log.failure("the row filter of layer {layer} does not suit it: access is denied", layer=layer.id)
            return NOTHING

    async def _askRowFilter(self, layer: Layer) -> Expression | None:
        """The expressions of all filters joined as trees; None for no restriction."""
        expressions = []
        for entry in self._entries:
            text = await self._askText(entry, "layerFilterExpression", layer)
            if text is None:
                return NOTHING
            if not text.strip():
                continue
            try:
                expressions.append(Expression.parse(text))
            except ExpressionError:
                log.failure(
                    "{plugin}: layerFilterExpression of layer {layer} cannot be parsed",
                    plugin=entry.label,
                    layer=layer.id,
                )
                return NOTHING
        return Expression.conjunction(expressions) if expressions else None

    async def _askSubset(self, layer: Layer) -> str | None:
        """The subset strings of all filters, each in brackets of its own; None denies."""
        subsets = []
        for entry in self._entries:
            text = await self._askText(entry, "layerFilterSubsetString", layer)
            if text is None:
                return None
            if text.strip():
                subsets.append(text)
        if not all(map(closesWhatItOpens, subsets)):
            log.error("a subset string of layer {layer} cannot be joined: access is denied", layer=layer.id)
            return None
        if len(subsets) == 1:
            return subsets[0]
        return " AND ".join(f"({text})" for text in subsets)

    async def _askHidden(self, layer: Layer, names: list[str]) -> frozenset[str] | None:
        """The attributes that this request must not see; None denies."""
        visible = names
        for entry in self._entries:
            answer = await self._ask(entry, "authorizedLayerAttributes", layer, list(visible))
            if not isinstance(answer, (list, tuple)) or not all(isinstance(name, str) for name in answer):
                self._complain(entry, "authorizedLayerAttributes", answer)
                return None
            allowed = set(answer)
            visible = [name for name in visible if name in allowed]
        return frozenset(names) - frozenset(visible)

    async def _mayEdit(self, layer: Layer, feature: Any) -> bool:
        for entry in self._entries:
            answer = await self._ask(entry, "allowToEdit", layer, feature)
            if not isinstance(answer, bool):
                self._complain(entry, "allowToEdit", answer)
            if answer is not True:
                return False
        return True

    async def _askCacheKey(self) -> str | None:
        keys = []
        for entry in self._entries:
            answer = await self._ask(entry, "cacheKey")
            if answer is not None and not isinstance(answer, str):
                self._complain(entry, "cacheKey", answer)
                return None
            if not answer:
                return None
            keys.append(answer)
        return json.dumps(keys) if keys else ""

    # Asking.

    async def _ask(self, entry: Any, hook: str, *arguments: Any) -> Any:
        try:
            method = getattr(entry.provider, hook)
            return await self._control.caller.call(f"{entry.label}.{hook}", method, self._handler, *arguments)
        except (OWSException, CancelledError):
            raise
        except Exception:
            log.failure("{plugin}: {hook} failed: access is denied", plugin=entry.label, hook=hook)
            return _UNUSABLE

    async def _askText(self, entry: Any, hook: str, layer: Layer) -> str | None:
        answer = await self._ask(entry, hook, layer)
        if answer is None:
            return ""
        if not isinstance(answer, str):
            self._complain(entry, hook, answer)
            return None
        return answer

    def _complain(self, entry: Any, hook: str, answer: Any) -> None:
        if answer is not _UNUSABLE:
            log.error(
                "{plugin}: {hook} answered a {kind}: access is denied",
                plugin=entry.label,
                hook=hook,
                kind=type(answer).__name__,
            )

    async def _once(self, what: str, layerId: str, ask: Callable[[], Any]) -> Any:
        key = (what, layerId)
        once = self._remembered.get(key)
        if once is None:
            once = self._remembered[key] = _Once(ask)
        return await once.result()


class _Once:
    """The result of a coroutine for any number of waiters; it runs once."""

    def __init__(self, ask: Callable[[], Any]):
        self._waiters: list[Deferred[Any]] = []
        self._isSettled = False
        self._value: Any = None
        self._source = Deferred.fromCoroutine(ask())
        self._source.addBoth(self._settle)

    def result(self) -> Deferred[Any]:
        """A Deferred of its own for each waiter; when all were cancelled, so is the asking."""
        waiter: Deferred[Any] = Deferred(self._abandon)
        if self._isSettled:
            waiter.callback(self._value)
        else:
            self._waiters.append(waiter)
        return waiter

    def _settle(self, value: Any) -> None:
        self._isSettled, self._value = True, value
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            waiter.callback(value)

    def _abandon(self, waiter: Deferred[Any]) -> None:
        self._waiters.remove(waiter)
        if not self._waiters:
            self._source.cancel()


def closesWhatItOpens(sql: str) -> bool:
    """
    Whether a piece of SQL stays within brackets that are put around it: its own
    are balanced, its quotes closed, and it has no comment or statement end.
    """
    depth, place = 0, 0
    while place < len(sql):
        character = sql[place]
        if character in "'\"`":
            end = sql.find(character, place + 1)
            if end < 0:
                return False
            place = end
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth < 0:
                return False
        elif character == ";" or sql.startswith(("--", "/*"), place):
            return False
        place += 1
    return depth == 0
