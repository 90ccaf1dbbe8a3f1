# -*- test-case-name: tests.qgiscompat.core.test_project -*-
"""The classes of layers."""

from __future__ import annotations

from ogctwist.qgiscompat.core.maplayer import QgsMapLayer
from ogctwist.qgiscompat.core.rasterlayer import KINDS, QgsRasterLayer
from ogctwist.qgiscompat.core.vectorlayer import QgsVectorLayer

__all__ = ["KINDS", "QgsMapLayer", "QgsRasterLayer", "QgsVectorLayer"]
