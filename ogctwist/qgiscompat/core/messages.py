# -*- test-case-name: tests.qgiscompat.core.test_expression -*-
"""QgsMessageLog and QgsLogger: what plugins say goes into the server's log."""

from __future__ import annotations

from typing import Any

from twisted.logger import Logger, LogLevel

from ogctwist.qgiscompat.core.enums import Qgis
from ogctwist.qgiscompat.qt.objects import pyqtSignal
from ogctwist.qgiscompat.wrapper import Wrapper

log = Logger("ogctwist.plugins")

_LEVELS = {0: LogLevel.info, 1: LogLevel.warn, 2: LogLevel.error, 3: LogLevel.info, 4: LogLevel.info}


class QgsMessageLog(Wrapper):
    """Messages with a tag and a level; one that was said is passed on to what is connected."""

    messageReceived = pyqtSignal(str, str, int)

    #: As QGIS 2 had them; its tutorials still do.
    INFO, WARNING, CRITICAL = Qgis.MessageLevel.Info, Qgis.MessageLevel.Warning, Qgis.MessageLevel.Critical

    def _make(self, parent: Any = None) -> None:
        pass

    @staticmethod
    def logMessage(
        message: Any, tag: Any = "", level: int = 1, notifyUser: bool = True, **named: Any
    ) -> None:
        """Write a message to the log; the level is a warning when none is given."""
        level = Qgis.MessageLevel(int(level))
        text, tag = str(message), str(tag or "")
        log.emit(_LEVELS[level], "{tag}: {text}" if tag else "{text}", tag=tag, text=text)
        MESSAGE_LOG.messageReceived.emit(text, tag, level)


#: The application's.
MESSAGE_LOG = QgsMessageLog()


class QgsLogger(Wrapper):
    """Messages for whoever looks after the code."""

    @staticmethod
    def debug(message: Any, *more: Any) -> None:
        """@param more: a value, and where it was."""
        log.debug("{text}", text=" ".join(map(str, (message, *more))))

    @staticmethod
    def warning(message: Any) -> None:
        """A warning."""
        log.warn("{text}", text=str(message))

    @staticmethod
    def critical(message: Any) -> None:
        """An error."""
        log.error("{text}", text=str(message))

    @staticmethod
    def fatal(message: Any) -> None:
        """An error; the process lives on, other than in QGIS."""
        log.critical("{text}", text=str(message))

    @staticmethod
    def debugLevel() -> int:
        """How much is logged."""
        return 0

    @staticmethod
    def logFile() -> str:
        """There is none: the server has its own."""
        return ""
