"""Batches for the tests of the feature encoders."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from ogctwist.encoders.featuretype import FeatureType, FieldEncoding
from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.crs import CRS
from ogctwist.geo.geometry import GeometryColumn

WGS84 = CRS.fromAuthid("EPSG:4326")
MERCATOR = CRS.fromAuthid("EPSG:3857")

#: One value of each type that sources deliver, and a row of nulls.
COLUMNS: dict[str, pa.Array] = {
    "int": pa.array([1, None], pa.int32()),
    "long": pa.array([12345678901234, None], pa.int64()),
    "double": pa.array([0.1, None], pa.float64()),
    "text": pa.array(['a & <b> "q" \\ \n]]>é', None], pa.string()),
    "bool": pa.array([True, None], pa.bool_()),
    "date": pa.array([datetime.date(2020, 1, 2), None], pa.date32()),
    "time": pa.array([datetime.time(3, 4, 5, 678000), None], pa.time32("ms")),
    "moment": pa.array([datetime.datetime(2020, 1, 2, 3, 4, 5, 678000), None], pa.timestamp("ms")),
    "blob": pa.array([b"\x00\x01ab", None], pa.binary()),
    "list": pa.array([["x", "é"], None], pa.list_(pa.string())),
}
FIELDS = tuple(FieldEncoding(name) for name in COLUMNS)


def geometries(*wkts: str | None) -> GeometryColumn:
    return GeometryColumn.fromShapes(
        np.array([None if w is None else shapely.from_wkt(w) for w in wkts], dtype=object)
    )


def batch(*wkts: str | None, columns: dict[str, pa.Array] | None = None, first: int = 1) -> FeatureBatch:
    """Features with ids from C{first} on."""
    return FeatureBatch(np.arange(first, first + len(wkts)), geometries(*wkts), columns or {})


def featureType(*names: str, **options: Any) -> FeatureType:
    """A type in WGS 84, written as it is."""
    options = {"crs": WGS84, "outputCrs": WGS84, "srsName": "EPSG:4326", "precision": 8, **options}
    return FeatureType("places", tuple(FieldEncoding(name) for name in names), **options)
