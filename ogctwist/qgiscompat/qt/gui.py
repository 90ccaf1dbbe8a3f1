# -*- test-case-name: tests.qgiscompat.test_qt_images -*-
"""PyQt5.QtGui without Qt: colours, pictures and a simple painter."""

from __future__ import annotations

from ogctwist.qgiscompat.inert import inertClass
from ogctwist.qgiscompat.qt.colors import (
    QBrush,
    QColor,
    QFont,
    QFontDatabase,
    QPen,
    qAlpha,
    qBlue,
    qGreen,
    qRed,
    qRgb,
    qRgba,
)
from ogctwist.qgiscompat.qt.images import QImage, QPixmap
from ogctwist.qgiscompat.qt.objects import QCoreApplication
from ogctwist.qgiscompat.qt.painting import QFontMetrics, QPainter, QPainterPath

__all__ = [
    "QBrush",
    "QColor",
    "QFont",
    "QFontDatabase",
    "QFontMetrics",
    "QGuiApplication",
    "QIcon",
    "QImage",
    "QPainter",
    "QPainterPath",
    "QPalette",
    "QPen",
    "QPixmap",
    "qAlpha",
    "qBlue",
    "qGreen",
    "qRed",
    "qRgb",
    "qRgba",
]


class QGuiApplication(QCoreApplication):
    """The process; it has no screen."""


QIcon = inertClass("PyQt5.QtGui", "QIcon")
QPalette = inertClass("PyQt5.QtGui", "QPalette")
