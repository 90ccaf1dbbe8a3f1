# -*- test-case-name: tests.qgiscompat.test_settings -*-
"""QgsServerSettings: the settings of the server, under QGIS's names."""

from __future__ import annotations

import os
from enum import IntEnum

from ogctwist.qgiscompat.active import activeRuntime
from ogctwist.qgiscompat.qt import qtModule
from ogctwist.qgiscompat.wrapper import Wrapper, exposed
from ogctwist.settings import Settings, readSettings


class EnvVar(IntEnum):
    """The variables of the environment."""

    QGIS_OPTIONS_PATH = 0
    QGIS_SERVER_PARALLEL_RENDERING = 1
    QGIS_SERVER_MAX_THREADS = 2
    QGIS_SERVER_LOG_LEVEL = 3
    QGIS_SERVER_LOG_FILE = 4
    QGIS_SERVER_LOG_STDERR = 5
    QGIS_PROJECT_FILE = 6
    QGIS_SERVER_IGNORE_BAD_LAYERS = 7
    QGIS_SERVER_CACHE_DIRECTORY = 8
    QGIS_SERVER_CACHE_SIZE = 9
    QGIS_SERVER_SHOW_GROUP_SEPARATOR = 10
    QGIS_SERVER_OVERRIDE_SYSTEM_LOCALE = 11
    QGIS_SERVER_WMS_MAX_HEIGHT = 12
    QGIS_SERVER_WMS_MAX_WIDTH = 13
    QGIS_SERVER_API_RESOURCES_DIRECTORY = 14
    QGIS_SERVER_API_WFS3_MAX_LIMIT = 15
    QGIS_SERVER_TRUST_LAYER_METADATA = 16
    QGIS_SERVER_DISABLE_GETPRINT = 17
    QGIS_SERVER_LANDING_PAGE_PROJECTS_DIRECTORIES = 18
    QGIS_SERVER_LANDING_PAGE_PROJECTS_PG_CONNECTIONS = 19
    QGIS_SERVER_LOG_PROFILE = 20
    QGIS_SERVER_SERVICE_URL = 21
    QGIS_SERVER_WMS_SERVICE_URL = 22
    QGIS_SERVER_WFS_SERVICE_URL = 23
    QGIS_SERVER_WCS_SERVICE_URL = 24
    QGIS_SERVER_WMTS_SERVICE_URL = 25
    QGIS_SERVER_LANDING_PAGE_PREFIX = 26
    QGIS_SERVER_PROJECT_CACHE_CHECK_INTERVAL = 27
    QGIS_SERVER_PROJECT_CACHE_STRATEGY = 28
    QGIS_SERVER_ALLOWED_EXTRA_SQL_TOKENS = 29
    QGIS_SERVER_APPLICATION_NAME = 30
    QGIS_SERVER_CAPABILITIES_CACHE_SIZE = 31
    QGIS_SERVER_FORCE_READONLY_LAYERS = 32
    QGIS_SERVER_PROJECT_CACHE_SIZE = 33
    QGIS_SERVER_RETRY_BAD_LAYERS = 34


class Source(IntEnum):
    """Where a setting comes from."""

    DEFAULT_VALUE = 0
    ENVIRONMENT_VARIABLE = 1
    INI_FILE = 2


@exposed(EnvVar, Source)
class QgsServerSettingsEnv(qtModule("QtCore").QObject):  # type: ignore[misc]
    """The names of the settings."""


