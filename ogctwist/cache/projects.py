# -*- test-case-name: tests.cache.test_projects -*-
"""
Projects that are kept as long as their files stay the same.

A file is looked at when its project is used; a new version is read in a worker
and swapped in whole.  A version that cannot be read leaves the last good one
serving.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from ogctwist.interfaces import IWorkPool
from ogctwist.project.document import fileVersion
from ogctwist.project.errors import BadLayers, ProjectError
from ogctwist.project.failures import anyExists, badLayers, localFailures, missingFiles, withFailures
from ogctwist.project.location import ProjectLocations, shownPath
from ogctwist.project.model import Project

log = Logger()

__all__ = ["LoadedProject", "ProjectCache", "ProjectProblem"]


@dataclass(frozen=True)
class LoadedProject:
    """
    A project and what its files were like when it was read.

    @ivar project: layers whose files are missing have a C{failure}.
    @ivar missing: those files.
    """

    project: Project
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProjectProblem:
    """
    What the status page says of a project that is not well.

    @ivar reason: why the newest version of the file cannot be read; or which
        layers are bad; or what could not be embedded.
    @ivar isServed: whether a version of it, an earlier one perhaps, is served.
    """

    path: str
    reason: str
    isServed: bool


@dataclass
class _Entry:
    """
    One path.

    @ivar loaded: the last good version.
    @ivar error: why the version C{brokenVersion} cannot be read; None when the
        newest one could.
    @ivar waiting: those who wait for the load that runs; None when none runs.
    @ivar checked: when the files were last looked at.
    @ivar retried: when missing data files were last looked for.
    """

    loaded: LoadedProject | None = None
    error: ProjectError | None = None
    brokenVersion: str = ""
    waiting: list[Deferred[Project]] | None = None
    checked: float = float("-inf")
    retried: float = float("-inf")


class ProjectCache:
    """
    The projects of a server: what MAP means, and the projects themselves.

    Everything but reading happens in the reactor thread; a look at a file's
    time is not thought worth a worker.
    """

    def __init__(
        self,
        pool: IWorkPool,
        reader: Callable[[str], Project],
        clock: IReactorTime,
        locations: ProjectLocations | None = None,
        ignoreBadLayers: bool = False,
        maximum: int = 100,
        checkInterval: float = 0.0,
        retryInterval: float = 10.0,
        version: Callable[[str], str] = fileVersion,
    ):
        """
        @param reader: reads a project; called in a worker.  L{ProjectError} is its failure.
        @param ignoreBadLayers: whether a project with failed layers is given out.
        @param maximum: how many projects are kept; the one not used for longest goes.
        @param checkInterval: seconds in which a file is not looked at again; 0: on
            every use; infinity: never.
        @param retryInterval: seconds after which data files that were missing are
            looked for again.
        @param version: of the file of a project; called in the reactor thread, must not block.
        """
        self._version = version
        self._pool = pool
        self._reader = reader
        self._clock = clock
        self._locations = locations or ProjectLocations()
        self._ignoreBadLayers = ignoreBadLayers
        self._maximum = max(maximum, 1)
        self._checkInterval = checkInterval
        self._retryInterval = retryInterval
        self._entries: OrderedDict[str, _Entry] = OrderedDict()

    def locate(self, name: str) -> str:
        """
        @param name: the value of MAP; '' for the default project.
        @return: the path of the project file; '' when there is no default.
        @raise ProjectNotFound: nothing that may be named.
        """
        return self._locations.locate(name)

    def project(self, path: str) -> Deferred[Project]:
        """
        @param path: as L{locate} gives it.
        @return: Deferred of the project in the newest version that can be read.
            Cancelling it takes away one who waits, not the work that others wait
            for.  Fails with L{ProjectError} when no version could be read yet, and
            with its subclass L{BadLayers}.
        """
        entry = self._entries.get(path)
        if entry is None:
            entry = self._entries[path] = _Entry()
            self._trim()
        self._entries.move_to_end(path)
        if entry.waiting is not None:
            return self._wait(entry)
        if self._isFresh(path, entry):
            return self._outcome(path, entry)
        return self._load(path, entry)

    def forget(self, path: str) -> None:
        """Drop the project: the next use reads it anew.  Who waits is still answered."""
        self._entries.pop(path, None)

    def cached(self, path: str) -> Project | None:
        """The project if it is in memory, however old; does not count as a use."""
        entry = self._entries.get(path)
        return entry.loaded.project if entry is not None and entry.loaded is not None else None

    @property
    def paths(self) -> tuple[str, ...]:
        """The projects that are kept, the one used last at the end."""
        return tuple(self._entries)

    @property
    def problems(self) -> dict[str, ProjectProblem]:
        """By path: projects whose newest version cannot be read, or not in full, or with bad layers."""
        found = {}
        for path, entry in self._entries.items():
            bad = badLayers(entry.loaded.project) if entry.loaded is not None else {}
            if entry.error is not None:
                served = entry.loaded is not None and (self._ignoreBadLayers or not bad)
                found[path] = ProjectProblem(path, entry.error.reason, served)
            elif bad:
                found[path] = ProjectProblem(path, BadLayers(bad).reason, self._ignoreBadLayers)
            elif entry.loaded is not None and entry.loaded.project.warnings:
                found[path] = ProjectProblem(path, "; ".join(entry.loaded.project.warnings), True)
        return found

    # Whether what is kept still holds.

    def _isFresh(self, path: str, entry: _Entry) -> bool:
        if entry.loaded is None and entry.error is None:
            return False
        now = self._clock.seconds()
        if entry.loaded is not None and now - entry.checked < self._checkInterval:
            return True
        if self._isChanged(path, entry) or self._isFound(entry, now):
            return False
        entry.checked = now
        return True

    def _isChanged(self, path: str, entry: _Entry) -> bool:
        if entry.error is not None:
            return self._version(path) != entry.brokenVersion
        assert entry.loaded is not None
        project = entry.loaded.project
        return "+".join(map(self._version, project.files)) != project.version

    def _isFound(self, entry: _Entry, now: float) -> bool:
        """Whether a data file that was missing has come."""
        if entry.loaded is None or not entry.loaded.missing or now - entry.retried < self._retryInterval:
            return False
        entry.retried = now
        return anyExists(entry.loaded.missing)

    # Loading.

    def _load(self, path: str, entry: _Entry) -> Deferred[Project]:
        entry.waiting = []
        entry.checked = entry.retried = self._clock.seconds()
        version = self._version(path)
        waiter = self._wait(entry)
        loading = self._pool.run(self._read, path)
        loading.addCallbacks(
            self._keep, self._keepError, callbackArgs=(path, entry), errbackArgs=(path, entry, version)
        )
        loading.addBoth(self._answer, path, entry)
        return waiter

    def _read(self, path: str) -> LoadedProject:
        """Read a project and look for its data; in a worker."""
        project = self._reader(path)
        missing = missingFiles(project)
        return LoadedProject(withFailures(project, localFailures(project, missing)), missing)

    def _keep(self, loaded: LoadedProject, path: str, entry: _Entry) -> None:
        entry.loaded, entry.error = loaded, None
        for warning in loaded.project.warnings:
            log.warn("project {path}: {reason}", path=shownPath(path), reason=warning)
        bad = badLayers(loaded.project)
        for layerId, reason in bad.items():
            log.warn(
                "project {path}: layer {layer}: {reason}",
                path=shownPath(path),
                layer=layerId,
                reason=reason,
            )

    def _keepError(self, failure: Failure, path: str, entry: _Entry, version: str) -> Failure | None:
        error = failure.value
        if not isinstance(error, ProjectError):
            # the pool is full or stopped: says nothing of the project
            if entry.loaded is None and self._entries.get(path) is entry:
                del self._entries[path]
            entry.checked = float("-inf")
            return failure
        entry.error, entry.brokenVersion = error, version
        log.error(
            "project {path} cannot be read{served}: {reason}",
            path=shownPath(path),
            served="; the last good version is served" if entry.loaded is not None else "",
            reason=error.reason,
        )
        return None

    def _answer(self, result: Failure | None, path: str, entry: _Entry) -> None:
        waiting, entry.waiting = entry.waiting or [], None
        for waiter in waiting:
            if isinstance(result, Failure):
                waiter.errback(result)
            else:
                self._outcome(path, entry).chainDeferred(waiter)

    def _wait(self, entry: _Entry) -> Deferred[Project]:
        def cancel(waiter: Deferred[Project]) -> None:
            if entry.waiting is not None and waiter in entry.waiting:
                entry.waiting.remove(waiter)

        waiter: Deferred[Project] = Deferred(cancel)
        assert entry.waiting is not None
        entry.waiting.append(waiter)
        return waiter

    def _outcome(self, path: str, entry: _Entry) -> Deferred[Project]:
        """What is kept, as an answer."""
        if entry.loaded is None:
            # a new one each time: who raises it adds to its traceback
            return fail(ProjectError(entry.error.reason if entry.error else "was not read", shownPath(path)))
        bad = {} if self._ignoreBadLayers else badLayers(entry.loaded.project)
        return fail(BadLayers(bad, shownPath(path))) if bad else succeed(entry.loaded.project)

    def _trim(self) -> None:
        """Let the projects go that were not used for longest, but none that is being read."""
        for path in list(self._entries):
            if len(self._entries) <= self._maximum:
                return
            if self._entries[path].waiting is None and path != next(reversed(self._entries)):
                del self._entries[path]
