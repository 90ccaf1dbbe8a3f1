# -*- test-case-name: tests.qgiscompat.core.test_values -*-
"""QgsApplication, QgsSettings and the registries."""

from __future__ import annotations

import threading
from typing import Any

from ogctwist.qgiscompat.core.enums import withEnums
from ogctwist.qgiscompat.core.messages import MESSAGE_LOG, QgsLogger, QgsMessageLog
from ogctwist.qgiscompat.inert import NotOnServer
from ogctwist.qgiscompat.qt.objects import pyqtSignal
from ogctwist.qgiscompat.wrapper import Wrapper


@withEnums("QgsSettings", ())
class QgsSettings(Wrapper):
    """
    Settings of the process: what plugins set is there for all, until it ends.  Nothing is read
    from QGIS's own files, nor written to them.
    """

    _q_values: dict[str, Any] = {}
    _q_lock = threading.Lock()

    def _make(self, *arguments: Any) -> None:
        self._q_group = ""

    def _q_key(self, key: str) -> str:
        return "/".join(part for part in (self._q_group, key.strip("/")) if part)

    def value(self, key: str, defaultValue: Any = None, type: Any = None, section: int = 0) -> Any:
        """The value, in the type wanted."""
        found = self._q_values.get(self._q_key(key), defaultValue)
        if type is None or found is None:
            return found
        if type is bool:
            return str(found).lower() not in ("", "0", "false")
        return type(found)

    def setValue(self, key: str, value: Any, section: int = 0) -> None:
        """Set a value."""
        with self._q_lock:
            self._q_values[self._q_key(key)] = value

    def contains(self, key: str, section: int = 0) -> bool:
        """Whether there is one."""
        return self._q_key(key) in self._q_values

    def remove(self, key: str, section: int = 0) -> None:
        """Remove a value, and those below it."""
        path = self._q_key(key)
        with self._q_lock:
            for known in [k for k in self._q_values if k == path or k.startswith(f"{path}/")]:
                del self._q_values[known]

    def allKeys(self) -> list[str]:
        """All keys below the group."""
        prefix = f"{self._q_group}/" if self._q_group else ""
        return [k[len(prefix) :] for k in list(self._q_values) if k.startswith(prefix)]

    def childGroups(self) -> list[str]:
        """Groups right below."""
        return list(dict.fromkeys(k.partition("/")[0] for k in self.allKeys() if "/" in k))

    def childKeys(self) -> list[str]:
        """Keys right below."""
        return [k for k in self.allKeys() if "/" not in k]

    def beginGroup(self, prefix: str, section: int = 0) -> None:
        """Keys are below this from now on."""
        self._q_group = self._q_key(prefix)

    def endGroup(self) -> None:
        """Go up again."""
        self._q_group = self._q_group.rpartition("/")[0]

    def group(self) -> str:
        """What keys are below."""
        return self._q_group

    def sync(self) -> None:
        """There is no file."""

    def fileName(self) -> str:
        """There is no file."""
        return ""


class QgsSettingsEntryString(Wrapper):
    """One setting, of text."""

    def _make(self, name: str, *more: Any) -> None:
        plugin, default = (str(more[0]), more[1]) if len(more) > 1 else ("", more[0] if more else "")
        self._q_key = f"plugins/{plugin}/{name}" if plugin else name
        self._q_default = default

    def value(self, *parts: Any) -> Any:
        """Its value."""
        return QgsSettings().value(self._q_key, self._q_default)

    def setValue(self, value: Any, *parts: Any) -> bool:
        """Set it."""
        QgsSettings().setValue(self._q_key, value)
        return True


class QgsProjectStorageRegistry(Wrapper):
    """Where projects may lie besides in files: nowhere."""

    def projectStorages(self) -> list[Any]:
        """None."""
        return []

    def projectStorageFromType(self, name: str) -> None:
        """None."""

    def projectStorageFromUri(self, uri: str) -> None:
        """None."""


class QgsAuthManager(Wrapper):
    """The store of passwords: there is none."""

    def init(self, *arguments: Any) -> bool:
        """Nothing to open."""
        return False

    def isDisabled(self) -> bool:
        """It is."""
        return True

    def authenticationDatabasePath(self) -> str:
        """Nowhere."""
        return ""

    def availableAuthMethodConfigs(self, key: str = "") -> dict[str, Any]:
        """None."""
        return {}

    def masterPasswordIsSet(self) -> bool:
        """It is not."""
        return False

    def setMasterPassword(self, *arguments: Any) -> bool:
        """It cannot be."""
        return False

    def masterPasswordSame(self, password: str) -> bool:
        """It is not."""
        return False


