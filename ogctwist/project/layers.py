# -*- test-case-name: tests.project.test_layers -*-
"""
Layers of a project, as their project file describes them.

Nothing here has opened a data source: field names and aliases come from the
file, types and true extents from the source on first use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS


class LayerKind(Enum):
    """What sort of layer; all but the first two are read and reported unsupported."""

    VECTOR = "vector"
    RASTER = "raster"
    MESH = "mesh"
    VECTOR_TILE = "vector-tile"
    POINT_CLOUD = "point-cloud"
    ANNOTATION = "annotation"
    PLUGIN = "plugin"
    GROUP = "group"
    TILED_SCENE = "tiled-scene"


@dataclass(frozen=True)
class DataSource:
    """
    Where a layer's data lie.

    @ivar provider: QGIS's provider key: ogr, gdal, postgres, spatialite,
        delimitedtext, memory, virtual, wms, WFS, …
    @ivar uri: the data source string with paths made absolute.
    @ivar subset: the layer's subset string (SQL where the source speaks it), or ''.
    """

    provider: str
    uri: str
    subset: str = ""


@dataclass(frozen=True)
class EditWidget:
    """A field's form widget: its type (ValueMap, ValueRelation, DateTime, …) and configuration."""

    kind: str = "TextEdit"
    config: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class FieldSettings:
    """
    What the project says of one field.

    @ivar alias: shown instead of the name, or ''.
    @ivar excludeWms: hidden from WMS GetFeatureInfo and capabilities.
    @ivar excludeWfs: hidden from WFS and OGC API Features.
    @ivar expression: set for a virtual field; C{typeName}, C{typeCode},
        C{length}, C{precision} and C{comment} are then its declaration.
    @ivar typeCode: QVariant's number of the type: 1 bool, 2 int, 4 long, 6
        double, 10 text, 14 date, 15 time, 16 date and time; 0 unknown.
    @ivar constraints: bit field: 1 not null, 2 unique, 4 expression.
    @ivar hardConstraints: those of C{constraints} that must hold on saving.
    """

    name: str
    alias: str = ""
    excludeWms: bool = False
    excludeWfs: bool = False
    editWidget: EditWidget = EditWidget()
    default: str = ""
    applyDefaultOnUpdate: bool = False
    expression: str = ""
    typeName: str = ""
    comment: str = ""
    constraints: int = 0
    constraintExpression: str = ""
    constraintDescription: str = ""
    hardConstraints: int = 0
    typeCode: int = 0
    length: int = 0
    precision: int = 0
    isEditable: bool = True


@dataclass(frozen=True)
class Join:
    """A join of another layer's fields (vectorjoins)."""

    layerId: str
    targetField: str
    joinField: str
    prefix: str | None = None
    subset: tuple[str, ...] | None = None


@dataclass(frozen=True)
class MetadataUrl:
    """One metadata link: C{kind} is TC211 or FGDC, C{format} a MIME type."""

    url: str
    kind: str = ""
    format: str = ""


@dataclass(frozen=True)
class LayerDescription:
    """
    The server properties of a layer or group: what capabilities tell of it.

    @ivar wfsTitle: the title in WFS, where it differs (3.44); '' otherwise.
    """

    shortName: str = ""
    title: str = ""
    abstract: str = ""
    keywords: str = ""
    dataUrl: str = ""
    dataUrlFormat: str = ""
    attribution: str = ""
    attributionUrl: str = ""
    metadataUrls: tuple[MetadataUrl, ...] = ()
    legendUrl: str = ""
    legendUrlFormat: str = ""
    wfsTitle: str = ""


@dataclass(frozen=True)
class Dimension:
    """A WMS dimension of a vector layer (QgsVectorLayerServerProperties)."""

    name: str
    fieldName: str
    endFieldName: str = ""
    units: str = ""
    unitSymbol: str = ""
    defaultDisplay: int = 0
    referenceValue: str = ""


@dataclass(frozen=True)
class ScaleRange:
    """
    Scale denominators between which a layer draws; 0 is no bound.

    QGIS draws when C{maximum <= denominator < minimum}: C{minimum} is the
    smallest scale (largest denominator).
    """

    minimum: float = 0.0
    maximum: float = 0.0

    def contains(self, denominator: float) -> bool:
        """Whether a map of that scale shows the layer."""
        tooSmall = self.minimum > 0 and denominator >= self.minimum
        tooLarge = self.maximum > 0 and denominator < self.maximum
        return not (tooSmall or tooLarge)


