# -*- test-case-name: tests.test_tap -*-
"""C{twistd ogcserver}: the options of the command, and the service that it runs."""

from __future__ import annotations

import os
import signal
import sys
import zipfile
from collections.abc import Callable, Mapping
from functools import partial
from typing import IO, Any, NoReturn

from twisted.application.service import IService, MultiService, Service
from twisted.logger import (
    FilteringLogObserver,
    LogLevel,
    LogLevelFilterPredicate,
    globalLogPublisher,
    textFileLogObserver,
)
from twisted.python import usage

from ogctwist import __version__
from ogctwist.settings import Settings, SettingsError, readSettings
from ogctwist.workers.listening import (
    AdoptedEndpoint,
    BoundSocket,
    ListenError,
    adoptedSockets,
    bindEndpoints,
)
from ogctwist.workers.supervisor import Supervisor, WorkerCommand
from ogctwist.workers.worker import SupervisorLink, inheritedDescriptors, workerNumber

#: Tells a worker in which directory the command was given.
_DIRECTORY_VARIABLE = "_OGCSERVER_DIRECTORY"
_LEVELS = {0: LogLevel.info, 1: LogLevel.warn, 2: LogLevel.critical}
_START = "from twisted.scripts.twistd import run; run()"


class Options(usage.Options):
    """
    The command line.

    @ivar settings: L{Settings}, once the options are parsed.
    @ivar given: the options as they came, for workers.
    """

    synopsis = "[options of ogcserver]"
    longdesc = (
        "Serves QGIS projects as WMS, WMTS, WFS, WCS and OGC API Features. "
        "Every option is a setting that may also stand in the environment or in a TOML file: "
        "conf/ogctwist.toml lists them all. An option goes before the environment, the environment "
        "before the file. To stay in the foreground: twistd --nodaemon ogcserver ..."
    )
    optParameters = [
        ["project", "p", None, "The project that is served when a request names none: a .qgs or .qgz file."],
        ["config", "c", None, "A configuration file (TOML)."],
        ["workers", "w", None, "Processes that share the listening sockets.  [default: 1]"],
        ["manhole", None, None, "Where to offer a Python prompt over SSH: a port of the loopback interface."],
        ["manhole-keys", None, None, "The public keys of those who may use it: a file as authorized_keys."],
    ]

    def __init__(self) -> None:
        super().__init__()
        self.given: list[str] = []
        self.settings = Settings()
        self._lists: dict[str, list[str]] = {}

    def opt_projects_root(self, directory: str) -> None:
        """A directory whose projects may be named with MAP=; repeatable."""
        self._lists.setdefault("projectsRoots", []).append(directory)

    def opt_listen(self, endpoint: str) -> None:
        """Where to listen: a Twisted endpoint; repeatable.  [default: tcp:8080:interface=127.0.0.1]"""
        self._lists.setdefault("listen", []).append(endpoint)

    def opt_plugins(self, directory: str) -> None:
        """A directory of plugins; none runs otherwise; repeatable.  [default: QGIS_PLUGINPATH]"""
        self._lists.setdefault("plugins", []).append(directory)

    def opt_version(self) -> NoReturn:
        """Show the version, and exit."""
        print(f"ogctwist {__version__}")
        sys.exit(0)

    def parseOptions(self, options: Any = None) -> None:
        """A bad option is one line, not the whole help."""
        self.given = list(options or [])
        try:
            super().parseOptions(options)
        except usage.UsageError as error:
            refuse(f"{error} (twistd ogcserver --help lists the options)")

    def parseArgs(self, *arguments: str) -> None:
        """There are options only."""
        if arguments:
            raise usage.UsageError(f"'{arguments[0]}' is not an option")

    def postOptions(self) -> None:
        """Read the settings, and see whether they can be served."""
        named = {
            "project": "project",
            "workers": "workers",
            "manhole": "manhole",
            "manholeKeys": "manhole-keys",
        }
        given = {name: self[option] for name, option in named.items() if self[option] is not None}
        directory = os.environ.get(_DIRECTORY_VARIABLE, os.getcwd())
        try:
            self.settings = readSettings(
                {**given, **self._lists}, os.environ, self["config"] or "", directory
            )
            checkPaths(self.settings)
        except SettingsError as error:
            refuse(str(error))


def refuse(reason: str) -> NoReturn:
    """End the command with a line for the administrator, and a status that is not 0."""
    raise SystemExit(f"ogcserver: {reason}")


def checkPaths(settings: Settings) -> None:
    """
    @raise SettingsError: something that is to be served is not there.
    """
    if not (settings.project or settings.projectsRoots or settings.aliases):
        raise SettingsError(
            "There is nothing to serve: name a project with --project, or a directory with --projects-root"
        )
    projects = {settings.origins.get("project", "default"): settings.project}
    projects |= {f"alias {name}": path for name, path in settings.aliases.items()}
    for origin, path in projects.items():
        if path and "://" not in path:
            _checkProject(origin, path)
    for name, kind in (("projectsRoots", "--projects-root"), ("plugins", "--plugins")):
        # QGIS_PLUGINPATH may name directories that are not there, as a search path does.
        if name == "plugins" and not settings.origins.get(name, "").startswith("option"):
            continue
        for path in getattr(settings, name):
            if not os.path.isdir(path):
                raise SettingsError(f"{kind}: {path} is not a directory")
            if not os.access(path, os.R_OK | os.X_OK):
                raise SettingsError(f"{kind}: {path} cannot be read")
    if settings.manhole:
        _checkManhole(settings.manholeKeys)


