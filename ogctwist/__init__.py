"""An OGC server for QGIS projects, on Twisted, that needs no QGIS."""

__version__ = "0.1.0"
