"""A cache filter in two dictionaries."""

from __future__ import annotations

from zope.interface import implementer

from ogctwist.interfaces import IServerCacheFilter


@implementer(IServerCacheFilter)
class MemoryServerCache:
    """
    @ivar takes: whether it stores what it is offered.
    @ivar events: names of the hooks that were called.
    """

    def __init__(self, takes: bool = True):
        self.takes = takes
        self.documents: dict[tuple[str, str], bytes] = {}
        self.images: dict[tuple[str, str], bytes] = {}
        self.events: list[str] = []

    def _get(self, hook, store, project, key):
        self.events.append(hook)
        return store.get((project.path, key), b"")

    def _set(self, hook, store, data, project, key):
        self.events.append(hook)
        if self.takes:
            store[project.path, key] = data
        return self.takes

    def _delete(self, hook, store, project, key):
        self.events.append(hook)
        return store.pop((project.path, key), None) is not None

    def _deleteAll(self, hook, store, project):
        self.events.append(hook)
        for entry in [e for e in store if e[0] == project.path]:
            del store[entry]
        return True

    def getCachedDocument(self, project, handler, key):
        return self._get("getCachedDocument", self.documents, project, key)

    def setCachedDocument(self, document, project, handler, key):
        return self._set("setCachedDocument", self.documents, document, project, key)

    def deleteCachedDocument(self, project, handler, key):
        return self._delete("deleteCachedDocument", self.documents, project, key)

    def deleteCachedDocuments(self, project):
        return self._deleteAll("deleteCachedDocuments", self.documents, project)

    def getCachedImage(self, project, handler, key):
        return self._get("getCachedImage", self.images, project, key)

    def setCachedImage(self, image, project, handler, key):
        return self._set("setCachedImage", self.images, image, project, key)

    def deleteCachedImage(self, project, handler, key):
        return self._delete("deleteCachedImage", self.images, project, key)

    def deleteCachedImages(self, project):
        return self._deleteAll("deleteCachedImages", self.images, project)
