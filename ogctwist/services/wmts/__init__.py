"""WMTS 1.0.0 (OGC 07-057r7): the maps of the WMS as tiles."""
