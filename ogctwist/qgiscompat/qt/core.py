# -*- test-case-name: tests.qgiscompat.test_qt -*-
"""PyQt5.QtCore without Qt: what of it server plugins use."""

from __future__ import annotations

from ogctwist.qgiscompat.qt.bytearrays import QByteArray

__all__ = ["QByteArray"]
