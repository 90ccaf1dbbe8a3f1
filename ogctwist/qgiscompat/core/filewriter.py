# -*- test-case-name: tests.qgiscompat.core.test_values -*-
"""QgsVectorFileWriter: the features of a layer as a file of one of GDAL's formats."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import shapely

from ogctwist.qgiscompat.core.crs import QgsCoordinateReferenceSystem, QgsCoordinateTransform
from ogctwist.qgiscompat.core.enums import enumOf, withEnums
from ogctwist.qgiscompat.core.fields import QgsFields
from ogctwist.qgiscompat.core.request import QgsFeatureRequest
from ogctwist.qgiscompat.core.values import fromVariant
from ogctwist.qgiscompat.wrapper import Wrapper

_Error = enumOf("QgsVectorFileWriter", "WriterError")
_ARROW = {1: pa.bool_(), 2: pa.int32(), 4: pa.int64(), 6: pa.float64(), 14: pa.date32(), 15: pa.time32("ms"),
          16: pa.timestamp("ms"), 12: pa.binary()}  # fmt: skip


class SaveVectorOptions(Wrapper):
    """What is written, and how; its attributes are to be set."""

    def _make(self, other: Any = None) -> None:
        self.driverName = "GPKG"
        self.layerName = ""
        self.fileEncoding = "UTF-8"
        self.ct: Any = QgsCoordinateTransform()
        self.onlySelectedFeatures = False
        self.datasourceOptions: list[str] = []
        self.layerOptions: list[str] = []
        self.skipAttributeCreation = False
        self.attributes: list[int] = []
        self.attributesExportNames: list[str] = []
        self.filterExtent: Any = None
        self.includeZ = False
        self.overrideGeometryType = 0
        self.forceMulti = False
        self.symbologyExport = 0
        self.symbologyScale = 1.0
        self.actionOnExistingFile = 0
        self.feedback: Any = None
        self.saveMetadata = False


SaveVectorOptions.__qualname__ = "QgsVectorFileWriter.SaveVectorOptions"


@withEnums("QgsVectorFileWriter")
class QgsVectorFileWriter(Wrapper):
    """Its static methods write whole layers."""

    SaveVectorOptions = SaveVectorOptions

    def _make(self, *arguments: Any) -> None:
        raise NotImplementedError("use QgsVectorFileWriter.writeAsVectorFormatV3")

    @staticmethod
    def writeAsVectorFormatV3(
        layer: Any, fileName: str, transformContext: Any, options: SaveVectorOptions
    ) -> tuple[Any, str, str, str]:
        """@return: error, message, path, name of the layer in the file."""
        try:
            name = _write(layer, str(fileName), options)
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError, OSError) as error:
            return _Error.ErrCreateDataSource, str(error), "", ""
        return _Error.NoError, "", str(fileName), name

    @staticmethod
    def writeAsVectorFormatV2(
        layer: Any, fileName: str, transformContext: Any, options: SaveVectorOptions
    ) -> tuple[Any, str]:
        """@return: error, message."""
        return QgsVectorFileWriter.writeAsVectorFormatV3(layer, fileName, transformContext, options)[:2]

    @staticmethod
    def driverForExtension(extension: str) -> str:
        """GDAL's name of the format of a file name's ending."""
        try:
            return pyogrio.util.detect_write_driver(f"a.{extension.lstrip('.')}") if extension else ""
        except ValueError:
            return ""

    @staticmethod
    def supportedFiltersAndFormats(*options: Any) -> list[Any]:
        """Formats that can be written."""
        return sorted(name for name, mode in pyogrio.list_drivers().items() if "w" in mode)


def _write(layer: Any, path: str, options: SaveVectorOptions) -> str:
    import os

    request = QgsFeatureRequest()
    if options.filterExtent is not None and not options.filterExtent.isNull():
        request.setFilterRect(options.filterExtent)
    if options.onlySelectedFeatures:
        request.setFilterFids(layer.selectedFeatureIds())
    features = list(layer.getFeatures(request))
    fields: QgsFields = layer.fields()
    places = [] if options.skipAttributeCreation else options.attributes or fields.allAttributesList()
    names = options.attributesExportNames or [fields.at(place).name() for place in places]
    columns = [_column(fields.at(place).type(), [f.attribute(place) for f in features]) for place in places]
    crs, shapes = _moved(layer.crs(), [f._q_geometry for f in features], options.ct)
    name = options.layerName or os.path.splitext(os.path.basename(path))[0]
    append = int(options.actionOnExistingFile) != 0
    pa_table = pa.table(
        [*columns, pa.array([None if s is None else s for s in shapes], pa.binary())],
        names=[*names, "geometry"],
    )
    pyogrio.write_arrow(
        pa_table, path, layer=name, driver=options.driverName, geometry_name="geometry",
        geometry_type=_kind(layer, options.forceMulti), crs=crs, encoding=options.fileEncoding or None,
        append=append and os.path.exists(path),
        dataset_options=_pairs(options.datasourceOptions), layer_options=_pairs(options.layerOptions),
    )  # fmt: skip
    return name


def _pairs(options: list[str]) -> dict[str, str]:
    return {name: value for name, _, value in (option.partition("=") for option in options)}


def _column(kind: Any, values: list[Any]) -> pa.Array:
    arrow = _ARROW.get(int(kind))
    plain = [fromVariant(value) for value in values]
    if arrow is None:
        import json

        return pa.array(
            [v if v is None or isinstance(v, str) else json.dumps(v, default=str) for v in plain], pa.string()
        )
    return pa.array(plain, arrow)


def _moved(
    crs: QgsCoordinateReferenceSystem, geometries: list[Any], transform: Any
) -> tuple[str | None, list[Any]]:
    if transform is not None and transform.isValid():
        crs = transform.destinationCrs()
        for geometry in geometries:
            geometry.transform(transform)
    wkb = shapely.to_wkb(np.array([g._q_shape for g in geometries], object), flavor="iso")
    return (crs.authid() or crs.toWkt()) if crs.isValid() else None, wkb.tolist()


def _kind(layer: Any, forceMulti: bool) -> str:
    from ogctwist.qgiscompat.core.wkbtypes import QgsWkbTypes

    kind = layer.wkbType()
    if forceMulti:
        kind = QgsWkbTypes.multiType(kind)
    if kind.name in ("Unknown", "NoGeometry"):
        return "Unknown"
    name = QgsWkbTypes.flatType(kind).name
    return f"{name} Z" if QgsWkbTypes.hasZ(kind) else name
