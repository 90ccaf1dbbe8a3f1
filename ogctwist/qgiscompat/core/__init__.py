# -*- test-case-name: tests.qgiscompat.core -*-
"""
What is importable as C{qgis.core}.

Names are made when they are first asked for: L{NAMES} says where.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

#: Name to the module of this package that has it.
NAMES: dict[str, str] = {
    name: module
    for module, names in {
        "feature": ("QgsFeature",),
        "filterproviders": ("QgsFeatureFilterProvider",),
        "layers": ("QgsMapLayer", "QgsRasterLayer", "QgsVectorLayer"),
        "project": ("QgsProject",),
    }.items()
    for name in names
}

__all__ = [*NAMES]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name not in NAMES:
        raise AttributeError(f"module 'qgis.core' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{NAMES[name]}"), name)
    return value