def _checkManhole(keys: str) -> None:
    if not keys:
        raise SettingsError("--manhole: name the public keys of those who may use it with --manhole-keys")
    try:
        from ogctwist.server.manhole import ManholeRefused, checkKeys
    except ImportError as error:
        raise SettingsError(
            f"--manhole needs packages that are not installed: pip install 'ogctwist[manhole]' ({error})"
        ) from None
    try:
        checkKeys(keys)
    except ManholeRefused as error:
        raise SettingsError(f"--manhole: {error}") from None


def _checkProject(origin: str, path: str) -> None:
    try:
        with open(path, "rb") as file:
            start = file.read(512).lstrip(b"\xef\xbb\xbf \t\r\n")
    except OSError as error:
        raise SettingsError(f"{origin}: {path} cannot be read: {error.strerror}") from None
    if path.lower().endswith(".qgz"):
        if not zipfile.is_zipfile(path):
            raise SettingsError(f"{origin}: {path} is not a .qgz project")
    elif not start.startswith(b"<"):
        raise SettingsError(f"{origin}: {path} is not a QGIS project")


def makeService(options: Options) -> IService:
    """
    The server, or the supervisor of the processes that are it.

    The sockets are bound here: before the command goes to the background, and
    while it has the rights to.
    """
    from twisted.internet import reactor

    settings = options.settings
    descriptors = inheritedDescriptors(os.environ)
    if descriptors:
        sockets = adoptedSockets(settings.listen, descriptors)
        return worker(settings, reactor, sockets, workerNumber(os.environ))
    try:
        bound = bindEndpoints(settings.listen)
    except ListenError as error:
        refuse(str(error))
    addLogFile(settings)
    if settings.workers > 1:
        command = workerCommand(options.given, os.environ)
        return Supervisor(reactor, settings.workers, command, bound, settings.shutdownGrace)
    return single(settings, reactor, bound)


def single(settings: Settings, reactor: Any, bound: list[BoundSocket]) -> IService:
    """The server in this process."""
    from ogctwist.assemble import makeService as assembled

    service = MultiService()
    server = assembled(settings, reactor, [AdoptedEndpoint(reactor, one) for one in bound])
    server.setServiceParent(service)
    Hangup(reactor, server.reload).setServiceParent(service)
    return service


def worker(settings: Settings, reactor: Any, sockets: list[BoundSocket], number: int) -> IService:
    """The server in a process of a supervisor."""
    from ogctwist.assemble import makeService as assembled

    service = MultiService()
    endpoints = [AdoptedEndpoint(reactor, one, isShared=True) for one in sockets]
    assembled(settings, reactor, endpoints, number).setServiceParent(service)
    SupervisorLink(reactor).setServiceParent(service)
    return service


def workerCommand(given: list[str], environment: Mapping[str, str]) -> WorkerCommand:
    """
    The same command, for a worker.

    @param given: the options of this one.
    """
    return WorkerCommand(
        sys.executable,
        ["-c", _START, "--nodaemon", "--pidfile=", "--logfile=-", "ogcserver", *given],
        {
            **environment,
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "PYTHONUNBUFFERED": "1",
            _DIRECTORY_VARIABLE: os.getcwd(),
        },
    )


def addLogFile(settings: Settings) -> None:
    """The log files of QGIS Server's variables, beside twistd's own."""
    if settings.logLevel not in _LEVELS:
        return
    predicate = LogLevelFilterPredicate(_LEVELS[settings.logLevel])
    outputs: list[IO[str]] = []
    if settings.logFile:
        try:
            outputs.append(open(settings.logFile, "a", 1, encoding="utf-8"))  # noqa: SIM115
        except OSError as error:
            refuse(f"The log {settings.logFile} cannot be written: {error.strerror}")
    if settings.logStderr:
        outputs.append(sys.stderr)
    for output in outputs:
        globalLogPublisher.addObserver(FilteringLogObserver(textFileLogObserver(output), [predicate]))


class Hangup(Service):
    """SIGHUP: open the access log again, and read the projects again."""

    def __init__(self, reactor: Any, reload: Callable[[], None]):
        self._reactor = reactor
        self._reload = reload
        self._before: Any = None

    def startService(self) -> None:
        """Listen for the signal."""
        super().startService()
        if hasattr(signal, "SIGHUP"):
            handler = partial(self._reactor.callFromThread, self._reload)
            self._before = signal.signal(signal.SIGHUP, lambda *_: handler())

    def stopService(self) -> None:
        """Listen no more."""
        super().stopService()
        if self._before is not None:
            signal.signal(signal.SIGHUP, self._before)
