# -*- test-case-name: tests.cache.test_documents -*-
"""
Documents and images that were made before: our own memory, and the cache
filters of plugins.

Capabilities are kept in memory, as QGIS Server keeps them, and are looked up
there first; everything, capabilities included, is offered to the registered
L{IServerCacheFilter}s.  No entry is shared between requests of different rights:
the access key is a part of every key, and a request without one is not cached.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from lxml import etree
from twisted.internet.defer import CancelledError
from twisted.logger import Logger

from ogctwist.cache.lru import ByteBudgetCache

if TYPE_CHECKING:
    from ogctwist.project.model import Project

log = Logger()


@dataclass(frozen=True)
class DocumentKey:
    """
    What a document or image is of.

    @ivar operation: C{GetCapabilities}, C{GetLegendGraphic}, ….
    @ivar variant: (name, value) pairs of all else that the bytes depend on,
        normalised by the service and in a fixed order: language, service URL,
        layer, style, size.  Not the request's parameters as they came.
    @ivar isLight: capabilities that are made as quickly as they are found: only cache filters keep them.
    """

    service: str
    version: str
    operation: str
    variant: tuple[tuple[str, str], ...] = ()
    isLight: bool = False

    @property
    def isKept(self) -> bool:
        """Whether memory keeps it, besides the cache filters."""
        return self.operation == "GetCapabilities" and not self.isLight

    def text(self, accessKey: str) -> str:
        """The key as cache filters are given it: as a query, so that it can be read."""
        pairs = [
            ("SERVICE", self.service),
            ("VERSION", self.version),
            ("REQUEST", self.operation),
            *self.variant,
            ("ACCESS", accessKey),
        ]
        return "&".join(f"{quote(name, safe='')}={quote(value, safe='/:,')}" for name, value in pairs)


class DocumentCache:
    """
    What services ask before they make a document, and give it to afterwards::

        kept = await documents.getDocument(request, project, key)
        if kept is None:
            kept = …
            await documents.putDocument(request, project, key, kept)

    @ivar memory: keeps capabilities.
    """

    def __init__(self, registrations: Any, caller: Any, memory: ByteBudgetCache[bytes]):
        """
        @param registrations: iterable of registrations (C{provider}, C{label}) of cache filters.
        @param caller: C{call(label, hook, *arguments)}, awaitable, limited in time.
        """
        self.memory = memory
        self._registrations = registrations
        self._caller = caller

    async def getDocument(self, request: Any, project: Project, key: DocumentKey) -> bytes | None:
        """
        The document, or None.  What a cache filter gives is a miss unless it is well-formed XML.

        @param request: L{ogctwist.server.request.ServiceRequest}.
        """
        accessKey = await request.cacheKey(project)
        if accessKey is None:
            return None
        if key.isKept:
            kept = self.memory.get(self._group(project, key, accessKey), key.variant)
            if kept is not None:
                return kept
        found = await self._ask("getCachedDocument", request, project, key.text(accessKey))
        return found if found is not None and isXml(found) else None

    async def putDocument(self, request: Any, project: Project, key: DocumentKey, document: bytes) -> None:
        """Keep a document that was made for this request."""
        accessKey = await request.cacheKey(project)
        if accessKey is None:
            return
        if key.isKept:
            cost = len(document) + sum(len(n) + len(v) for n, v in key.variant)
            self.memory.put(self._group(project, key, accessKey), key.variant, document, cost)
        await self._offer("setCachedDocument", document, request, project, key.text(accessKey))

    async def getImage(self, request: Any, project: Project, key: DocumentKey) -> bytes | None:
        """The image (a legend, a tile), or None."""
        accessKey = await request.cacheKey(project)
        if accessKey is None:
            return None
        return await self._ask("getCachedImage", request, project, key.text(accessKey))

    async def putImage(self, request: Any, project: Project, key: DocumentKey, image: bytes) -> None:
        """Keep an image that was made for this request."""
        accessKey = await request.cacheKey(project)
        if accessKey is not None:
            await self._offer("setCachedImage", image, request, project, key.text(accessKey))

    async def deleteAll(self, project: Project) -> None:
        """Delete all that is kept of a project, at every cache filter too."""
        self.forget(project.path)
        for entry in self._registrations:
            await self._call(entry, "deleteCachedDocuments", project)
            await self._call(entry, "deleteCachedImages", project)

    def forget(self, path: str) -> int:
        """Forget what memory keeps of the project of that path.  @return: how many documents."""
        return self.memory.removeGroups(lambda group: group[0] == path)

    @staticmethod
    def _group(project: Project, key: DocumentKey, accessKey: str) -> tuple[str, ...]:
        return (project.path, project.version, key.service, key.version, key.operation, accessKey)

    async def _ask(self, hook: str, request: Any, project: Project, key: str) -> bytes | None:
        """The first answer that is not empty."""
        for entry in self._registrations:
            answer = await self._call(entry, hook, project, request.handler, key)
            if answer is None or answer is False:
                continue
            if not isinstance(answer, (bytes, bytearray, memoryview)):
                log.error(
                    "{plugin}: {hook} answered a {kind}",
                    plugin=entry.label,
                    hook=hook,
                    kind=type(answer).__name__,
                )
            elif len(answer):
                return bytes(answer)
        return None

    async def _offer(self, hook: str, data: bytes, request: Any, project: Project, key: str) -> None:
        """Offer it to each filter, until one has taken it."""
        for entry in self._registrations:
            if await self._call(entry, hook, data, project, request.handler, key) is True:
                return

    async def _call(self, entry: Any, hook: str, *arguments: Any) -> Any:
        """What the hook answers; a cache that fails is no cache, and the request goes on."""
        try:
            return await self._caller.call(f"{entry.label}.{hook}", getattr(entry.provider, hook), *arguments)
        except CancelledError:
            raise
        except Exception:
            log.failure("{plugin}: {hook} failed", plugin=entry.label, hook=hook)
            return None


def isXml(document: bytes) -> bool:
    """Whether a document is well-formed XML."""
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=True)
    try:
        etree.fromstring(document, parser)
    except etree.XMLSyntaxError:
        return False
    return True
