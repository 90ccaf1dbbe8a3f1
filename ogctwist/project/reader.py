# -*- test-case-name: tests.project.test_reader -*-
"""
A project file to a L{Project}.

Nothing opens a data source: a layer whose data cannot be read is found out on
first use (or by L{ogctwist.project.failures.localFailures}).
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable

import pyproj
from lxml import etree

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.project.document import ProjectDocument, ProjectLimits, documentOf, readDocument
from ogctwist.project.elements import boxOf, crsOf, flagOf, namedCrs, textOf
from ogctwist.project.embedding import Embedding
from ogctwist.project.errors import ProjectError, ProjectNotFound
from ogctwist.project.layerreader import LayerContext, readLayer, variablesOf
from ogctwist.project.layers import Layer
from ogctwist.project.location import isStored, shownPath
from ogctwist.project.metadata import readMetadata
from ogctwist.project.model import Project
from ogctwist.project.paths import PathResolver
from ogctwist.project.properties import PropertyReader, readProperties
from ogctwist.project.publicationreader import LayerPublication, readPublication
from ogctwist.project.themes import readRelations, readThemes
from ogctwist.project.treereader import TreeReader, customOrderOf

__all__ = ["ProjectError", "ProjectLimits", "ProjectNotFound", "Stored", "readProject"]

#: Reads a project that lies in a database: its address -> the bytes of the file, and their version.
Stored = Callable[[str, ProjectLimits], tuple[bytes, str]]


def readProject(
    path: str,
    roots: Iterable[str] = (),
    limits: ProjectLimits | None = None,
    localizedFolders: Iterable[str] = (),
    stored: Stored | None = None,
) -> Project:
    """
    Read a project; blocking: for worker threads.

    @param path: a .qgs or .qgz file, or the address of a project in a database.
    @param roots: folders; projects outside of them are not embedded.  Empty: no bound.
    @param localizedFolders: where C{localized:} paths are looked for.
    @param stored: reads projects in databases; None: there are none.
    @raise ProjectError: when it cannot be read.
    """
    limits = limits or ProjectLimits()
    if isStored(path):
        absolute, folder = path, os.sep  # relative paths have no meaning there
        document = _storedDocument(path, limits, stored)
    else:
        absolute = os.path.abspath(path)
        folder = os.path.dirname(absolute)
        document = readDocument(absolute, limits)
    resolver = PathResolver(folder, tuple(localizedFolders))
    try:
        return _Reading(absolute, document, resolver, limits, tuple(roots)).project()
    except ProjectError as error:
        raise ProjectError(error.reason, shownPath(absolute)) from error


def _storedDocument(path: str, limits: ProjectLimits, stored: Stored | None) -> ProjectDocument:
    if stored is None:
        raise ProjectError("projects in databases are not read here")
    data, version = stored(path, limits)
    return documentOf(io.BytesIO(data), version, limits)


class _Reading:
    """One project on its way from XML to a value."""

    def __init__(
        self,
        path: str,
        document: ProjectDocument,
        resolver: PathResolver,
        limits: ProjectLimits,
        roots: tuple[str, ...],
        embeds: bool = True,
    ):
        self._path = path
        self._document = document
        self._root = document.root
        self._resolver = resolver
        self._limits = limits
        self._properties = readProperties(self._root.find("properties"))
        self._entries = PropertyReader(self._properties)
        self._publication = LayerPublication(self._properties)
        self._embeds = embeds
        self._embedding = Embedding(resolver, roots, limits, self._publication, self._readOther)

    def project(self) -> Project:
        root = self._root
        layers = self._layers()
        tree = TreeReader(self._publication, self._limits.depth).read(root)
        if self._embeds:
            tree = self._embedding.fill(tree, layers)
        others = self._embedding.versions
        return Project(
            path=self._path,
            version="+".join((self._document.version, *others.values())),
            files=(self._path, *others),
            warnings=tuple(self._embedding.warnings),
            title=textOf(root.find("title")),
            qgisVersion=root.get("version", ""),
            crs=self._crs(),
            layers=layers,
            tree=tree,
            publication=readPublication(self._properties),
            extent=self._extent(),
            fullExtent=self._viewExtent("PresetFullExtent"),
            ellipsoid=self._entries.text("Measure/Ellipsoid") or "NONE",
            customOrder=customOrderOf(root),
            themes=readThemes(root.find("visibility-presets")),
            relations=readRelations(root.find("relations")),
            properties=self._properties,
            variables=variablesOf(
                self._properties.get("Variables/variableNames"),
                self._properties.get("Variables/variableValues"),
            ),
            metadata=readMetadata(root.find("projectMetadata")),
            selectionColor=self._color("Gui/SelectionColor", (255, 255, 0, 255)),
            backgroundColor=self._color("Gui/CanvasColor", (255, 255, 255, 255)),
            layoutsXml=_bytesOf(root.find("Layouts")),
            annotationLayerXml=_bytesOf(root.find("main-annotation-layer")),
            labelSettings={k: self._entries.text(f"PAL/{k}") for k in self._entries.below("PAL")},
        )

    def _readOther(self, path: str) -> Project:
        """Another project, without what it borrows itself."""
        document = readDocument(path, self._limits)
        resolver = PathResolver(os.path.dirname(path), self._resolver.localizedFolders)
        return _Reading(path, document, resolver, self._limits, (), embeds=False).project()

    def _crs(self) -> CRS | None:
        """
        Files of 2.x: that of the canvas, which counted also without reprojection
        on the fly.  Later: C{projectCrs}, unless projections are switched off.
        """
        element = self._root.find("projectCrs")
        canvas = self._root.find("mapcanvas/destinationsrs")
        if element is None and canvas is not None and self._root.get("version", "").startswith("2."):
            return crsOf(canvas)
        if self._entries.integer("SpatialRefSys/ProjectionsEnabled", 0) == 0:
            return None
        if element is not None:
            return crsOf(element)
        return namedCrs(
            self._entries.text("SpatialRefSys/ProjectCrs"),
            self._entries.text("SpatialRefSys/ProjectCRSProj4String"),
        )

    def _extent(self) -> Box | None:
        """What the project shows at first, in its own CRS."""
        view = self._viewExtent("DefaultViewExtent")
        if view is not None:
            return view
        for canvas in self._root.iterchildren("mapcanvas"):
            if canvas.get("name", "theMapCanvas") == "theMapCanvas":
                return boxOf(canvas.find("extent"))
        return None

    def _viewExtent(self, tag: str) -> Box | None:
        element = self._root.find(f"ProjectViewSettings/{tag}")
        box = boxOf(element)
        source, target = crsOf(element), self._crs()
        if box is None or box.isEmpty or source is None or target is None or source == target:
            return box
        transformer = pyproj.Transformer.from_crs(source.pyproj, target.pyproj, always_xy=True)
        moved = Box(*transformer.transform_bounds(*box.bounds))
        return moved if moved.isFinite else None

    def _layers(self) -> dict[str, Layer]:
        context = LayerContext(
            self._resolver, self._publication, frozenset(self._entries.items("Identify/disabledLayers"))
        )
        layers: dict[str, Layer] = {}
        for element in self._root.iterfind("projectlayers/maplayer"):
            if flagOf(element.get("embedded")):
                if not self._embeds:
                    continue
                layer = self._embedding.layer(element.get("id", ""), element.get("project", ""))
            else:
                layer = readLayer(element, context)
            if layer.id:
                layers.setdefault(layer.id, layer)
        return layers

    def _color(self, prefix: str, default: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
        red, green, blue, alpha = (
            min(max(self._entries.integer(f"{prefix}{part}Part", value), 0), 255)
            for part, value in zip(("Red", "Green", "Blue", "Alpha"), default, strict=True)
        )
        return red, green, blue, alpha


def _bytesOf(element: etree._Element | None) -> bytes:
    return b"" if element is None else etree.tostring(element, encoding="utf-8", with_tail=False)
