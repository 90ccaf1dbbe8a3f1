# -*- test-case-name: tests.services.test_variables -*-
"""The variables that expressions of a project may use: QGIS's scopes as one mapping."""

from __future__ import annotations

import os
from collections.abc import Mapping

from ogctwist.expression import ExpressionContext
from ogctwist.geo.view import MapView
from ogctwist.project.layers import Layer
from ogctwist.project.model import Project

#: The level of QGIS whose expressions and styles we follow.
QGIS_VERSION = "3.34.0-Prizren"


def globalVariables() -> dict[str, object]:
    """Of the application."""
    return {
        "qgis_version": QGIS_VERSION,
        "qgis_version_no": 33400,
        "qgis_release_name": "Prizren",
        "qgis_platform": "server",
        "qgis_locale": "en_US",
    }


def projectVariables(project: Project) -> dict[str, object]:
    """Of the project; what its file declares hides what is derived."""
    crs = project.crs
    service = project.publication.service
    return {
        "project_title": project.title,
        "project_path": "",
        "project_folder": "",
        "project_filename": os.path.basename(project.path),
        "project_basename": os.path.splitext(os.path.basename(project.path))[0],
        "project_home": "",
        "project_crs": crs.authid if crs else "",
        "project_crs_definition": "",
        "project_ellipsoid": project.ellipsoid,
        "project_abstract": service.abstract,
        "project_keywords": list(service.keywords),
        **project.variables,
    }


def layerVariables(layer: Layer) -> dict[str, object]:
    """Of a layer."""
    return {
        "layer_name": layer.name,
        "layer_id": layer.id,
        "layer": layer.id,
        "layer_crs": layer.crs.authid if layer.crs else "",
    }


def mapVariables(view: MapView) -> dict[str, object]:
    """Of a map's frame."""
    x, y = view.extent.centre
    return {
        "map_id": "canvas",
        "map_rotation": 0.0,
        "map_scale": view.scaleDenominator,
        "map_extent_center_x": x,
        "map_extent_center_y": y,
        "map_extent_width": view.extent.width,
        "map_extent_height": view.extent.height,
        "map_units": "degrees" if view.crs.isGeographic else "meters",
        "map_crs": view.crs.authid,
    }


def layerContext(
    project: Project,
    layer: Layer,
    view: MapView | None = None,
    more: Mapping[str, object] | None = None,
) -> ExpressionContext:
    """
    The context of a layer's expressions.  Paths of this machine are not among
    the variables: an expression of a request could read them out.
    """
    variables = {**globalVariables(), **projectVariables(project), **layerVariables(layer)}
    if view is not None:
        variables |= mapVariables(view)
    return ExpressionContext(variables=variables | dict(more or {}))
