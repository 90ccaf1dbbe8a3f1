"""What is importable as C{qgis.gui}: a server has none; every name is there, and inert."""

__all__: list[str] = []
