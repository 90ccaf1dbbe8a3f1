"""A server of doubles that runs plugins which were written for QGIS Server."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.trial.unittest import TestCase

from ogctwist.cache.documents import DocumentCache
from ogctwist.cache.lru import ByteBudgetCache
from ogctwist.project.errors import ProjectError
from ogctwist.qgiscompat.parts import ServerParts
from ogctwist.qgiscompat.runtime import PluginRuntime
from ogctwist.server.plugins import PluginLoader
from ogctwist.settings import Settings
from ogctwist.settings.definition import Limits
from ogctwist.sources.catalogue import SourceCatalogue
from tests.doubles.delivery import MemoryDelivery
from tests.doubles.server import DoubleServer, ScriptedService, answering

METADATA = "[general]\nname={name}\nqgisMinimumVersion=3.0\nversion=1.2\nserver=True\n{more}"


class CompatServer(DoubleServer):
    """
    Doubles around the dispatcher, the loader and the runtime.

    @ivar folder: where the plugins lie.
    """

    def __init__(self, folder: Path, *services: Any, hookTime: float = 10, **settings: Any):
        made = Settings(limits=Limits(hookTime=hookTime, renderTime=hookTime), **settings)
        super().__init__(*services, settings=made, clock=reactor)
        self.folder = folder
        self.documents = DocumentCache(self.server.serverCaches, self.caller, ByteBudgetCache(1_000_000))
        # Plugins read in their own threads: only the blocking side is used, which needs no pool.
        self.files = SourceCatalogue(None)
        parts = ServerParts(self.projects, self._read, self.access, self.documents, self.files)
        parts.dispatcher = self.dispatcher
        self.runtime = PluginRuntime(self.server, reactor, made, parts)
        self.loader = PluginLoader(
            self.server, [folder], self.runtime.interfaceFor, self.runtime.prepare, self.runtime.loaded
        )

    def _read(self, path: str) -> Any:
        for project in self.projects.byName.values():
            if project.path == path:
                return project
        raise ProjectError("no such project", path)

    def stop(self) -> None:
        """Forget the plugins, and the modules of QGIS."""
        self.loader.unload()
        self.runtime.stop()
        self.files.close()


class PluginTestCase(TestCase):
    """
    Write plugins with C{plugin}, start the server with C{serve}, send requests with C{ask}.

    A plugin notes what happens in a list C{seen} of its module: C{seenBy}.
    """

    timeout = 30

    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        self.folder.mkdir()

    def plugin(self, name: str, code: str, metadata: str = "", **files: str) -> Path:
        """
        Write a plugin.

        @param code: its C{__init__.py}, where C{seen} and all names of C{qgis.server} are there.
        @param files: further modules, by name.
        """
        path = self.folder / name
        path.mkdir()
        (path / "metadata.txt").write_text(METADATA.format(name=name, more=metadata))
        head = "from qgis.server import *\nfrom qgis.core import *\nseen = []\n"
        (path / "__init__.py").write_text(head + dedent(code))
        for module, text in files.items():
            (path / f"{module}.py").write_text(dedent(text))
        return path

    def serve(self, *services: Any, **options: Any) -> CompatServer:
        """Start a server with the plugins.  @return: it; all plugins are loaded."""
        server = self.server = CompatServer(self.folder, *services, **options)
        self.addCleanup(server.stop)
        server.loader.load()
        return server

    def serveCore(
        self, body: bytes = b"core", contentType: str = "text/plain", **options: Any
    ) -> CompatServer:
        """Start a server whose WMS answers with C{body}."""
        return self.serve(ScriptedService(answering(body, contentType)), **options)

    def refusals(self) -> dict[str, str]:
        """Why plugins were refused, by name."""
        return {plugin.name: plugin.refusal for plugin in self.server.loader.plugins}

    async def ask(self, *arguments: Any, **named: Any) -> MemoryDelivery:
        """Send a request and wait for its end."""
        delivery, done = self.server.start(*arguments, **named)
        await done
        return delivery

    def start(self, *arguments: Any, **named: Any) -> tuple[MemoryDelivery, Deferred[None]]:
        """Send a request."""
        return self.server.start(*arguments, **named)

    def seenBy(self, name: str) -> list[Any]:
        """What a plugin noted."""
        return sys.modules[name].seen  # type: ignore[no-any-return]
