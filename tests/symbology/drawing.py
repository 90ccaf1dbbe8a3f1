"""Small maps for tests: styles from a few words, features from WKT, pictures as arrays."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import shapely
from lxml import etree

from ogctwist.canvas.canvas import Canvas
from ogctwist.expression import ExpressionContext
from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.geo.geometry import GeometryColumn
from ogctwist.geo.view import MapView
from ogctwist.project.layers import DataSource, FieldSettings, Layer, LayerKind, Style
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.vector import VectorPlan, vectorPlan

LAMBERT = CRS.fromAuthid("EPSG:2154")


def prop(**values: object) -> str:
    """Properties as QGIS writes them today."""
    options = "".join(f'<Option name="{k}" value="{v}" type="QString"/>' for k, v in values.items())
    return f'<Option type="Map">{options}</Option>'


def oldProp(**values: object) -> str:
    """Properties as QGIS wrote them up to 3.16."""
    return "".join(f'<prop k="{k}" v="{v}"/>' for k, v in values.items())


def dataDefined(**expressions: str) -> str:
    """Data-defined properties by expression."""
    items = "".join(
        f'<Option name="{name}" type="Map"><Option name="active" value="true" type="bool"/>'
        f'<Option name="expression" value="{text}" type="QString"/>'
        '<Option name="type" value="3" type="int"/></Option>'
        for name, text in expressions.items()
    )
    return (
        '<data_defined_properties><Option type="Map"><Option name="name" value="" type="QString"/>'
        f'<Option name="properties" type="Map">{items}</Option></Option></data_defined_properties>'
    )


def layerXml(className: str, inner: str = "", *, level: int = 0, enabled: int = 1, **values: object) -> str:
    """A symbol layer; C{inner} is a sub-symbol or data-defined properties."""
    return f'<layer class="{className}" pass="{level}" enabled="{enabled}">{prop(**values)}{inner}</layer>'


def symbolXml(kind: str, *layers: str, name: str = "0", alpha: float = 1, inner: str = "") -> str:
    """A symbol."""
    return f'<symbol type="{kind}" name="{name}" alpha="{alpha}">{inner}{"".join(layers)}</symbol>'


def fillXml(color: str, name: str = "0", **values: object) -> str:
    """A plain fill without an outline."""
    settings = {"color": color, "outline_style": "no", **values}
    return symbolXml("fill", layerXml("SimpleFill", **settings), name=name)


def singleXml(symbol: str, **attributes: object) -> str:
    """A single-symbol renderer."""
    extra = " ".join(f'{k}="{v}"' for k, v in attributes.items())
    return f'<renderer-v2 type="singleSymbol" {extra}><symbols>{symbol}</symbols></renderer-v2>'


def planOf(renderer: str, *fields: str, rest: str = "") -> VectorPlan:
    """The plan of a renderer for a layer with these attributes."""
    layer = Layer(
        "id",
        "layer",
        LayerKind.VECTOR,
        DataSource("memory", ""),
        crs=LAMBERT,
        fields=tuple(FieldSettings(name) for name in fields),
    )
    return vectorPlan(Style("default", f"<maplayer>{renderer}{rest}</maplayer>".encode()), layer)


def batchOf(*wkt: str | None, **columns: list) -> FeatureBatch:
    """Features with ids from 0."""
    shapes = shapely.from_wkt(np.array(wkt, object))
    return FeatureBatch(
        np.arange(len(wkt)),
        GeometryColumn.fromShapes(np.atleast_1d(shapes)),
        {name: pa.array(values) for name, values in columns.items()},
    )


def frameOf(width: int = 100, height: int = 100, **changes) -> Frame:
    """A map of one map unit for a pixel, its lower left corner at (0, 0)."""
    view = MapView(Box(0, 0, width, height), width, height, LAMBERT, dpi=changes.pop("dpi", 96.0))
    changes.setdefault("context", ExpressionContext())
    return Frame(view, layerCrs=changes.pop("layerCrs", LAMBERT), **changes)


def rgba(picture: np.ndarray) -> np.ndarray:
    """A picture as red, green, blue, alpha, not premultiplied; int."""
    words = np.ascontiguousarray(picture).view(np.uint32)[..., 0]
    channels = [(words >> shift) & 255 for shift in (16, 8, 0, 24)]
    result = np.stack(channels, axis=-1).astype(int)
    alpha = np.maximum(result[..., 3:], 1)
    result[..., :3] = np.minimum((result[..., :3] * 255 + alpha // 2) // alpha, 255)
    return result


def draw(plan: VectorPlan, *batches: FeatureBatch, frame: Frame | None = None) -> np.ndarray:
    """What the plan makes of the features: int (h, w, 4), see L{rgba}."""
    frame = frame or frameOf()
    canvas = Canvas(frame.view.width, frame.view.height)
    plan.draw(iter(batches), canvas, frame)
    return rgba(canvas.pixels)


def parsed(xml: str):
    """An element."""
    return etree.fromstring(xml)


SQUARE = "POLYGON ((20 20, 80 20, 80 80, 20 80, 20 20))"
