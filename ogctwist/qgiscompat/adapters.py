# -*- test-case-name: tests.qgiscompat.test_adapters -*-
"""
QGIS's filters as providers of our interfaces: each hook waits for the request's turn
in the plugin, and runs in the plugin's thread.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from zope.interface import implementer

from ogctwist.access.permissions import LayerPermissions
from ogctwist.interfaces import IAccessControlFilter, IServerCacheFilter, IServerFilter
from ogctwist.qgiscompat.companion import companionOf
from ogctwist.qgiscompat.qt import qtModule
from ogctwist.qgiscompat.raised import translated
from ogctwist.qgiscompat.runner import isCoroutineHook
from ogctwist.qgiscompat.server import accesscontrol, cache, filters
from ogctwist.server.hooks import TimedDeferred

if TYPE_CHECKING:
    from ogctwist.project.layers import Layer
    from ogctwist.qgiscompat.loaded import LoadedPlugin


class Lazy:
    """An argument of a hook that is made in the plugin's thread."""

    def __init__(self, make: Callable[[], Any]):
        self.make = make


def _called(hook: Callable[..., Any], *arguments: Any) -> Any:
    """Call a hook, its lazy arguments made."""
    return hook(*(each.make() if isinstance(each, Lazy) else each for each in arguments))


class Adapter:
    """
    One object that a plugin registered.

    @ivar plugin: whose it is.
    @ivar foreign: the object.
    @ivar label: how the log names it.
    """

    def __init__(self, foreign: Any, plugin: LoadedPlugin):
        self.foreign = foreign
        self.plugin = plugin
        self.label = type(foreign).__name__

    def overrides(self, name: str, base: type) -> bool:
        """Whether the object's class has a method of its own of that name."""
        return getattr(type(self.foreign), name, None) is not getattr(base, name)

    def call(self, handler: Any, convert: Callable[[Any], Any], name: str, *arguments: Any) -> TimedDeferred:
        """
        Call a hook for a request.

        @param convert: makes our value of what the hook answers.
        """
        return timed(self._call(handler, convert, name, arguments))

    async def _call(self, handler: Any, convert: Callable[[Any], Any], name: str, arguments: Any) -> Any:
        await self.plugin.takeTurn(handler)
        hook = getattr(self.foreign, name)
        if isCoroutineHook(hook):
            arguments = tuple(each.make() if isinstance(each, Lazy) else each for each in arguments)
        elif any(isinstance(each, Lazy) for each in arguments):
            hook = partial(_called, hook)
        return convert(await translated(self.plugin.runner.call(f"{self.label}.{name}", hook, *arguments)))


def timed(coroutine: Any) -> TimedDeferred:
    """A coroutine that looks after its own time, as a Deferred that says so."""
    inner = Deferred.fromCoroutine(coroutine)
    result = TimedDeferred(lambda _: inner.cancel())

    def settle(value: Any) -> None:
        if not result.called:
            result.callback(value)

    inner.addBoth(settle)
    return result


def truth(answer: Any) -> bool:
    """
    A truth value, as C++ takes it.

    @raise TypeError: it is none.
    """
    if isinstance(answer, int):
        return bool(answer)
    raise TypeError(f"a {type(answer).__name__}, where a bool is expected")


@implementer(IServerFilter)
class FilterAdapter(Adapter):
    """A QgsServerFilter, of either family of hooks."""

    def requestReady(self, handler: Any) -> Any:
        return self._call2(handler, "onRequestReady", "requestReady")

    def projectReady(self, handler: Any) -> Any:
        return self._call2(handler, "onProjectReady", "")

    def sendResponse(self, handler: Any) -> Any:
        return self._call2(handler, "onSendResponse", "sendResponse")

    def responseComplete(self, handler: Any) -> Any:
        return self._call2(handler, "onResponseComplete", "responseComplete")

    def _call2(self, handler: Any, newer: str, older: str) -> Any:
        base = filters._Hooks
        if self.overrides(newer, base):
            return self.call(handler, truth, newer)
        if older and self.overrides(older, base):
            return self.call(handler, lambda answer: filters.answered(older, answer), older)
        return None


