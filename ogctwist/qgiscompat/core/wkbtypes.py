# -*- test-case-name: tests.qgiscompat.core.test_values -*-
"""QgsWkbTypes: the kinds of geometries and their numbers."""

from __future__ import annotations

from typing import Any

from ogctwist.qgiscompat.core.enums import enumOf
from ogctwist.qgiscompat.wrapper import Wrapper

Type: Any = enumOf("Qgis", "WkbType")
GeometryType: Any = enumOf("Qgis", "GeometryType")

_FLAT = ("Unknown", "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon",
         "GeometryCollection", "CircularString", "CompoundCurve", "CurvePolygon", "MultiCurve",
         "MultiSurface")  # fmt: skip


def typeNamed(name: str) -> Any:
    """The type of QGIS's name for it; C{Unknown} when there is none."""
    return Type.__members__.get(name, Type.Unknown)


class QgsWkbTypes(Wrapper):
    """Everything here is static."""

    Type = Type
    GeometryType = GeometryType

    @staticmethod
    def displayString(kind: int) -> str:
        """The name of a type."""
        return Type(int(kind)).name

    @staticmethod
    def parseType(text: str) -> Any:
        """The type of a name, in any case."""
        folded = text.replace(" ", "").lower()
        return next((t for name, t in Type.__members__.items() if name.lower() == folded), Type.Unknown)

    @staticmethod
    def flatType(kind: int) -> Any:
        """Without z and m."""
        name = Type(int(kind)).name
        if name in ("NoGeometry", "Unknown"):
            return Type(int(kind))
        return typeNamed(name.removesuffix("25D").removesuffix("ZM").removesuffix("Z").removesuffix("M"))

    @staticmethod
    def singleType(kind: int) -> Any:
        """Of one part."""
        names = {"MultiCurve": "CompoundCurve", "MultiSurface": "CurvePolygon"}
        name = Type(int(kind)).name
        for multi, single in names.items():
            name = name.replace(multi, single)
        return typeNamed(name.removeprefix("Multi"))

    @staticmethod
    def multiType(kind: int) -> Any:
        """Of several parts."""
        name = Type(int(kind)).name
        if name.startswith(("Multi", "GeometryCollection", "NoGeometry", "Unknown")):
            return Type(int(kind))
        for single, multi in (
            ("CompoundCurve", "Curve"),
            ("CircularString", "Curve"),
            ("CurvePolygon", "Surface"),
        ):
            name = name.replace(single, multi)
        return typeNamed(f"Multi{name}")

    @staticmethod
    def isMultiType(kind: int) -> bool:
        """Whether of several parts."""
        return Type(int(kind)).name.startswith(("Multi", "GeometryCollection"))

    @staticmethod
    def isSingleType(kind: int) -> bool:
        """Whether of one part."""
        name = Type(int(kind)).name
        return name not in ("Unknown", "NoGeometry") and not name.startswith(("Multi", "GeometryCollection"))

    @staticmethod
    def isCurvedType(kind: int) -> bool:
        """Whether with arcs."""
        return "Curve" in (name := Type(int(kind)).name) or "Circular" in name or "Surface" in name

    @staticmethod
    def hasZ(kind: int) -> bool:
        """Whether with heights."""
        return Type(int(kind)).name.endswith(("Z", "ZM", "25D"))

    @staticmethod
    def hasM(kind: int) -> bool:
        """Whether with measures."""
        return Type(int(kind)).name.endswith("M")

    @staticmethod
    def geometryType(kind: int) -> Any:
        """Point, line, polygon, unknown or none."""
        name = QgsWkbTypes.flatType(kind).name
        if name == "NoGeometry":
            return GeometryType.Null
        if name.endswith("Point"):
            return GeometryType.Point
        if name.endswith(("LineString", "CircularString", "CompoundCurve", "MultiCurve")):
            return GeometryType.Line
        if name.endswith(("Polygon", "Surface")):
            return GeometryType.Polygon
        return GeometryType.Unknown

    @staticmethod
    def geometryDisplayString(kind: int) -> str:
        """Its name."""
        return ("Point", "Line", "Polygon", "Unknown geometry", "No geometry")[int(kind)]

    @staticmethod
    def wkbDimensions(kind: int) -> int:
        """0 for points, 1 for lines, 2 for polygons."""
        number = int(QgsWkbTypes.geometryType(kind))
        return number if number < 3 else 0

    @staticmethod
    def coordDimensions(kind: int) -> int:
        """How many numbers a vertex has."""
        if Type(int(kind)).name in ("NoGeometry", "Unknown"):
            return 0
        return 2 + QgsWkbTypes.hasZ(kind) + QgsWkbTypes.hasM(kind)


for _enum in (Type, GeometryType):
    for _name, _member in _enum.__members__.items():
        # Of the names that both have, the type's are the class's.
        if _enum is Type or (_name.endswith("Geometry") and _name != "NoGeometry"):
            setattr(QgsWkbTypes, _name, _member)
