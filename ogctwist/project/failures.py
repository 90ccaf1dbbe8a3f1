# -*- test-case-name: tests.project.test_failures -*-
"""
Layers that cannot be used.

A layer is opened on first use, so that a project's file alone does not tell
whether its layers are good.  That a file is not there can be seen at once, and
QGIS Server refuses a whole project for it unless it is told to ignore bad layers.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ogctwist.project.layers import LayerKind
from ogctwist.project.model import Project
from ogctwist.project.sourcepaths import localFiles

__all__ = ["anyExists", "badLayers", "localFailures", "missingFiles", "withFailures"]


def missingFiles(project: Project) -> tuple[str, ...]:
    """
    The local files that layers need and that are not there; blocking: one look
    at each file, for worker threads.
    """
    wanted = (path for layer in project.layers.values() for path in localFiles(layer.source))
    return tuple(path for path in dict.fromkeys(wanted) if not os.path.exists(path))


def anyExists(paths: Iterable[str]) -> bool:
    """Whether one of the files is there."""
    return any(map(os.path.exists, paths))


def localFailures(project: Project, missing: Iterable[str] | None = None) -> dict[str, str]:
    """
    @param missing: what L{missingFiles} found, if it was asked already.
    @return: layer id to reason, for layers that have not failed yet and whose
        file is not there.  Blocking, as L{missingFiles}.
    """
    lost = frozenset(missingFiles(project) if missing is None else missing)
    failures = {}
    for layer in project.layers.values():
        if layer.failure is not None:
            continue
        if layer.source.uri.startswith("localized:"):
            failures[layer.id] = "none of the folders for shared data has its file"
        for path in localFiles(layer.source):
            if path in lost:
                failures[layer.id] = f"the file {path} does not exist"
    return failures


def withFailures(project: Project, failures: Mapping[str, str]) -> Project:
    """@return: the project with these layers failed; itself when there are none."""
    if not failures:
        return project
    layers = {
        layerId: replace(layer, failure=failures[layerId]) if layerId in failures else layer
        for layerId, layer in project.layers.items()
    }
    return replace(project, layers=layers)


def badLayers(project: Project) -> dict[str, str]:
    """
    @return: id to reason of the layers for which a server that does not ignore
        bad layers refuses the project, as QGIS: failed ones, save those that are
        restricted by their very name.  Layers of a kind that is not supported
        here are no mistake of the project's.
    """
    restricted = project.publication.wms.restrictedLayers
    return {
        layer.id: layer.failure
        for layer in project.layers.values()
        if layer.failure is not None
        and layer.kind in (LayerKind.VECTOR, LayerKind.RASTER)
        and layer.name not in restricted
    }
