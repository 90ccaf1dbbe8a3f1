"""Small rasters for the tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine

from tests.conformance.coveragesource import FIRST, LEFT, PIXEL, SECOND, TOP

NORTH_UP = Affine(PIXEL, 0, LEFT, 0, -PIXEL, TOP)


def writeRaster(
    path: Path | str, bands: Any = (FIRST, SECOND), transform: Affine = NORTH_UP, **settings: Any
) -> str:
    """A GeoTIFF of the suite's bands, or others."""
    planes = np.asarray(bands)
    profile = {
        "driver": "GTiff",
        "crs": "EPSG:2154",
        "nodata": 0,
        "dtype": planes.dtype,
        "count": planes.shape[0],
        "height": planes.shape[1],
        "width": planes.shape[2],
        "transform": transform,
        **settings,
    }
    with rasterio.open(path, "w", **profile) as dataset:
        dataset.write(planes)
    return str(path)
