"""PyQt5.QtWidgets without Qt: a server has no widgets; the names are there, and inert."""

from ogctwist.qgiscompat.inert import inertClass
from ogctwist.qgiscompat.qt.gui import QGuiApplication

__all__ = ["QAction", "QApplication", "QDialog", "QGraphicsItem", "QMessageBox", "QWidget"]

QApplication = QGuiApplication
QAction = inertClass("PyQt5.QtWidgets", "QAction")
QDialog = inertClass("PyQt5.QtWidgets", "QDialog")
QGraphicsItem = inertClass("PyQt5.QtWidgets", "QGraphicsItem")
QMessageBox = inertClass("PyQt5.QtWidgets", "QMessageBox")
QWidget = inertClass("PyQt5.QtWidgets", "QWidget")
