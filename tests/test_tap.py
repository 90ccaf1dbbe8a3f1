"""The command: its options, its refusals, its service."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import zipfile
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any
from unittest import mock

from twisted.application.service import IService, IServiceMaker
from twisted.logger import globalLogPublisher
from twisted.plugin import IPlugin, getPlugins
from twisted.trial.unittest import SynchronousTestCase, TestCase
from zope.interface.verify import verifyObject

from ogctwist import tap
from ogctwist.workers.supervisor import Supervisor

ROOT = Path(__file__).resolve().parent.parent
#: As little of a project as is looked at before the start.
PROJECT = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'><qgis/>"


def cleanEnvironment() -> dict[str, str]:
    """Without settings of whoever runs the tests."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("QGIS_", "OGCTWIST_"))}


class OptionsCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.folder = Path(self.mktemp()).absolute()
        self.folder.mkdir()
        self.project = self.folder / "p.qgs"
        self.project.write_text(PROJECT)
        patch = mock.patch.dict(os.environ, cleanEnvironment(), clear=True)
        patch.start()
        self.addCleanup(patch.stop)

    def parse(self, *arguments: str) -> tap.Options:
        options = tap.Options()
        options.parseOptions(list(arguments))
        return options

    def refused(self, message: str, *arguments: str) -> None:
        """One line, and a status that is not 0: what SystemExit with a text means."""
        error = self.assertRaises(SystemExit, self.parse, *arguments)
        self.assertIsInstance(error.code, str)
        self.assertRegex(error.code, "^ogcserver: ")
        self.assertIn(message, error.code)
        self.assertNotIn("\n", error.code)


class OptionsTests(OptionsCase):
    def test_thePromptWantsKeys(self):
        self.refused("--manhole-keys", "--project", str(self.project), "--manhole", "2222")
        keys = self.folder / "keys"
        named = ("--project", str(self.project), "--manhole", "2222", "--manhole-keys", str(keys))
        self.refused("cannot be read", *named)
        keys.write_text("# none yet\n")
        self.refused("no key", *named)

    def test_thePromptWithKeys(self):
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from twisted.conch.ssh.keys import Key

        keys = self.folder / "keys"
        keys.write_bytes(Key(Ed25519PrivateKey.generate()).public().toString("openssh"))
        named = ("--project", str(self.project), "--manhole", "2222", "--manhole-keys", str(keys))
        settings = self.parse(*named).settings
        self.assertEqual((settings.manhole, settings.manholeKeys), ("2222", str(keys)))

    def test_settings(self) -> None:
        settings = self.parse(
            "--project", str(self.project), "--projects-root", str(self.folder), "--projects-root", "/",
            "--listen", "tcp:1", "--listen", "tcp:2:interface=127.0.0.1", "--plugins", str(self.folder),
            "--workers", "3",
        ).settings  # fmt: skip
        self.assertEqual(settings.project, str(self.project))
        self.assertEqual(settings.projectsRoots, (str(self.folder), "/"))
        self.assertEqual(settings.listen, ("tcp:1", "tcp:2:interface=127.0.0.1"))
        self.assertEqual(settings.plugins, (str(self.folder),))
        self.assertEqual(settings.workers, 3)

    def test_defaults(self) -> None:
        settings = self.parse("-p", str(self.project)).settings
        self.assertEqual(settings.listen, ("tcp:8080:interface=127.0.0.1",))
        self.assertEqual((settings.workers, settings.plugins), (1, ()))

    def test_environmentAndFile(self) -> None:
        config = self.folder / "c.toml"
        config.write_text('[server]\nproject = "no.qgs"\nworkers = 4\n')
        with mock.patch.dict(os.environ, {"QGIS_PROJECT_FILE": str(self.project)}):
            settings = self.parse("--config", str(config)).settings
        self.assertEqual((settings.project, settings.workers), (str(self.project), 4))

    def test_help(self) -> None:
        text = str(tap.Options())
        for option in (
            "--project=",
            "--projects-root=",
            "--listen=",
            "--plugins=",
            "--config=",
            "--workers=",
        ):
            self.assertIn(option, text)

    def test_version(self) -> None:
        out = io.StringIO()
        with redirect_stdout(out):
            error = self.assertRaises(SystemExit, self.parse, "--version")
        self.assertEqual((error.code, out.getvalue()[:9]), (0, "ogctwist "))

    def test_badOptions(self) -> None:
        self.refused("option --bogus not recognized", "--bogus")
        self.refused("option --project requires argument", "--project")
        self.refused("'x.qgs' is not an option", "x.qgs")
        self.refused("'many' is not an integer", "-p", str(self.project), "--workers", "many")

    def test_nothingToServe(self) -> None:
        self.refused("There is nothing to serve")

    def test_badProjects(self) -> None:
        self.refused("/no/p.qgs cannot be read: No such file", "--project", "/no/p.qgs")
        self.refused("cannot be read: Is a directory", "--project", str(self.folder))
        (self.folder / "text.qgs").write_text("hello")
        self.refused("is not a QGIS project", "--project", str(self.folder / "text.qgs"))
        (self.folder / "text.qgz").write_text("hello")
        self.refused("is not a .qgz project", "--project", str(self.folder / "text.qgz"))

    def test_unreadableProject(self) -> None:
        with mock.patch("builtins.open", side_effect=PermissionError(13, "Permission denied")):
            self.refused("cannot be read: Permission denied", "--project", str(self.project))

    def test_zippedProject(self) -> None:
        path = self.folder / "p.qgz"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("p.qgs", PROJECT)
        self.assertEqual(self.parse("-p", str(path)).settings.project, str(path))

    def test_badDirectories(self) -> None:
        self.refused("--projects-root: /no/such is not a directory", "--projects-root", "/no/such")
        self.refused(
            "--plugins: /no/such is not a directory", "-p", str(self.project), "--plugins", "/no/such"
        )

    def test_searchPath(self) -> None:
        """QGIS_PLUGINPATH may name what is not there."""
        with mock.patch.dict(os.environ, {"QGIS_PLUGINPATH": "/no/such"}):
            self.assertEqual(self.parse("-p", str(self.project)).settings.plugins, ("/no/such",))

    def test_badConfiguration(self) -> None:
        self.refused("The configuration /no/c.toml cannot be read", "--config", "/no/c.toml")


