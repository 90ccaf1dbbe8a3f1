"""Raster renderers: the values of bands to a picture."""

from ogctwist.symbology.raster.plan import RasterPlan, rasterPlan
from ogctwist.symbology.raster.resampling import NativeGrid

__all__ = ["NativeGrid", "RasterPlan", "rasterPlan"]
