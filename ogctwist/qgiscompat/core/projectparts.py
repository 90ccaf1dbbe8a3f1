# -*- test-case-name: tests.qgiscompat.core.test_project -*-
"""What a QgsProject tells of itself, and its parts: tree, themes, relations, layouts."""

from __future__ import annotations

import os
from typing import Any

from ogctwist.project.model import Project
from ogctwist.qgiscompat.core.collections import (
    QgsMapThemeCollection,
    QgsProjectVersion,
    QgsProjectViewSettings,
    QgsRelationManager,
)
from ogctwist.qgiscompat.core.crs import QgsCoordinateReferenceSystem, QgsCoordinateTransformContext
from ogctwist.qgiscompat.core.enums import Qgis
from ogctwist.qgiscompat.core.layertree import QgsLayerTree, treeOf
from ogctwist.qgiscompat.core.layouts import QgsLayoutManager
from ogctwist.qgiscompat.core.metadata import QgsProjectMetadata
from ogctwist.qgiscompat.qt import qtModule
from ogctwist.qgiscompat.wrapper import Wrapper


class ProjectParts(Wrapper):
    """The descriptive side of a project."""

    _q_project: Project
    _q_parts: dict[str, Any]

    def _q_change(self, **changes: Any) -> None:
        raise NotImplementedError

    def _q_part(self, name: str, make: Any) -> Any:
        if name not in self._q_parts:
            self._q_parts[name] = make()
        return self._q_parts[name]

    def _q_variables(self) -> dict[str, Any]:
        project = self._q_project
        return {
            "project_title": project.title,
            "project_path": project.path,
            "project_folder": self.homePath(),
            "project_filename": os.path.basename(project.path),
            "project_basename": self.baseName(),
            "project_home": self.homePath(),
            "project_crs": project.crs.authid if project.crs else "",
            "project_crs_definition": self.crs().toProj(),
            "project_crs_description": self.crs().description(),
            "project_crs_proj4": self.crs().toProj(),
            "project_crs_wkt": self.crs().toWkt(),
            "project_ellipsoid": project.ellipsoid,
            "project_abstract": self.metadata().abstract(),
            "project_author": self.metadata().author(),
            "project_identifier": self.metadata().identifier(),
            "project_keywords": self.metadata().keywords(),
            "layer_ids": list(project.layers),
            **project.variables,
        }

    # -- the file

    def fileName(self) -> str:
        """The path of the project's file, or ''."""
        return self._q_project.path

    def absoluteFilePath(self) -> str:
        """The same, absolute."""
        return os.path.abspath(self._q_project.path) if self._q_project.path else ""

    def absolutePath(self) -> str:
        """The folder of the file."""
        return os.path.dirname(self.absoluteFilePath())

    def homePath(self) -> str:
        """The folder that paths start from."""
        return self.absolutePath()

    def baseName(self) -> str:
        """The file's name without its ending."""
        return os.path.splitext(os.path.basename(self._q_project.path))[0]

    def originalPath(self) -> str:
        """Where it was read from."""
        return self._q_project.path

    def presetHomePath(self) -> str:
        """A home other than the file's folder: none."""
        return ""

    def lastModified(self) -> Any:
        """When the file was changed: a QDateTime."""
        core = qtModule("QtCore")
        try:
            return core.QDateTime.fromMSecsSinceEpoch(int(os.stat(self._q_project.path).st_mtime * 1000))
        except OSError:
            return core.QDateTime()

    lastSaveDateTime = lastModified

    def lastSaveVersion(self) -> QgsProjectVersion:
        """The version of QGIS that wrote the file."""
        return QgsProjectVersion(self._q_project.qgisVersion)

    # -- what it says of itself

    def title(self) -> str:
        """Its title."""
        return self._q_project.title

    def setTitle(self, title: str) -> None:
        """Set it, as long as the request lasts."""
        self._q_change(title=str(title))

    def metadata(self) -> QgsProjectMetadata:
        """What is told of it as a resource."""
        return QgsProjectMetadata(self._q_project.metadata)

    def setMetadata(self, metadata: QgsProjectMetadata) -> None:
        """Set that."""
        self._q_change(metadata=dict(metadata._q_values))

    def crs(self) -> QgsCoordinateReferenceSystem:
        """Its reference system."""
        return QgsCoordinateReferenceSystem._q_of(self._q_project.crs)

    def setCrs(self, crs: QgsCoordinateReferenceSystem, adjustEllipsoid: bool = False) -> None:
        """Set it."""
        self._q_change(crs=crs._q_crs)

    def ellipsoid(self) -> str:
        """What it measures on."""
        return self._q_project.ellipsoid or "NONE"

    def setEllipsoid(self, ellipsoid: str) -> None:
        """Set it."""
        self._q_change(ellipsoid=str(ellipsoid))

    def transformContext(self) -> QgsCoordinateTransformContext:
        """How it transforms coordinates."""
        return QgsCoordinateTransformContext()

    def distanceUnits(self) -> Any:
        """What it measures lengths in."""
        text = str(self._q_project.properties.get("Measurement/DistanceUnits", "meters"))
        return _unit(Qgis.DistanceUnit, text, Qgis.DistanceUnit.Meters)  # type: ignore[attr-defined]

    def areaUnits(self) -> Any:
        """What it measures areas in."""
        text = str(self._q_project.properties.get("Measurement/AreaUnits", "m2"))
        named = {"m2": "SquareMeters", "km2": "SquareKilometers", "ha": "Hectares", "ft2": "SquareFeet",
                 "ac": "Acres", "mi2": "SquareMiles", "y2": "SquareYards"}  # fmt: skip
        return Qgis.AreaUnit[named.get(text, "SquareMeters")]  # type: ignore[attr-defined]

    def backgroundColor(self) -> Any:
        """Behind the map: a QColor."""
        return qtModule("QtGui").QColor(*self._q_project.backgroundColor)

    def selectionColor(self) -> Any:
        """Of what is selected."""
        return qtModule("QtGui").QColor(*self._q_project.selectionColor)

    def customVariables(self) -> dict[str, Any]:
        """Variables that the file declares."""
        return dict(self._q_project.variables)

    def setCustomVariables(self, variables: dict[str, Any]) -> None:
        """Set them, as long as the request lasts."""
        self._q_change(variables=dict(variables))
        self.customVariablesChanged.emit()  # type: ignore[attr-defined]

    def mapScales(self) -> list[float]:
        """Its own scales."""
        return self.viewSettings().mapScales()

    def useProjectScales(self) -> bool:
        """Whether they count."""
        return self.viewSettings().useProjectScales()

    def viewSettings(self) -> QgsProjectViewSettings:
        """How it is shown."""
        return QgsProjectViewSettings(self._q_project)

    # -- its parts

    def layerTreeRoot(self) -> QgsLayerTree:
        """The layer tree."""
        return self._q_part("tree", lambda: treeOf(self._q_project.tree, self))

    def mapThemeCollection(self) -> QgsMapThemeCollection:
        """Its map themes."""
        return self._q_part("themes", lambda: QgsMapThemeCollection(self))

    def relationManager(self) -> QgsRelationManager:
        """Its relations."""
        return self._q_part("relations", lambda: QgsRelationManager(self))

    def layoutManager(self) -> QgsLayoutManager:
        """Its layouts, by name."""
        return self._q_part("layouts", lambda: QgsLayoutManager(self))


def _unit(enum: Any, text: str, default: Any) -> Any:
    return next(
        (m for n, m in enum.__members__.items() if n.lower() == text.lower().replace(" ", "")), default
    )
