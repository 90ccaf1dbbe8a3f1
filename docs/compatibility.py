"""
Writes docs/compatibility.md from the code: C{python docs/compatibility.py}.

A test compares the page with what this makes, so it cannot promise more than there is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "compatibility.md"

#: Everything that a project of QGIS 3.22 may hold, by the name in its file.
VECTOR_RENDERERS = (
    "nullSymbol", "singleSymbol", "categorizedSymbol", "graduatedSymbol", "RuleRenderer", "pointDisplacement",
    "pointCluster", "invertedPolygonRenderer", "mergedFeatureRenderer", "heatmapRenderer", "25dRenderer",
    "embeddedSymbol",
)  # fmt: skip
SYMBOL_LAYERS = (
    "SimpleLine", "MarkerLine", "HashLine", "ArrowLine", "InterpolatedLine", "SimpleMarker", "FilledMarker",
    "SvgMarker", "RasterMarker", "FontMarker", "EllipseMarker", "VectorField", "MaskMarker", "SimpleFill",
    "GradientFill", "ShapeburstFill", "RasterFill", "SVGFill", "CentroidFill", "RandomMarkerFill",
    "LinePatternFill", "PointPatternFill", "GeometryGenerator",
)  # fmt: skip
RASTER_RENDERERS = (
    "multibandcolor", "paletted", "singlebandgray", "singlebandpseudocolor", "singlebandcolordata",
    "hillshade", "contour",
)  # fmt: skip
WMS_OPERATIONS = (
    "GetCapabilities", "GetMap", "GetFeatureInfo", "GetLegendGraphic", "DescribeLayer", "GetStyles",
    "GetContext", "GetProjectSettings", "GetSchemaExtension", "GetPrint",
)  # fmt: skip
WFS_OPERATIONS = (
    "GetCapabilities", "DescribeFeatureType", "GetFeature", "Transaction", "GetPropertyValue",
    "ListStoredQueries", "DescribeStoredQueries", "LockFeature", "GetFeatureWithLock",
)  # fmt: skip
WCS_OPERATIONS = ("GetCapabilities", "DescribeCoverage", "GetCoverage")
WMTS_OPERATIONS = ("GetCapabilities", "GetTile", "GetFeatureInfo")
API_OPERATIONS = (
    "GET /", "GET /conformance", "GET /api", "GET /collections", "GET /collections/{id}",
    "GET /collections/{id}/items", "GET /collections/{id}/items/{id}", "POST /collections/{id}/items",
    "PUT /collections/{id}/items/{id}", "PATCH /collections/{id}/items/{id}",
    "DELETE /collections/{id}/items/{id}",
)  # fmt: skip


def table(names: Iterable[str], known: Iterable[str], title: str) -> Iterator[str]:
    """A table of what there is and what is missing."""
    have = {name.lower() for name in known}
    yield f"| {title} | |"
    yield "|---|---|"
    for name in names:
        yield f"| `{name}` | {'yes' if name.lower() in have else 'missing'} |"
    yield ""


def isKnownRenderer(name: str) -> bool:
    """Whether a style with that renderer is understood."""
    from ogctwist.project.layers import DataSource, Layer, LayerKind, Style
    from ogctwist.symbology.vector import vectorPlan

    xml = f'<maplayer><renderer-v2 type="{name}"><symbols/></renderer-v2></maplayer>'
    layer = Layer("l", "l", LayerKind.VECTOR, DataSource("memory", ""))
    return f"renderer {name}" not in vectorPlan(Style("", xml.encode()), layer).unsupported


def drawing() -> Iterator[str]:
    """Renderers and symbol layers."""
    from ogctwist.symbology.catalog import LAYER_CLASSES
    from ogctwist.symbology.raster import plan as rasters

    renderers = [name for name in VECTOR_RENDERERS if isKnownRenderer(name)]
    yield "## Drawing"
    yield ""
    yield "What a style asks for and is missing is left out of the map, and named in the log."
    yield ""
    yield from table(VECTOR_RENDERERS, renderers, "vector renderer")
    yield from table(SYMBOL_LAYERS, {name for _, name in LAYER_CLASSES}, "symbol layer")
    yield from table(RASTER_RENDERERS, rasters._RENDERERS, "raster renderer")


def apiOperations() -> Iterator[str]:
    """Methods and paths of OGC API Features."""
    from ogctwist.services.ogcapi.api import RESOURCES

    for resource in RESOURCES:
        path = resource.pattern.pattern.replace("/?", "/")
        path = path.replace("(?P<collection>[^/]+)", "{id}").replace("(?P<item>[^/]+)", "{id}")
        for method in resource.operations:
            yield f"{method} {path}"


def services() -> Iterator[str]:
    """Operations."""
    from ogctwist.services.wcs import service as wcs
    from ogctwist.services.wfs import service as wfs
    from ogctwist.services.wfs.versions import VERSIONS
    from ogctwist.services.wms import service as wms
    from ogctwist.services.wmts import service as wmts

    yield "## Services"
    yield ""
    yield from table(
        WMS_OPERATIONS, {*wms.OPERATIONS, "getcapabilities", "getprojectsettings"}, "WMS 1.1.1, 1.3.0"
    )
    ofWfs = {*wfs.OPERATIONS, *wfs.OPERATIONS_OF_TWO, "getcapabilities"}
    yield from table(WFS_OPERATIONS, ofWfs, f"WFS {', '.join(sorted(v.number for v in VERSIONS))}")
    yield from table(API_OPERATIONS, apiOperations(), "OGC API Features, `/wfs3`")
    yield from table(WCS_OPERATIONS, wcs.OPERATIONS, "WCS 1.0.0")
    yield from table(WMTS_OPERATIONS, wmts.OPERATIONS, "WMTS 1.0.0, KVP")


def expressions() -> Iterator[str]:
    """Functions of the expression language."""
    from ogctwist.expression.functions import catalogue

    entries = catalogue()
    lacking = [entry for entry in entries if not entry.isSupported]
    yield "## Expressions"
    yield ""
    yield f"{len(entries) - len(lacking)} of {len(entries)} functions of the language. The others:"
    yield ""
    yield "| function | why not |"
    yield "|---|---|"
    for entry in sorted(lacking, key=lambda entry: entry.name):
        yield f"| `{entry.name}` | {entry.note} |"
    yield ""


def plugins() -> Iterator[str]:
    """Names of qgis.core."""
    from ogctwist.qgiscompat import coverage

    yield "## Plugins"
    yield ""
    yield (
        "`qgis.server` is there whole: every class and method of QGIS 3.22 with the additions up to 3.44 "
        "([by name](qgis_server_api.md); `tests/qgiscompat` walks them). Of `qgis.core`, what two or more of "
        "53 public plugins use; the rest can be imported and refuses to be used, by name."
    )
    yield ""
    working = coverage.working()
    yield f"{sum(map(len, working.values()))} names work. Of those that plugins use, these refuse:"
    yield ""
    yield ", ".join(f"`{name}`" for name in sorted(coverage.REFUSED)) + "."
    yield ""


def page() -> str:
    """The whole page."""
    lines = [
        "# What of QGIS is supported",
        "",
        "Written by `python docs/compatibility.py` from the code; a test keeps it so.",
        "",
    ]
    for part in (services, drawing, expressions, plugins):
        lines += part()
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE.relative_to(ROOT))
