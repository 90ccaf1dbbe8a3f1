# -*- test-case-name: tests.qgiscompat.core.test_project -*-
"""
QgsProject over our own immutable Project.

The rest of the package holds to four members: C{_q_of} makes one of a Project; C{_q_isOf}
says whether it is of that very version, or of what it made of it; C{_q_served} is the Project
that a request is to be served: the same object when nothing was changed, else one of another
C{version}; C{_q_reset} takes the changes back, when the request is over.

What a plugin sets on the project or on one of its layers replaces a part of that object's own
immutable value.  The version of what is served then is made from the changes themselves: equal
changes share what is cached, and nobody else sees it.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields, replace
from typing import Any

from ogctwist.project.model import GroupNode, LayerNode, Project
from ogctwist.project.publication import Publication
from ogctwist.project.publicationreader import readPublication
from ogctwist.qgiscompat.companion import currentCompanion
from ogctwist.qgiscompat.core.enums import withEnums
from ogctwist.qgiscompat.core.layers import KINDS, QgsMapLayer
from ogctwist.qgiscompat.core.projectparts import ProjectParts
from ogctwist.qgiscompat.core.properties import ProjectEntries
from ogctwist.qgiscompat.qt.objects import pyqtSignal

_NOTHING = Project("", "", "", "", None, {}, GroupNode(""), Publication())


@withEnums("QgsProject")
class QgsProject(ProjectEntries, ProjectParts):
    """A project."""

    readProject = pyqtSignal(object)
    writeProject = pyqtSignal(object)
    readMapLayer = pyqtSignal(object, object)
    cleared = pyqtSignal()
    layersAdded = pyqtSignal(list)
    layersRemoved = pyqtSignal(list)
    customVariablesChanged = pyqtSignal()
    dirtySet = pyqtSignal()

    _q_project: Project
    _q_layers: dict[str, Any]

    def _make(self, parent: Any = None, capabilities: Any = None) -> None:
        self._q_use(_NOTHING)

    def _q_use(self, project: Project) -> None:
        self._q_original = self._q_project = project
        self._q_made: list[Project] = []
        self._q_layers = {}
        self._q_added: dict[str, Any] = {}
        self._q_removed: set[str] = set()
        self._q_parts: dict[str, Any] = {}
        self._q_isDirty = False

    @classmethod
    def _q_of(cls, project: Project) -> QgsProject:
        made = cls()
        made._q_use(project)
        return made

    def _q_isOf(self, project: Project) -> bool:
        return project is self._q_original or any(project is each for each in self._q_made)

    def _q_change(self, **changes: Any) -> None:
        """Replace the project by one with changes."""
        self._q_project = replace(self._q_project, **changes)
        self._q_isDirty = True

    def _q_current(self) -> Project:
        """The project as it is now, with what was done to its layers."""
        changed = {
            i: facade._q_layer
            for i, facade in {**self._q_layers, **self._q_added}.items()
            if facade._q_layer is not self._q_original.layers.get(i)
        }
        if not changed and not self._q_removed:
            return self._q_project
        layers = {**self._q_project.layers, **changed}
        return replace(
            self._q_project, layers={i: layer for i, layer in layers.items() if i not in self._q_removed}
        )

    def _q_served(self) -> Project:
        current = self._q_current()
        if current is self._q_original:
            return current
        version = self._q_version(current)
        known = next((each for each in self._q_made if each.version == version), None)
        if known is None:
            known = replace(current, version=version)
            self._q_made.append(known)
        return known

    def _q_version(self, current: Project) -> str:
        """A version that tells what was changed."""
        original, changes = self._q_original, []
        for each in fields(Project):
            now, before = getattr(current, each.name), getattr(original, each.name)
            if each.name == "layers":
                changes += [(i, layer) for i, layer in now.items() if layer is not before.get(i)]
                changes.append(tuple(i for i in before if i not in now))
            elif now is not before:
                changes.append((each.name, now))
        return f"{original.version}~{hashlib.sha256(repr(changes).encode()).hexdigest()[:20]}"

    def _q_reset(self) -> None:
        self._q_project = self._q_original
        self._q_made = []
        self._q_added, self._q_removed, self._q_parts = {}, set(), {}
        self._q_isDirty = False
        self.__dict__.pop("_q_signals", None)
        for facade in self._q_layers.values():
            facade._q_reset()

    @staticmethod
    def instance() -> QgsProject:
        """The project of the current request; an empty one where there is none yet."""
        companion = currentCompanion()
        if companion is None:
            return _EMPTY
        # One of its own, so that what is done to it does not meet another request.
        return companion.project or vars(companion).setdefault("_q_noProject", QgsProject())

    # -- layers

    def mapLayer(self, layerId: str) -> Any:
        """The layer of that id, or None."""
        if layerId in self._q_removed:
            return None
        if layerId in self._q_added:
            return self._q_added[layerId]
        if layerId not in self._q_layers:
            layer = self._q_project.layers.get(layerId)
            if layer is None:
                return None
            self._q_layers[layerId] = KINDS.get(layer.kind, QgsMapLayer)._q_of(layer, self)
        return self._q_layers[layerId]

    def mapLayers(self, validOnly: bool = False) -> dict[str, Any]:
        """Id to layer, of all."""
        ids = [*self._q_project.layers, *self._q_added]
        found = {i: self.mapLayer(i) for i in ids if i not in self._q_removed}
        return {i: layer for i, layer in found.items() if not validOnly or layer.isValid()}

    def validLayers(self) -> dict[str, Any]:
        """Those that can be used."""
        return self.mapLayers(True)

    def mapLayersByName(self, name: str) -> list[Any]:
        """Layers of that name."""
        return [layer for layer in self.mapLayers().values() if layer.name() == name]

    def mapLayersByShortName(self, name: str) -> list[Any]:
        """Layers of that short name."""
        return [layer for layer in self.mapLayers().values() if layer.shortName() == name]

    def layers(self, kind: Any = QgsMapLayer) -> list[Any]:
        """Layers of a class."""
        return [layer for layer in self.mapLayers().values() if isinstance(layer, kind)]

    def count(self) -> int:
        """How many."""
        return len(self.mapLayers())

    def layerStore(self) -> QgsProject:
        """What holds the layers: the project itself has its methods."""
        return self

    def addMapLayer(self, layer: Any, addToLegend: bool = True, takeOwnership: bool = True) -> Any:
        """Add a layer, as long as the request lasts."""
        layer._q_project = self
        self._q_removed.discard(layer.id())
        self._q_added[layer.id()] = layer
        if addToLegend:
            tree = self._q_project.tree
            node = LayerNode(layer.id(), layer.name())
            self._q_change(tree=replace(tree, children=(node, *tree.children)))
            self._q_parts.pop("tree", None)
        self.layersAdded.emit([layer])
        return layer

    def addMapLayers(self, layers: Any, addToLegend: bool = True, takeOwnership: bool = True) -> list[Any]:
        """Add layers."""
        return [self.addMapLayer(layer, addToLegend) for layer in layers]

    def removeMapLayer(self, layer: Any) -> None:
        """Remove a layer, as long as the request lasts."""
        layerId = layer if isinstance(layer, str) else layer.id()
        self._q_added.pop(layerId, None)
        self._q_removed.add(layerId)
        self._q_change(tree=without(self._q_project.tree, layerId))
        self._q_parts.pop("tree", None)
        self.layersRemoved.emit([layerId])

    def removeMapLayers(self, layers: Any) -> None:
        """Remove layers."""
        for layer in layers:
            self.removeMapLayer(layer)

    def removeAllMapLayers(self) -> None:
        """Remove all layers."""
        self.removeMapLayers(list(self.mapLayers()))

    def takeMapLayer(self, layer: Any) -> Any:
        """Remove a layer and keep it."""
        self.removeMapLayer(layer)
        return layer

    def layerIsEmbedded(self, layerId: str) -> str:
        """The project that a layer comes from: '' for its own."""
        return ""

    # -- reading and writing

    def read(self, path: Any = "", flags: Any = None) -> bool:
        """Read a project file into this object; whether that could be done."""
        from ogctwist.project.reader import ProjectError, readProject

        path = str(path or self.fileName())
        try:
            self._q_use(readProject(path))
        except ProjectError as error:
            self._q_error = str(error)
            return False
        self.readProject.emit(None)
        return True

    def write(self, path: str = "") -> bool:
        """@raise NotImplementedError: project files are not written here."""
        raise NotImplementedError("project files are not written by this server")

    def clear(self) -> None:
        """Make it an empty one."""
        self._q_use(_NOTHING)
        self.cleared.emit()

    def error(self) -> str:
        """Why the last C{read} failed."""
        return getattr(self, "_q_error", "")

    def isDirty(self) -> bool:
        """Whether something was changed in it."""
        return self._q_isDirty

    def setDirty(self, dirty: bool = True) -> None:
        """Say so."""
        self._q_isDirty = bool(dirty)

    def _q_setProperties(self, properties: dict[str, Any]) -> None:
        self._q_change(properties=properties, publication=readPublication(properties))

    def __repr__(self) -> str:
        return f"<QgsProject: '{self.fileName()}'>"


def without(group: GroupNode, layerId: str) -> GroupNode:
    """A group of the tree without a layer."""
    children = tuple(
        without(child, layerId) if isinstance(child, GroupNode) else child
        for child in group.children
        if isinstance(child, GroupNode) or child.layerId != layerId
    )
    return replace(group, children=children)


_EMPTY = QgsProject()
