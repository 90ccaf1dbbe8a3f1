"""Projects as values, for tests of the WMS that need no file."""

from __future__ import annotations

from dataclasses import replace

from ogctwist.geo.box import Box
from ogctwist.geo.crs import WGS84
from ogctwist.project.layers import (
    DataSource,
    Layer,
    LayerDescription,
    LayerKind,
    MetadataUrl,
    ScaleRange,
    Style,
)
from ogctwist.project.model import GroupNode, LayerNode, Project
from ogctwist.project.publication import Publication, ServiceIdentification, WmsPublication


def vectorLayer(name: str, **changes) -> Layer:
    """A published polygon layer in degrees."""
    layer = Layer(
        id=f"{name}_id",
        name=name,
        kind=LayerKind.VECTOR,
        source=DataSource("ogr", f"/data/{name}.gpkg"),
        crs=WGS84,
        extent=Box(1.0, 42.0, 9.0, 51.0),
        wkbType="Polygon",
        styles=(Style("default", b"<maplayer/>"),),
    )
    return replace(layer, **changes)


def project(**changes) -> Project:
    """Two layers at the top, one in a group, one restricted."""
    layers = [
        vectorLayer(
            "towns",
            description=LayerDescription(
                shortName="t",
                title="Towns",
                abstract="All <towns>",
                keywords="a, b",
                attribution="We",
                attributionUrl="http://we.example",
                dataUrl="http://data.example",
                dataUrlFormat="text/html",
                metadataUrls=(MetadataUrl("http://meta.example", "TC211", "text/xml"),),
            ),
            scales=ScaleRange(1_000_000, 1000),
        ),
        vectorLayer("rivers", isIdentifiable=False),
        vectorLayer("secrets"),
        vectorLayer("table", crs=None, extent=None, wkbType="NoGeometry"),
    ]
    tree = GroupNode(
        "",
        (
            LayerNode("towns_id", "towns"),
            GroupNode("water", (LayerNode("rivers_id", "rivers"),), LayerDescription(shortName="w")),
            LayerNode("secrets_id", "secrets"),
            LayerNode("table_id", "table"),
        ),
    )
    made = Project(
        path="/projects/p.qgs",
        version="1",
        title="A map",
        qgisVersion="3.22",
        crs=WGS84,
        layers={layer.id: layer for layer in layers},
        tree=tree,
        publication=Publication(
            service=ServiceIdentification(title="Maps", contactMail="x@example.org", keywords=("one",)),
            wms=WmsPublication(restrictedLayers=frozenset({"secrets"}), maxWidth=2000),
        ),
    )
    return replace(made, **changes)
