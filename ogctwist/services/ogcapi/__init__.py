"""OGC API Features (OGC 17-069r4) over the vector layers of a project, below /wfs3 as QGIS Server has it."""
