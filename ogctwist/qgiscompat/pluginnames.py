# -*- test-case-name: tests.qgiscompat.test_pluginnames -*-
"""What is importable as C{qgis.utils}: the plugins of the server."""

from __future__ import annotations

#: The QgisInterface of the desktop: a server has none.
iface = None
