"""WCS 1.0.0 (OGC 03-065r6), as QGIS Server has it."""