class QgsApplication(Wrapper):
    """The application: the server."""

    def _make(self, *arguments: Any) -> None:
        pass

    @staticmethod
    def instance() -> QgsApplication:
        """It."""
        return _APPLICATION

    @staticmethod
    def messageLog() -> QgsMessageLog:
        """What is connected to it hears what plugins say."""
        return MESSAGE_LOG

    @staticmethod
    def projectStorageRegistry() -> QgsProjectStorageRegistry:
        """Where projects may lie besides in files."""
        return QgsProjectStorageRegistry()

    @staticmethod
    def authManager() -> QgsAuthManager:
        """The store of passwords."""
        return QgsAuthManager()

    @staticmethod
    def layoutItemRegistry() -> Any:
        """@raise NotOnServer: items of layouts are not there for plugins."""
        raise NotOnServer("the items of layouts are not there for plugins on this server")

    @staticmethod
    def prefixPath() -> str:
        """QGIS is installed nowhere."""
        return ""

    qgisSettingsDirPath = pluginPath = pkgDataPath = systemEnvVars = svgPath = prefixPath

    @staticmethod
    def platform() -> str:
        """No desktop."""
        return "server"

    @staticmethod
    def applicationName() -> str:
        """As QGIS's server calls itself."""
        return "QGIS3"

    @staticmethod
    def locale() -> str:
        """The language of messages."""
        return "en"

    @staticmethod
    def processEvents(*arguments: Any) -> None:
        """A plugin's thread has no events."""

    @staticmethod
    def svgPaths() -> list[str]:
        """Folders of drawings: those of the server are not a plugin's."""
        return []


_APPLICATION = QgsApplication()


class QgsNetworkAccessManager(Wrapper):
    """Requests over the network: none leaves through it."""

    requestTimedOut = pyqtSignal(object)
    finished = pyqtSignal(object)

    def _make(self, parent: Any = None) -> None:
        pass

    @staticmethod
    def instance(connectionType: Any = None) -> QgsNetworkAccessManager:
        """The one that there is."""
        return _NETWORK

    def _q_drop(self, request: Any, *arguments: Any) -> Any:
        QgsLogger.warning("a request of a plugin over QgsNetworkAccessManager was not sent")
        return InertReply()

    get = post = put = head = deleteResource = sendCustomRequest = _q_drop


class InertReply(Wrapper):
    """The reply to a request that was not sent: it never comes."""

    finished = pyqtSignal()
    errorOccurred = pyqtSignal(object)

    def error(self) -> int:
        """That of a network that cannot be reached."""
        return 3

    def errorString(self) -> str:
        """Why."""
        return "plugins of this server do not use the network through QGIS"

    def isFinished(self) -> bool:
        """It is over."""
        return True

    def readAll(self) -> bytes:
        """Nothing."""
        return b""

    def abort(self) -> None:
        """Nothing is under way."""

    deleteLater = close = abort


_NETWORK = QgsNetworkAccessManager()


class QgsProviderRegistry(Wrapper):
    """The kinds of sources that can be read."""

    def _make(self, *arguments: Any) -> None:
        pass

    @staticmethod
    def instance(path: str = "") -> QgsProviderRegistry:
        """It."""
        return _PROVIDERS

    def providerList(self) -> list[str]:
        """Their names."""
        return ["delimitedtext", "gdal", "memory", "ogr", "spatialite"]

    def pluginList(self, html: bool = False) -> str:
        """The same as text."""
        names = self.providerList()
        return "<ol>" + "".join(f"<li>{n}<br></li>" for n in names) + "</ol>" if html else "\n".join(names)

    def providerMetadata(self, name: str) -> Any:
        """None: databases are not reached through it."""
        return None

    def decodeUri(self, provider: str, uri: str) -> dict[str, Any]:
        """The parts of a source's text."""
        from ogctwist.project.datasource import splitFileUri, splitUrl

        if provider in ("ogr", "gdal"):
            split = splitFileUri(uri)
            found: dict[str, Any] = {"path": split.path, "layerName": split.layerName or None}
            found["layerId"] = split.layerId
            if split.subset:
                found["subset"] = split.subset
            return found
        if provider == "delimitedtext":
            return {"path": splitUrl(uri).path}
        return {}


_PROVIDERS = QgsProviderRegistry()
