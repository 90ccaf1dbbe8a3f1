# -*- test-case-name: tests.qgiscompat.test_server_small -*-
"""QgsServerLogger: messages of plugins in the server's log."""

from __future__ import annotations

from typing import Any

from twisted.logger import Logger

from ogctwist.qgiscompat.qt import qtModule

log = Logger(namespace="qgis")


class QgsServerLogger(qtModule("QtCore").QObject):  # type: ignore[misc]
    """The log; where it goes is for the settings of the server to say."""

    _q_instance: QgsServerLogger | None = None

    def __init__(self) -> None:
        super().__init__()
        self._q_level = 0

    @staticmethod
    def instance() -> QgsServerLogger:
        """The one there is."""
        if QgsServerLogger._q_instance is None:
            QgsServerLogger._q_instance = QgsServerLogger()
        return QgsServerLogger._q_instance

    def logLevel(self) -> int:
        """Messages below are dropped: 0 none, 1 information, 2 warnings too, 4 all."""
        return self._q_level

    def setLogLevel(self, level: int) -> None:
        """Drop messages below a level."""
        self._q_level = int(level)

    def setLogFile(self, filename: str = "") -> None:
        """Without effect."""

    def setLogStderr(self) -> None:
        """Without effect."""

    def formatLogMessage(self, message: str, tag: str, level: int = 0) -> str:
        """A message as one line."""
        return f"{oneLine(tag)}[{int(level)}]: {oneLine(message)}"

    def logMessage(self, message: str, tag: str = "", level: int = 0) -> None:
        """A line in the log: 0 information (3 success), 1 a warning, 2 critical."""
        if self._q_level and (int(level) == 3 or int(level) < self._q_level):
            return
        write: Any = {1: log.warn, 2: log.critical}.get(int(level), log.info)
        write("{tag}: {message}", tag=oneLine(tag), message=oneLine(message))


def oneLine(text: Any) -> str:
    """Text of a plugin, perhaps of its client, fit for one line of a log."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(text))
