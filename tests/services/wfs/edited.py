"""A server with a WFS over files that can be changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lxml import etree

from ogctwist.project.layers import DataSource, WfsPublication
from ogctwist.services.wfs.editing import Editing
from ogctwist.sources.catalogue import SourceCatalogue
from ogctwist.sources.editing.catalogue import EditCatalogue
from tests.doubles.features import ImmediatePool
from tests.services.wfs.served import ServedWfs, waited
from tests.sources.editing.files import storedIn, writePoints

EVERYTHING = WfsPublication(published=True, precision=3, insert=True, update=True, delete=True)

_HEAD = (
    '<wfs:Transaction xmlns:wfs="{wfs}" xmlns:ogc="http://www.opengis.net/ogc" '
    'xmlns:fes="http://www.opengis.net/fes/2.0" xmlns:gml="http://www.opengis.net/gml" '
    'xmlns:qgs="http://www.qgis.org/gml" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'service="WFS" version="{version}">'
)


class EditedWfs:
    """
    A WFS of layers in files, all of which may be changed unless it is said otherwise.

    @ivar path: the GeoPackage of the layer C{points}.
    @ivar sessions: what opens sessions on it.
    """

    def __init__(self, path: str, editPool: Any = None, **changes: Any):
        pool = ImmediatePool()
        self.path = writePoints(path, "GPKG", "points")
        self.sessions = EditCatalogue()
        self.served = ServedWfs(pool, Editing(editPool or pool, self.sessions, waited))
        self.served.double.catalogue.features = SourceCatalogue(pool).features
        self.addFile("points", f"{path}|layername=points", **changes)

    def addFile(self, name: str, uri: str, provider: str = "ogr", **changes: Any) -> None:
        """Add a layer on a file to the project."""
        self.served.add(name, source=DataSource(provider, uri), **{"wfs": EVERYTHING, **changes})

    def transact(self, actions: str, version: str = "1.1.0", **parameters: str) -> etree._Element:
        """The root of the answer to a Transaction of these actions."""
        return etree.fromstring(self.answer(actions, version, **parameters).body)

    def answer(self, actions: str, version: str = "1.1.0", **parameters: str) -> Any:
        """The whole answer."""
        return self.served.get(document(actions, version), VERSION=version, **parameters)

    def failure(self, actions: str, version: str = "1.1.0") -> tuple[str, str]:
        """Locator and message of a Transaction that was rolled back."""
        root = self.transact(actions, version)
        assert rows(self.path) == UNCHANGED, "it was not rolled back"
        (action,) = root.iterfind(".//{*}Action")
        return action.get("locator"), action.findtext("{*}Message")


def document(actions: str, version: str = "1.1.0") -> bytes:
    """A Transaction."""
    wfs = "http://www.opengis.net/wfs" + ("/2.0" if version.startswith("2") else "")
    return (_HEAD.format(wfs=wfs, version=version) + actions + "</wfs:Transaction>").encode()


def rows(path: str) -> dict[int, tuple[Any, ...]]:
    """What the file holds: name, pop and WKT by id."""
    return storedIn(path, "points")


UNCHANGED = {1: ("a", 10, "POINT (0 0)"), 2: ("b", 20, "POINT (1 10)"), 3: ("c", None, "POINT (2 20)")}


def freshPath(name: str) -> str:
    """A path for a new GeoPackage."""
    return str(Path(name).absolute()) + ".gpkg"