class MakeServiceTests(OptionsCase):
    def test_plugin(self) -> None:
        plugins = {plugin.tapname: plugin for plugin in getPlugins(IServiceMaker)}
        plugin = plugins["ogcserver"]
        verifyObject(IServiceMaker, plugin)
        verifyObject(IPlugin, plugin)
        self.assertIs(plugin.options, tap.Options)
        self.assertIs(plugin.makeService, tap.makeService)

    def test_takenPort(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            text = f"tcp:{taken.getsockname()[1]}:interface=127.0.0.1"
            options = self.parse("-p", str(self.project), "--listen", text)
            error = self.assertRaises(SystemExit, tap.makeService, options)
        self.assertEqual(error.code, f"ogcserver: Cannot listen on {text}: Address already in use")

    def test_workers(self) -> None:
        arguments = ("-p", str(self.project), "--listen", "tcp:0:interface=127.0.0.1", "--workers", "2")
        service = tap.makeService(self.parse(*arguments))
        assert isinstance(service, Supervisor)
        self.assertTrue(IService.providedBy(service))
        for bound in service._sockets:
            bound.close()
        command = service._command
        self.assertEqual(command.arguments[-len(arguments) :], list(arguments))
        self.assertIn("--nodaemon", command.arguments)

    def logged(self, **variables: str) -> None:
        with mock.patch.dict(os.environ, variables):
            options = self.parse("-p", str(self.project))
        before = list(globalLogPublisher._observers)
        tap.addLogFile(options.settings)
        for observer in globalLogPublisher._observers:
            if observer not in before:
                self.addCleanup(globalLogPublisher.removeObserver, observer)

    def test_logFile(self) -> None:
        from twisted.logger import Logger

        path = self.folder / "log"
        self.logged(QGIS_SERVER_LOG_FILE=str(path))
        log = Logger()
        log.info("said")
        log.warn("warned")
        self.assertIn("warned", path.read_text())
        self.assertNotIn("said", path.read_text())

    def test_badLogFile(self) -> None:
        error = self.assertRaises(SystemExit, self.logged, QGIS_SERVER_LOG_FILE="/no/such/log")
        self.assertIn("cannot be written: No such file", str(error.code))


class HangupTests(SynchronousTestCase):
    def test_hangup(self) -> None:
        before = signal.getsignal(signal.SIGHUP)
        called: list[Any] = []

        class Reactor:
            def callFromThread(self, function: Any) -> None:
                called.append(function)

        service = tap.Hangup(Reactor(), str)  # type: ignore[arg-type]
        service.startService()
        self.addCleanup(signal.signal, signal.SIGHUP, before)
        signal.raise_signal(signal.SIGHUP)
        service.stopService()
        self.assertEqual(called, [str])
        self.assertEqual(signal.getsignal(signal.SIGHUP), before)


class CommandTests(TestCase):
    """The command itself, in a process."""

    timeout = 60

    def run_(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        start = "from twisted.scripts.twistd import run; run()"
        return subprocess.run(
            [sys.executable, "-c", start, "--nodaemon", "--pidfile=", "ogcserver", *arguments],
            capture_output=True,
            text=True,
            env={**cleanEnvironment(), "PYTHONPATH": str(ROOT)},
            timeout=50,
            check=False,
        )

    def test_refusal(self) -> None:
        """One line on standard error, and a status that is not 0."""
        done = self.run_("--project", "/no/such.qgs")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(
            done.stderr,
            "ogcserver: option --project: /no/such.qgs cannot be read: No such file or directory\n",
        )

    def test_help(self) -> None:
        done = self.run_("--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("--projects-root=", done.stdout)
