"""Settings: where they come from, what is refused, and the sample configuration."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.settings import Settings, SettingsError, readSettings
from ogctwist.settings.reading import knownSettings, shownSettings
from ogctwist.settings.sample import sampleConfiguration

ROOT = Path(__file__).resolve().parent.parent

#: The variables of QGIS Server 3.22 to 4.0, of its documentation.
# fmt: off
QGIS_VARIABLES = [
    "QGIS_OPTIONS_PATH", "QGIS_PLUGINPATH", "QGIS_PROJECT_FILE", "QGIS_SERVER_PARALLEL_RENDERING",
    "QGIS_SERVER_MAX_THREADS", "QGIS_SERVER_LOG_LEVEL", "QGIS_SERVER_LOG_FILE", "QGIS_SERVER_LOG_STDERR",
    "QGIS_SERVER_LOG_PROFILE", "QGIS_SERVER_CACHE_DIRECTORY", "QGIS_SERVER_CACHE_SIZE",
    "QGIS_SERVER_OVERRIDE_SYSTEM_LOCALE", "QGIS_SERVER_SHOW_GROUP_SEPARATOR",
    "QGIS_SERVER_IGNORE_BAD_LAYERS", "QGIS_SERVER_IGNORE_RENDERING_ERRORS", "QGIS_SERVER_RETRY_BAD_LAYERS",
    "QGIS_SERVER_TRUST_LAYER_METADATA", "QGIS_SERVER_FORCE_READONLY_LAYERS", "QGIS_SERVER_DISABLE_GETPRINT",
    "QGIS_SERVER_WMS_MAX_WIDTH", "QGIS_SERVER_WMS_MAX_HEIGHT", "QGIS_SERVER_API_RESOURCES_DIRECTORY",
    "QGIS_SERVER_API_WFS3_MAX_LIMIT", "QGIS_SERVER_API_WFS3_ROOT_PATH", "QGIS_SERVER_LANDING_PAGE_PREFIX",
    "QGIS_SERVER_LANDING_PAGE_PROJECTS_DIRECTORIES", "QGIS_SERVER_LANDING_PAGE_PROJECTS_PG_CONNECTIONS",
    "QGIS_SERVER_SERVICE_URL", "QGIS_SERVER_WMS_SERVICE_URL", "QGIS_SERVER_WFS_SERVICE_URL",
    "QGIS_SERVER_WCS_SERVICE_URL", "QGIS_SERVER_WMTS_SERVICE_URL",
    "QGIS_SERVER_PROJECT_CACHE_CHECK_INTERVAL", "QGIS_SERVER_PROJECT_CACHE_STRATEGY",
    "QGIS_SERVER_PROJECT_CACHE_SIZE", "QGIS_SERVER_CAPABILITIES_CACHE_SIZE",
    "QGIS_SERVER_ALLOWED_EXTRA_SQL_TOKENS", "QGIS_SERVER_APPLICATION_NAME", "QGIS_SERVER_DISABLED_APIS",
]
# fmt: on


class ReadSettingsTests(SynchronousTestCase):
    def file(self, text: str) -> str:
        path = self.mktemp()
        Path(path).write_text(text, encoding="utf-8")
        return os.path.abspath(path)

    def refused(self, message: str, **arguments: object) -> None:
        error = self.assertRaises(SettingsError, readSettings, **arguments)
        self.assertRegex(str(error), message)
        self.assertNotIn("\n", str(error))

    def test_defaults(self) -> None:
        settings = readSettings()
        self.assertEqual(settings, Settings())
        self.assertEqual(set(settings.origins.values()), {"default"})
        self.assertEqual(settings.limits.body, 10_000_000)
        self.assertEqual(settings.limits.request.parameters, 1_000)

    def test_order(self) -> None:
        path = self.file("[server]\nworkers = 2\nlisten = ['tcp:1']\nshutdown_grace = 5\n")
        environment = {"OGCTWIST_WORKERS": "3", "OGCTWIST_LISTEN": "tcp:2\ntcp:3:interface=::1"}
        settings = readSettings({"workers": "4"}, environment, path)
        self.assertEqual(settings.workers, 4)
        self.assertEqual(settings.listen, ("tcp:2", "tcp:3:interface=::1"))
        self.assertEqual(settings.shutdownGrace, 5.0)
        self.assertEqual(settings.origins["workers"], "option --workers")
        self.assertEqual(settings.origins["listen"], "environment OGCTWIST_LISTEN")
        self.assertEqual(settings.origins["shutdownGrace"], "file")
        self.assertEqual(settings.origins["limits.body"], "default")

    def test_limits(self) -> None:
        settings = readSettings({}, {"OGCTWIST_LIMITS_BODY": "5"}, self.file("[limits]\nhook_time = 2.5"))
        self.assertEqual((settings.limits.body, settings.limits.hookTime), (5, 2.5))
        self.assertEqual(settings.origins["limits.hookTime"], "file")

    def test_everyVariableOfQgisIsKnown(self) -> None:
        known = {known.variable for known in knownSettings()}
        self.assertEqual([name for name in QGIS_VARIABLES if name not in known], [])

    def test_variablesAndKeysAreUnique(self) -> None:
        known = list(knownSettings())
        self.assertEqual(len({k.variable for k in known}), len(known))
        self.assertEqual(len({(k.about.section, k.key) for k in known}), len(known))

    def test_relativePaths(self) -> None:
        path = self.file('[server]\nprojects_roots = ["maps"]\n[server.aliases]\nroads = "r.qgs"\n')
        here = os.path.dirname(path)
        settings = readSettings({"project": "p.qgs"}, {"QGIS_PLUGINPATH": "/a:b"}, path, "/srv")
        self.assertEqual(settings.projectsRoots, (here + "/maps",))
        self.assertEqual(dict(settings.aliases), {"roads": here + "/r.qgs"})
        self.assertEqual(settings.project, "/srv/p.qgs")
        self.assertEqual(settings.plugins, ("/a", "/srv/b"))

    def test_projectInADatabase(self) -> None:
        uri = "postgresql://?service=gis&schema=public&project=roads"
        self.assertEqual(readSettings({"project": uri}).project, uri)

    def test_flags(self) -> None:
        for text, value in (("1", True), ("TRUE", True), ("false", False), ("0", False), ("", False)):
            settings = readSettings({}, {"QGIS_SERVER_IGNORE_BAD_LAYERS": text})
            self.assertIs(settings.ignoreBadLayers, value)

    def test_badValues(self) -> None:
        self.refused("^option --workers: 'x' is not an integer$", options={"workers": "x"})
        self.refused("^option --workers: '0': at least 1 is expected$", options={"workers": "0"})
        self.refused(
            "^environment QGIS_SERVER_WMS_MAX_WIDTH: '1e3' is not an integer$",
            environment={"QGIS_SERVER_WMS_MAX_WIDTH": "1e3"},
        )
        self.refused("true or false", environment={"QGIS_SERVER_TRUST_LAYER_METADATA": "perhaps"})
        self.refused(
            "one of filesystem, periodic, off",
            environment={"QGIS_SERVER_PROJECT_CACHE_STRATEGY": "never"},
        )
        self.refused("is not a number", environment={"OGCTWIST_LIMITS_WRITE_STALL": "nan"})

    def test_badFiles(self) -> None:
        self.refused("cannot be read: No such file", configFile="/no/such.toml")
        self.refused("is not TOML", configFile=self.file("[server"))
        self.refused(r"no section \[sever\]; did you mean server", configFile=self.file("[sever]"))
        self.refused(
            r"\[server\] has no worker; did you mean workers", configFile=self.file("[server]\nworker = 1")
        )
        self.refused(
            r"workers in section \[server\] of .*: 'True' is not an integer",
            configFile=self.file("[server]\nworkers = true"),
        )
        self.refused("no section", configFile=self.file("workers = 1"))

    def test_unknownVariable(self) -> None:
        self.refused(
            "no setting OGCTWIST_WORKRES; did you mean OGCTWIST_WORKERS",
            environment={"OGCTWIST_WORKRES": "2"},
        )

    def test_shownWithoutSecrets(self) -> None:
        name = "QGIS_SERVER_LANDING_PAGE_PROJECTS_PG_CONNECTIONS"
        shown = shownSettings(readSettings({}, {name: "postgresql://me:secret@host"}))
        self.assertNotIn("secret", repr(shown))
        self.assertEqual(
            shown["landingPageProjectsPgConnections"], {"value": "set", "origin": f"environment {name}"}
        )

    def test_disabledApis(self) -> None:
        settings = readSettings({}, {"QGIS_SERVER_DISABLED_APIS": "Landing Page,OGC WFS3 (Draft)"})
        self.assertTrue(settings.isApiDisabled("landing page"))
        self.assertFalse(settings.isApiDisabled("SampleApi"))


class SampleConfigurationTests(SynchronousTestCase):
    def test_isTheOneInConf(self) -> None:
        """C{python -m ogctwist.settings.sample > conf/ogctwist.toml} was run after the last change."""
        conf = (ROOT / "conf" / "ogctwist.toml").read_text(encoding="utf-8")
        self.assertEqual(conf, sampleConfiguration())

    def test_saysTheDefaults(self) -> None:
        """With every setting uncommented the sample changes nothing."""
        text = re.sub(r"(?m)^#(?=[a-z0-9_]+ = )", "", sampleConfiguration())
        path = self.mktemp()
        Path(path).write_text(text, encoding="utf-8")
        settings = readSettings(configFile=path)
        self.assertEqual(settings, Settings())
        self.assertEqual(set(settings.origins.values()), {"file"})

    def test_isToml(self) -> None:
        self.assertEqual(
            list(tomllib.loads(sampleConfiguration())),
            ["server", "web", "network", "pools", "caches", "qgis", "limits"],
        )
