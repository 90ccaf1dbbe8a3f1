# -*- test-case-name: tests.qgiscompat.test_qt -*-
"""PyQt5.QtCore without Qt: what of it server plugins use."""

from __future__ import annotations

from typing import Any

from twisted.logger import Logger

from ogctwist.qgiscompat.qt.bytearrays import QByteArray
from ogctwist.qgiscompat.qt.dates import QDate, QDateTime, QTime
from ogctwist.qgiscompat.qt.devices import (
    QBuffer,
    QFile,
    QIODevice,
    QTemporaryDir,
    QTemporaryFile,
    QTextStream,
)
from ogctwist.qgiscompat.qt.files import (
    QDir,
    QDirIterator,
    QFileInfo,
    QMimeDatabase,
    QMimeType,
    QStandardPaths,
)
from ogctwist.qgiscompat.qt.namespace import Qt
from ogctwist.qgiscompat.qt.objects import (
    QCoreApplication,
    QEventLoop,
    QObject,
    QTimer,
    QTranslator,
    pyqtProperty,
    pyqtSignal,
    pyqtSlot,
)
from ogctwist.qgiscompat.qt.patterns import (
    QRegExp,
    QRegularExpression,
    QRegularExpressionMatch,
    QRegularExpressionMatchIterator,
)
from ogctwist.qgiscompat.qt.settings import QCryptographicHash, QLocale, QSettings, QTextCodec, QUuid
from ogctwist.qgiscompat.qt.shapes import QPoint, QPointF, QRect, QRectF, QSize, QSizeF
from ogctwist.qgiscompat.qt.urls import QUrl, QUrlQuery
from ogctwist.qgiscompat.qt.variants import NULL, QMetaType, QVariant

__all__ = [
    "PYQT_VERSION",
    "PYQT_VERSION_STR",
    "QT_VERSION",
    "QT_VERSION_STR",
    "QBuffer",
    "QByteArray",
    "QCoreApplication",
    "QCryptographicHash",
    "QDate",
    "QDateTime",
    "QDir",
    "QDirIterator",
    "QEventLoop",
    "QFile",
    "QFileInfo",
    "QIODevice",
    "QLocale",
    "QMetaType",
    "QMimeDatabase",
    "QMimeType",
    "QObject",
    "QPoint",
    "QPointF",
    "QRect",
    "QRectF",
    "QRegExp",
    "QRegularExpression",
    "QRegularExpressionMatch",
    "QRegularExpressionMatchIterator",
    "QSettings",
    "QSize",
    "QSizeF",
    "QStandardPaths",
    "QTemporaryDir",
    "QTemporaryFile",
    "QTextCodec",
    "QTextStream",
    "QTime",
    "QTimer",
    "QTranslator",
    "QUrl",
    "QUrlQuery",
    "QUuid",
    "QVariant",
    "Qt",
    "pyqtProperty",
    "pyqtSignal",
    "pyqtSlot",
    "qCritical",
    "qDebug",
    "qWarning",
]

log = Logger()

#: The version whose behaviour this follows.
QT_VERSION_STR = PYQT_VERSION_STR = "5.15.2"
QT_VERSION = PYQT_VERSION = 0x050F02
#: QGIS adds it to its own QtCore.
NULL = NULL


def qDebug(text: Any) -> None:
    """A line in the log."""
    log.debug("{text}", text=str(text))


def qWarning(text: Any) -> None:
    """A line in the log."""
    log.warn("{text}", text=str(text))


def qCritical(text: Any) -> None:
    """A line in the log."""
    log.critical("{text}", text=str(text))
