"""
A real PostgreSQL with PostGIS for tests: started once in a test process, on a
port of its own, in a temporary directory, and ended with the process.
"""

from __future__ import annotations

import atexit
import ctypes
import glob
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from unittest import SkipTest

_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/bin")
_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1


class PostgresServer:
    """
    A running server; anybody on this machine may connect as C{postgres}.

    @ivar host: (likewise C{port}) of its TCP socket.
    """

    host = "127.0.0.1"

    def __init__(self, programs: str):
        self._programs = programs
        self.folder = tempfile.mkdtemp(prefix="pg")
        self.port = _freePort()
        self._identity: dict[str, Any] = {}
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            self._identity = {"user": "postgres", "group": "postgres", "extra_groups": []}
            shutil.chown(self.folder, "postgres", "postgres")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the cluster and run the server; returns when it takes connections."""
        data = os.path.join(self.folder, "data")
        subprocess.run(
            [
                f"{self._programs}/initdb",
                *("-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N", "--locale=C.UTF-8"),
            ],
            check=True,
            capture_output=True,
            cwd=self.folder,
            **self._identity,
        )
        settings = {
            "listen_addresses": self.host,
            "port": self.port,
            "unix_socket_directories": self.folder,
            "fsync": "off",
            "shared_buffers": "32MB",
            "max_connections": 40,
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with open(os.path.join(self.folder, "log"), "wb") as log:
            self._process = subprocess.Popen(
                [f"{self._programs}/postgres", "-D", data, *options],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                preexec_fn=_endWithParent(),
                **self._identity,
            )
        self._wait()
        self.execute("CREATE EXTENSION postgis", "CREATE EXTENSION hstore", "CREATE EXTENSION citext")

    def _wait(self) -> None:
        import psycopg

        deadline = time.monotonic() + _SECONDS
        while True:
            try:
                psycopg.connect(self.conninfo, connect_timeout=5).close()
                return
            except psycopg.OperationalError as error:
                assert self._process is not None
                if self._process.poll() is not None or time.monotonic() > deadline:
                    log = Path(self.folder, "log").read_text(errors="replace")
                    raise RuntimeError(f"PostgreSQL did not start: {error}\n{log}") from error
                time.sleep(0.05)

    @property
    def conninfo(self) -> str:
        """What libpq connects with."""
        return f"host={self.host} port={self.port} user=postgres dbname=postgres"

    @property
    def uri(self) -> str:
        """The beginning of a layer's data source."""
        return f"dbname='postgres' host={self.host} port={self.port} user='postgres' sslmode=disable"

    def connect(self) -> Any:
        """A new connection of psycopg that commits every statement."""
        import psycopg

        return psycopg.connect(self.conninfo, autocommit=True)

    def execute(self, *statements: str) -> None:
        """Run statements."""
        with self.connect() as connection:
            for statement in statements:
                connection.execute(statement)

    def value(self, statement: str, parameters: tuple[object, ...] = ()) -> Any:
        """The first value of the first row of a statement."""
        with self.connect() as connection:
            row = connection.execute(statement, parameters).fetchone()
            return None if row is None else row[0]

    def connections(self) -> list[tuple[str, str]]:
        """(state, query) of the connections that call themselves C{ogctwist}."""
        with self.connect() as connection:
            return connection.execute(
                "SELECT state, query FROM pg_stat_activity WHERE application_name = 'ogctwist'"
            ).fetchall()

    def stop(self) -> None:
        """End the server at once and remove its files."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)


@cache
def _started() -> PostgresServer | str:
    """The server of this process, or why there is none."""
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        return f"psycopg: {error}"
    programs = sorted(path for place in _PLACES for path in glob.glob(place) if _isComplete(path))
    found = shutil.which("postgres")
    if not programs and found is not None and _isComplete(os.path.dirname(found)):
        programs = [os.path.dirname(found)]
    if not programs:
        return "no PostgreSQL server with PostGIS is installed"
    server = PostgresServer(programs[-1])
    atexit.register(server.stop)
    server.start()
    return server


def postgresServer() -> PostgresServer:
    """
    The server, which the first call starts.

    @raise SkipTest: its programs are not installed; where C{CI} is set to
        C{true} that is an error instead.
    """
    server = _started()
    if isinstance(server, str):
        if os.environ.get("CI") == "true":
            raise RuntimeError(server)
        raise SkipTest(server)
    return server


def _isComplete(folder: str) -> bool:
    if not (os.path.exists(f"{folder}/initdb") and os.path.exists(f"{folder}/postgres")):
        return False
    shared = subprocess.run([f"{folder}/pg_config", "--sharedir"], capture_output=True, text=True)
    return os.path.exists(os.path.join(shared.stdout.strip(), "extension", "postgis.control"))


def _freePort() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _endWithParent() -> Callable[[], None] | None:
    """On Linux the server ends also when the test process is killed."""
    try:
        prctl = ctypes.CDLL(None).prctl
    except (OSError, AttributeError):
        return None
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)