@dataclass(frozen=True)
class Style:
    """
    One named style of a layer.

    @ivar xml: a C{maplayer} element as UTF-8 XML that holds the style's attributes
        (labelsEnabled, symbologyReferenceScale, simplify…) and parts
        (renderer-v2, pipe, labeling, layerOpacity, blendMode,
        DiagramLayerSettings, customproperties of labels before 3.0, …); parsed
        by the symbology room on first use.
    @ivar opacity: of the whole layer in this style; 1 for a raster, whose opacity
        is its renderer's, in the pipe.
    @ivar blendMode: QPainter's composition mode by QGIS's number, 0 is normal.
    @ivar scales: scale range in this style, None without.
    """

    name: str
    xml: bytes
    opacity: float = 1.0
    blendMode: int = 0
    scales: ScaleRange | None = None


@dataclass(frozen=True)
class WfsPublication:
    """Whether and how a layer is published by WFS, WFS-T and OGC API Features."""

    published: bool = False
    precision: int = 8
    insert: bool = False
    update: bool = False
    delete: bool = False


@dataclass(frozen=True)
class WmtsPublication:
    """Whether a layer, group or the project is published by WMTS, and in which formats."""

    published: bool = False
    png: bool = False
    jpeg: bool = False


@dataclass(frozen=True)
class Layer:
    """
    A layer of a project.

    @ivar id: the layer id, unique in the project.
    @ivar name: the name in the layer tree.
    @ivar crs: of the data; None when the layer has none.
    @ivar extent: as stored in the file, in C{crs}; None when unknown.
    @ivar wgs84Extent: as stored (wgs84extent), degrees, x is longitude; None when unknown.
    @ivar wkbType: QGIS's name of the geometry type (Point, MultiPolygonZ,
        NoGeometry, …); '' for rasters or when unknown.
    @ivar geometryKind: C{Point}, C{Line}, C{Polygon}, C{NoGeometry} or C{Unknown}, as
        far as the file tells; '' for others than vector layers.
    @ivar encoding: of the text in the source, as the file has it; '' when it does not say.
    @ivar opacity: of the current style; see L{Style}.
    @ivar dependencies: ids of the layers that this one is computed from
        (joins, virtual layers).
    @ivar styles: all named styles; the first is the current one.
    @ivar fields: settings of the fields that the file knows, in its order.
    @ivar failure: why the layer is known to be unusable, or None.
    @ivar properties: custom properties of the layer.
    """

    id: str
    name: str
    kind: LayerKind
    source: DataSource
    crs: CRS | None = None
    extent: Box | None = None
    wgs84Extent: Box | None = None
    wkbType: str = ""
    geometryKind: str = ""
    encoding: str = ""
    description: LayerDescription = LayerDescription()
    styles: tuple[Style, ...] = ()
    fields: tuple[FieldSettings, ...] = ()
    joins: tuple[Join, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    scales: ScaleRange | None = None
    opacity: float = 1.0
    blendMode: int = 0
    isIdentifiable: bool = True
    isSearchable: bool = True
    isPrivate: bool = False
    isReadOnly: bool = False
    displayExpression: str = ""
    mapTip: str = ""
    legendPlaceholder: str = ""
    editFormLayout: bytes = b""
    simplifyTolerance: float = 1.0
    wfs: WfsPublication = WfsPublication()
    wcsPublished: bool = False
    wmts: WmtsPublication = WmtsPublication()
    failure: str | None = None
    properties: Mapping[str, object] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    dependencies: tuple[str, ...] = ()
    metadata: Mapping[str, object] = field(default_factory=dict)

    @property
    def style(self) -> Style | None:
        """The current style."""
        return self.styles[0] if self.styles else None

    @property
    def owsName(self) -> str:
        """The name of the layer in OWS requests when ids are not used: short name, else name."""
        return self.description.shortName or self.name

    def styleNamed(self, name: str) -> Style | None:
        """The style of that name, or None; '' and the current style's are the current one."""
        if not name:
            return self.style
        return next((style for style in self.styles if style.name == name), None)

    def fieldSettings(self, name: str) -> FieldSettings | None:
        """The settings of the field of that name, or None."""
        for settings in self.fields:
            if settings.name == name:
                return settings
        return None
