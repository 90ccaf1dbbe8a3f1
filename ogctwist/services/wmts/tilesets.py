# -*- test-case-name: tests.services.wmts.test_tilesets -*-
"""The tile matrix sets that a project offers: those that it has set, else those that QGIS makes up."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from twisted.logger import Logger

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS, WGS84, UnknownCRS
from ogctwist.geo.tilematrix import PIXEL, TILE_SIZE, TileMatrixSet, levelsDownTo, spanOf
from ogctwist.geo.transforms import TransformError, transformBox
from ogctwist.project.model import Project
from ogctwist.project.publication import WmtsGrid
from ogctwist.services.wms.capabilities.extents import outputCrsList

log = Logger()

#: Of spherical mercator: half the circumference of the earth, and the scale at which it is one tile.
_MERCATOR = 20037508.342789248
_WORLD_SCALE = 559082264.0287179


def tileMatrixSets(project: Project) -> Mapping[str, TileMatrixSet]:
    """The sets of a project by the authid of their CRS, in the order of capabilities."""
    settings = project.publication.wmts
    return _sets(settings.grids, outputCrsList(project), settings.minimumScale)


@lru_cache(maxsize=256)
def _sets(
    grids: tuple[WmtsGrid, ...], offered: tuple[str, ...], minimumScale: float
) -> Mapping[str, TileMatrixSet]:
    """
    Kept, since every tile asks for them.

    @param offered: the reference systems of a project without grids.
    """
    named = {grid.crs: grid for grid in grids}
    sets = {}
    for authid in dict.fromkeys(tuple(named) or offered):
        try:
            crs = CRS.fromAuthid(authid)
            grid = named.get(authid)
            made = _ofGrid(grid, crs, minimumScale) if grid else _usual(crs, minimumScale)
        except (UnknownCRS, TransformError) as error:
            log.warn("no tiles in {crs}: {reason}", crs=authid, reason=str(error))
            continue
        if made is not None:
            sets[authid] = made
    return MappingProxyType(sets)


def _ofGrid(grid: WmtsGrid, crs: CRS, minimumScale: float) -> TileMatrixSet | None:
    """As the project has it; how many tiles it takes follows from where the CRS is valid."""
    if not (grid.scale > 0 and all(map(math.isfinite, (grid.scale, grid.left, grid.top)))):
        return None
    area, span = _areaOf(crs), spanOf(grid.scale, crs)
    columns, rows = (max(math.ceil(side / span - 1e-9), 1) for side in (area.width, area.height))
    levels = grid.lastLevel + 1 if grid.lastLevel >= 0 else levelsDownTo(grid.scale, minimumScale)
    return TileMatrixSet(crs, grid.left, grid.top, grid.scale, columns, rows, levels)


def _usual(crs: CRS, minimumScale: float) -> TileMatrixSet:
    """
    What QGIS Server makes without settings: the well-known pyramids of the world, else a square of twice
    the longer side of where the CRS is valid, around its middle.
    """
    if crs.srid == 3857:
        return _pyramid(crs, -_MERCATOR, _MERCATOR, _WORLD_SCALE, 1, minimumScale)
    if crs.srid == 4326:
        return _pyramid(crs, -180.0, 90.0, _WORLD_SCALE / 2, 2, minimumScale)
    area = _areaOf(crs)
    side = max(area.width, area.height) * crs.metresPerUnit
    scale = 2.0 * math.ceil(side / TILE_SIZE / PIXEL)
    half = spanOf(scale, crs) / 2
    left, top = (area.xmin + area.xmax) / 2 - half, (area.ymin + area.ymax) / 2 + half
    return _pyramid(crs, left, top, scale, 1, minimumScale)


def _pyramid(
    crs: CRS, left: float, top: float, scale: float, columns: int, minimumScale: float
) -> TileMatrixSet:
    return TileMatrixSet(crs, left, top, scale, columns, 1, levelsDownTo(scale, minimumScale))


@lru_cache(maxsize=256)
def _areaOf(crs: CRS) -> Box:
    """
    Where the CRS is valid, in its own units.

    @raise TransformError: that cannot be told.
    """
    if crs.srid == 3857:
        return Box(-_MERCATOR, -_MERCATOR, _MERCATOR, _MERCATOR)
    area = crs.pyproj.area_of_use
    world = Box(-180.0, -90.0, 180.0, 90.0)
    box = world if area is None else Box(area.west, area.south, area.east, area.north)
    if box.isEmpty or box.width < 0:
        # Across the date line.
        box = Box(-180.0, box.ymin, 180.0, box.ymax)
    return box if crs.isGeographic else transformBox(box, WGS84, crs)