@implementer(IAccessControlFilter)
class AccessControlAdapter(Adapter):
    """A QgsAccessControlFilter."""

    def layerPermissions(self, handler: Any, layer: Layer) -> Any:
        return self._ask(handler, ours, "layerPermissions", layer)

    def layerFilterExpression(self, handler: Any, layer: Layer) -> Any:
        return self._ask(handler, unchanged, "layerFilterExpression", layer)

    def layerFilterSubsetString(self, handler: Any, layer: Layer) -> Any:
        return self._ask(handler, unchanged, "layerFilterSubsetString", layer)

    def authorizedLayerAttributes(self, handler: Any, layer: Layer, attributes: Any) -> Any:
        return self._ask(handler, names, "authorizedLayerAttributes", layer, list(attributes))

    def allowToEdit(self, handler: Any, layer: Layer, feature: Any) -> Any:
        facade = companionOf(handler).layer(layer)
        return self._ask(handler, truth, "allowToEdit", layer, facade._q_feature(feature))

    def cacheKey(self, handler: Any) -> Any:
        if not self.overrides("cacheKey", accesscontrol._Hooks):
            return ""
        return self.call(handler, unchanged, "cacheKey")

    def _ask(self, handler: Any, convert: Any, name: str, layer: Layer, *arguments: Any) -> Any:
        if not self.overrides(name, accesscontrol._Hooks):
            plain = getattr(self.foreign, name)
            return convert(plain(None, *arguments))
        return self.call(handler, convert, name, companionOf(handler).layer(layer), *arguments)


def unchanged(answer: Any) -> Any:
    """What the hook answered; access control looks at its type."""
    return answer


def ours(answer: Any) -> Any:
    """LayerPermissions of QGIS as ours; what is neither stays what it is, and denies."""
    if not isinstance(answer, accesscontrol.LayerPermissions):
        return answer
    return LayerPermissions(
        *map(truth, (answer.canRead, answer.canInsert, answer.canUpdate, answer.canDelete))
    )


def names(answer: Any) -> Any:
    """A list of names, whatever collection the hook answered."""
    return list(answer) if isinstance(answer, (tuple, set, frozenset)) else answer


@implementer(IServerCacheFilter)
class CacheAdapter(Adapter):
    """A QgsServerCacheFilter."""

    def getCachedDocument(self, project: Any, handler: Any, key: str) -> Any:
        return self._keyed(handler, content, "getCachedDocument", project, key)

    def setCachedDocument(self, document: bytes, project: Any, handler: Any, key: str) -> Any:
        return self._keyed(
            handler, truth, "setCachedDocument", project, key, Lazy(lambda: asDocument(document))
        )

    def deleteCachedDocument(self, project: Any, handler: Any, key: str) -> Any:
        return self._keyed(handler, truth, "deleteCachedDocument", project, key)

    def deleteCachedDocuments(self, project: Any) -> Any:
        return self._ofProject("deleteCachedDocuments", project)

    def getCachedImage(self, project: Any, handler: Any, key: str) -> Any:
        return self._keyed(handler, content, "getCachedImage", project, key)

    def setCachedImage(self, image: bytes, project: Any, handler: Any, key: str) -> Any:
        return self._keyed(
            handler, truth, "setCachedImage", project, key, Lazy(lambda: qtModule("QtCore").QByteArray(image))
        )

    def deleteCachedImage(self, project: Any, handler: Any, key: str) -> Any:
        return self._keyed(handler, truth, "deleteCachedImage", project, key)

    def deleteCachedImages(self, project: Any) -> Any:
        return self._ofProject("deleteCachedImages", project)

    def _keyed(self, handler: Any, convert: Any, name: str, project: Any, key: str, *first: Any) -> Any:
        if not self.overrides(name, cache._Hooks):
            return convert(getattr(self.foreign, name)(*first, None, None, key))
        companion = companionOf(handler)
        facade = companion.projectFor(project)
        return self.call(handler, convert, name, *first, facade, companion.request, key)

    def _ofProject(self, name: str, project: Any) -> Any:
        if not self.overrides(name, cache._Hooks):
            return False
        return timed(self._callOfProject(name, project))

    async def _callOfProject(self, name: str, project: Any) -> bool:
        """Without a request there is no turn to wait for; the thread has one at a time anyway."""
        pool = self.plugin.facades
        facade = pool.take(project)
        try:
            hook = getattr(self.foreign, name)
            return truth(await translated(self.plugin.runner.call(f"{self.label}.{name}", hook, facade)))
        finally:
            pool.give(facade)


def content(answer: Any) -> bytes:
    """What a cache filter found, as bytes."""
    return b"" if answer is None else bytes(answer)


def asDocument(data: bytes) -> Any:
    """XML as a QDomDocument."""
    document = qtModule("QtXml").QDomDocument()
    document.setContent(qtModule("QtCore").QByteArray(data))
    return document