class QgsServerSettings(Wrapper):
    """
    The settings of the running server; without one, those of the environment.

    C{load()} reads the environment anew, for this object.
    """

    _q_settings: Settings

    def _make(self, a0: QgsServerSettings | None = None) -> None:
        runtime = activeRuntime()
        if a0 is not None:
            self._q_settings = a0._q_settings
        elif runtime is not None:
            self._q_settings = runtime.settings
        else:
            self._q_settings = readSettings({}, os.environ)

    def load(self, envVarName: str | None = None) -> bool | None:
        """Read the environment anew.  @return: for one variable: whether there is such a setting."""
        if envVarName is not None and envVarName not in EnvVar.__members__:
            return False
        if activeRuntime() is None:
            self._q_settings = readSettings({}, os.environ)
        return None if envVarName is None else True

    def logSummary(self) -> None:
        """Log the settings and where they come from."""
        from ogctwist.qgiscompat.server.logger import QgsServerLogger

        for name, origin in sorted(self._q_settings.origins.items()):
            value = getattr(self._q_settings, name, None)
            QgsServerLogger.instance().logMessage(f"{name} = {value!r} ({origin})", "Server", 0)

    @staticmethod
    def name(env: int) -> str:
        """The name of a variable."""
        return EnvVar(env).name

    def iniFile(self) -> str:
        """The path of the configuration file, ''."""
        return self._q_settings.configFile

    def projectFile(self) -> str:
        """The default project."""
        return self._q_settings.project

    def parallelRendering(self) -> bool:
        """Whether layers are drawn at the same time."""
        return self._q_settings.parallelRendering

    def maxThreads(self) -> int:
        """How many, -1: as many as there are processors."""
        return self._q_settings.maxThreads

    def logLevel(self) -> int:
        """What is logged: 0 information, 1 warnings, 2 critical, 4 nothing."""
        return self._q_settings.logLevel

    def logFile(self) -> str:
        """The log file, ''."""
        return self._q_settings.logFile

    def logStderr(self) -> bool:
        """Whether the log goes to standard error too."""
        return self._q_settings.logStderr

    def logProfile(self) -> bool:
        """Whether times are logged."""
        return self._q_settings.logProfile

    def ignoreBadLayers(self) -> bool:
        """Whether projects with bad layers are served."""
        return self._q_settings.ignoreBadLayers

    def retryBadLayers(self) -> bool:
        """Whether bad layers are tried again."""
        return self._q_settings.retryBadLayers

    def trustLayerMetadata(self) -> bool:
        """Whether extents in projects are believed."""
        return self._q_settings.trustLayerMetadata

    def forceReadOnlyLayers(self) -> bool:
        """Whether no layer can be written to."""
        return self._q_settings.forceReadonlyLayers

    def getPrintDisabled(self) -> bool:
        """Whether GetPrint is switched off."""
        return self._q_settings.disableGetPrint

    def cacheDirectory(self) -> str:
        """The folder of the network cache."""
        return self._q_settings.cacheDirectory

    def cacheSize(self) -> int:
        """Its size in bytes."""
        return self._q_settings.cacheSize

    def showGroupSeparator(self) -> bool:
        """Whether numbers are written with separators."""
        return self._q_settings.showGroupSeparator

    def overrideSystemLocale(self) -> str:
        """The locale, ''."""
        return self._q_settings.overrideSystemLocale

    def wmsMaxHeight(self) -> int:
        """The greatest height of a map, -1: none is set."""
        return self._q_settings.wmsMaxHeight

    def wmsMaxWidth(self) -> int:
        """The greatest width of a map, -1: none is set."""
        return self._q_settings.wmsMaxWidth

    def apiResourcesDirectory(self) -> str:
        """The folder of templates of APIs."""
        return self._q_settings.apiResourcesDirectory

    def apiWfs3MaxLimit(self) -> int:
        """The greatest number of features of one page."""
        return self._q_settings.apiWfs3MaxLimit

    def landingPageProjectsDirectories(self) -> str:
        """Folders of projects, with bars between them."""
        return "||".join(self._q_settings.landingPageProjectsDirectories)

    def landingPageProjectsPgConnections(self) -> str:
        """Connections to databases with projects, with bars between them."""
        return "||".join(self._q_settings.landingPageProjectsPgConnections)

    def landingPageBaseUrlPrefix(self) -> str:
        """The path of the landing page."""
        return self._q_settings.landingPagePrefix

    def serviceUrl(self, service: str) -> str:
        """The URL of a service as the administrator set it, ''."""
        own = getattr(self._q_settings, f"{service.lower()}ServiceUrl", "")
        return own or self._q_settings.serviceUrl

    def projectCacheCheckInterval(self) -> int:
        """Milliseconds in which a project is not looked at again."""
        return self._q_settings.projectCacheCheckInterval

    def projectCacheStrategy(self) -> str:
        """C{filesystem}, C{periodic} or C{off}."""
        return self._q_settings.projectCacheStrategy

    def projectCacheSize(self) -> int:
        """How many projects are kept."""
        return self._q_settings.projectCacheSize

    def capabilitiesCacheSize(self) -> int:
        """How many projects' capabilities are kept."""
        return self._q_settings.capabilitiesCacheSize

    def allowedExtraSqlTokens(self) -> list[str]:
        """Words that filters may contain."""
        return list(self._q_settings.allowedExtraSqlTokens)

    def applicationName(self) -> str:
        """The name under which databases know the server."""
        return self._q_settings.applicationName
