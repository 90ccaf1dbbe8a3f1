# -*- test-case-name: tests.services.wmts.test_gettile -*-
"""Which tile a request means, and as which map the WMS draws it."""

from __future__ import annotations

from dataclasses import dataclass

from ogctwist.geo.tilematrix import TILE_SIZE, TileMatrix, TileMatrixSet
from ogctwist.interfaces import OWSException
from ogctwist.ows.exceptions import quoted
from ogctwist.ows.parameters import Parameters
from ogctwist.project.model import Project
from ogctwist.services.wms.layertree import PublishedGroup, PublishedTree, rootName
from ogctwist.services.wmts.published import JPEG, PNG
from ogctwist.services.wmts.tilesets import tileMatrixSets


class RequestNotWellFormed(OWSException):
    """What QGIS Server answers to most WMTS requests that make no sense to it."""

    code = "RequestNotWellFormed"


@dataclass(frozen=True)
class Tile:
    """
    A tile of one layer.

    @ivar layer: its name, as in WMS.
    @ivar style: '' for the current one.
    @ivar format: C{image/png} or C{image/jpeg}.
    """

    layer: str
    style: str
    format: str
    tiles: TileMatrixSet
    matrix: TileMatrix
    column: int
    row: int

    @property
    def variant(self) -> tuple[tuple[str, str], ...]:
        """All that its picture depends on, for the key under which it is kept."""
        return (
            ("LAYER", self.layer),
            ("STYLE", self.style),
            ("FORMAT", self.format),
            ("TILEMATRIXSET", self.tiles.crs.authid),
            ("TILEMATRIX", str(self.matrix.level)),
            ("TILEROW", str(self.row)),
            ("TILECOL", str(self.column)),
        )

    def mapParameters(self) -> dict[str, str]:
        """The parameters of a GetMap of WMS 1.3.0 that draws it."""
        crs = self.tiles.crs
        box = self.tiles.tile(self.matrix, self.column, self.row)
        bounds = (box.swapped() if crs.isNorthFirst else box).bounds
        return {
            "SERVICE": "WMS",
            "VERSION": "1.3.0",
            "REQUEST": "GetMap",
            "LAYERS": self.layer,
            "STYLES": self.style,
            "CRS": crs.authid,
            "BBOX": ",".join(map(repr, bounds)),
            "WIDTH": str(TILE_SIZE),
            "HEIGHT": str(TILE_SIZE),
            "FORMAT": self.format,
            "TRANSPARENT": "FALSE" if self.format == JPEG else "TRUE",
            "TILED": "TRUE",
        }


def requestedTile(parameters: Parameters, project: Project) -> Tile:
    """
    The tile that a request asks for.

    @raise OWSException: a parameter is missing or wrong, or there is no such tile.
    """
    column = parameters.integer("TILECOL")
    row = parameters.integer("TILEROW")
    level = parameters.integer("TILEMATRIX")
    layer = parameters.text("LAYER")
    if not layer:
        raise RequestNotWellFormed("Layer is mandatory", locator="LAYER")
    _checkOffered(layer, project)
    form = _requestedFormat(parameters)
    name = parameters.text("TILEMATRIXSET")
    if not name:
        raise RequestNotWellFormed("TileMatrixSet is mandatory", locator="TILEMATRIXSET")
    tiles = tileMatrixSets(project).get(name)
    if tiles is None:
        raise RequestNotWellFormed("TileMatrixSet is unknown", locator="TILEMATRIXSET")
    matrix = tiles.matrices[_within("TileMatrix", level, len(tiles.matrices))]
    style = parameters.text("STYLE")
    return Tile(
        layer,
        "" if style == "default" else style,
        form,
        tiles,
        matrix,
        _within("TileCol", column, matrix.columns),
        _within("TileRow", row, matrix.rows),
    )


def _within(name: str, number: int | None, count: int) -> int:
    if number is None:
        raise RequestNotWellFormed(f"{name} is mandatory", locator=name.upper())
    if not 0 <= number < count:
        raise RequestNotWellFormed(f"{name} is unknown", locator=name.upper())
    return number


def _requestedFormat(parameters: Parameters) -> str:
    text = parameters.text("FORMAT").strip().lower()
    if text in ("", PNG, "png"):
        return PNG
    if text in (JPEG, "image/jpg", "jpeg", "jpg"):
        return JPEG
    raise OWSException(
        f"The format '{quoted(parameters.text('FORMAT'))}' is not offered: {PNG} and {JPEG} are",
        "InvalidFormat",
        "FORMAT",
    )


def _checkOffered(name: str, project: Project) -> None:
    """
    @raise OWSException: C{LayerNotDefined}: nothing of that name is offered as tiles.
    """
    tree = PublishedTree(project, project.layers)
    group = tree.groupNamed(name)
    isOffered = any(found.layer.wmts.published for found in tree.layersNamed(name))
    if not isOffered and group is not None:
        isOffered = _isOffered(group, project)
    if not isOffered:
        raise OWSException(f"Layer '{quoted(name)}' not found", "LayerNotDefined", "LAYER", version="1.3.0")


def _isOffered(group: PublishedGroup, project: Project) -> bool:
    if group.group is project.tree:
        return project.publication.wmts.projectPublished and bool(rootName(project))
    return group.group.wmts.published
