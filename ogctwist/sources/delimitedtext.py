# -*- test-case-name: tests.sources.test_delimitedtext -*-
"""
Delimited text with points from columns or geometries from WKT, as QGIS's
provider C{delimitedtext} shows it.

The file is read once for the types of its fields, then streamed.  A record
whose geometry cannot be read does not exist; one without is a feature without
geometry.  The feature id is the number of the line on which the record begins.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Hashable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from ogctwist.expression import Expression, ExpressionError
from ogctwist.geo.batch import BATCH_ROWS, FeatureBatch
from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS, UnknownCRS
from ogctwist.geo.geometry import GeometryColumn
from ogctwist.project.datasource import UrlUri
from ogctwist.sources.columns import cast
from ogctwist.sources.delimitedfile import DelimitedSettings, headerOf, isYes, records
from ogctwist.sources.query import FieldType, SourceError, SourceField, SourceSchema
from ogctwist.sources.reader import BatchStream, Cancelled, IsCancelled, ReadPlan, ReadRequest, Term, never
from ogctwist.sources.stamp import Stamp, stampOf

_INTEGER = r"^\s*[+-]?\d+\s*$"
_NUMBER = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$"
_CLOCK = r"\d\d:\d\d(:\d\d(\.\d+)?)?"
#: Types in the order in which they are tried, and what a text of them looks like.
_DETECTED: dict[FieldType, str] = {
    FieldType.INTEGER: _INTEGER,
    FieldType.LONG: _INTEGER,
    FieldType.DOUBLE: _NUMBER,
    FieldType.DATE: r"^\d{4}-\d\d-\d\d$",
    FieldType.TIME: f"^{_CLOCK}$",
    FieldType.DATETIME: rf"^\d{{4}}-\d\d-\d\d[T ]{_CLOCK}(Z|[+-]\d\d:?\d\d)?$",
}
_TYPE_NAMES = {
    FieldType.INTEGER: "integer",
    FieldType.LONG: "longlong",
    FieldType.DOUBLE: "double",
    FieldType.DATE: "date",
    FieldType.TIME: "time",
    FieldType.DATETIME: "datetime",
    FieldType.STRING: "text",
}
_GEOMETRY_KINDS = {"point": 0, "line": 1, "polygon": 2}
#: Shapely's type id -> kind, QGIS's name.
_SHAPES = {
    0: (0, "Point"),
    1: (1, "LineString"),
    3: (2, "Polygon"),
    4: (0, "MultiPoint"),
    5: (1, "MultiLineString"),
    6: (2, "MultiPolygon"),
}
_DEGREES = re.compile(
    r"^\s*(?P<before>[-+nsew])?\s*(?P<d>\d{1,3})[^0-9.]+(?P<m>[0-5]?\d)[^0-9.]+(?P<s>[0-5]?\d(?:\.\d+)?)"
    r"[^0-9.nsew]*(?P<after>[-+nsew])?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class GeometrySettings:
    """Where geometries come from; all names '' for none."""

    xField: str = ""
    yField: str = ""
    zField: str = ""
    wktField: str = ""
    kind: int | None = None
    decimalPoint: str = ""
    isSexagesimal: bool = False

    @classmethod
    def fromUri(cls, uri: UrlUri) -> GeometrySettings:
        """From the settings of a URI."""
        asked = uri.get("geomType").lower()
        if asked == "none":
            return cls(decimalPoint=uri.get("decimalPoint"))
        return cls(
            uri.get("xField"),
            uri.get("yField"),
            uri.get("zField"),
            uri.get("wktField"),
            _GEOMETRY_KINDS.get(asked),
            uri.get("decimalPoint"),
            isYes(uri.get("xyDms"), False),
        )


@dataclass(frozen=True)
class DelimitedShape:
    """
    What a file holds.

    @ivar names: of all columns of the file, also of one that holds WKT.
    @ivar kind: 0 points, 1 lines, 2 polygons; None without geometry.
    """

    schema: SourceSchema
    names: tuple[str, ...]
    kind: int | None
    count: int
    extent: Box | None


class DelimitedReader:
    """An L{IFeatureReader} for one file."""

    def __init__(self, uri: UrlUri):
        self.settings = DelimitedSettings.fromUri(uri)
        self.geometry = GeometrySettings.fromUri(uri)
        self._detects = isYes(uri.get("detectTypes"), True)
        self._crs = _crsOf(uri.get("crs"))
        self._known: tuple[Stamp, DelimitedShape] | None = None

    @property
    def identity(self) -> Hashable:
        """Equal for readers that give the same."""
        return (self.settings, self.geometry, self._detects)

    def stamp(self) -> Stamp:
        """The stamp of its file as it is now."""
        return stampOf((self.settings.path,))

    def schema(self) -> SourceSchema:
        """See L{IFeatureReader.schema}."""
        return self.shape().schema

    def shape(self) -> DelimitedShape:
        """What the file holds now; reads all of it when it has changed."""
        stamp = self.stamp()
        known = self._known
        if known is None or known[0] != stamp:
            known = (stamp, self._scanned())
            self._known = known
        return known[1]

    def plan(self, request: ReadRequest, mayPage: bool) -> ReadPlan:
        """See L{IFeatureReader.plan}."""
        names = frozenset(field.name for field in self.schema().fields)
        subsets = tuple(Term(Expression.parse(subset), names, seesHidden=True) for subset in request.subsets)
        return DelimitedPlan(self, request, request.terms + subsets)

    def checkedSubset(self, subset: str, isStrict: bool) -> str:
        """See L{IFeatureReader.checkedSubset}: subsets of this provider are QGIS expressions."""
        try:
            Expression.parse(subset).resolved([field.name for field in self.schema().fields])
        except ExpressionError as error:
            raise SourceError(f"subset of {self.settings.path}: {error}") from error
        return subset

    def _scanned(self) -> DelimitedShape:
        names = _named(headerOf(self.settings))
        candidates: dict[str, list[FieldType]] = {}
        filled: set[str] = set()
        count, kind, wkbType, extent = 0, self.geometry.kind, "", None
        self._check(names)
        for ids, columns in self.chunks(names):
            count += len(ids)
            names = list(columns)
            shapes, isGood = self.shapesOf(columns, kind, len(ids))
            if shapes is not None:
                kind, wkbType = _kindOf(shapes, kind, wkbType)
                isGood &= _isOfKind(shapes, kind)
                extent = _grown(extent, shapes[isGood])
                count -= int((~isGood).sum())
            for name, values in columns.items():
                texts = values.filter(pa.array(isGood)).drop_null()
                if len(texts):
                    filled.add(name)
                    self._narrow(candidates.setdefault(name, list(_DETECTED)), texts)
        fields = []
        for name in names:
            if name != self.geometry.wktField:
                found = candidates.get(name) if self._detects and name in filled else None
                fieldType = found[0] if found else FieldType.STRING
                fields.append(SourceField(name, fieldType, _TYPE_NAMES[fieldType]))
        hasGeometry = bool(self.geometry.wktField or self.geometry.xField)
        default = {0: "Point", 1: "LineString", 2: "Polygon"}.get(kind or 0, "Point")
        schema = SourceSchema(
            tuple(fields),
            wkbType=(wkbType or default) if hasGeometry else "NoGeometry",
            geometryName="geometry" if hasGeometry else "",
            crs=self._crs,
        )
        return DelimitedShape(schema, tuple(names), kind, count, extent)

    def _narrow(self, candidates: list[FieldType], values: pa.Array) -> None:
        """Leave those types as which all the values can be read."""
        for kind in list(candidates):
            texts = self.withPoint(values) if kind is FieldType.DOUBLE else values
            isLike = pc.all(pc.match_substring_regex(texts, _DETECTED[kind])).as_py()
            if not isLike or cast(pc.utf8_trim_whitespace(texts), kind).null_count:
                candidates.remove(kind)

    def _check(self, names: Sequence[str]) -> None:
        geometry = self.geometry
        for name in (geometry.xField, geometry.yField, geometry.wktField):
            if name and self.settings.hasHeader and name not in names:
                raise SourceError(f"{self.settings.path}: no column {name!r}")

    def chunks(self, names: Sequence[str]) -> Generator[tuple[np.ndarray, dict[str, pa.Array]], None, None]:
        """
        The file in pieces: ids, and texts by column name; an empty text is null.

        @param names: columns known so far; more are made up when records have more.
        """
        names = list(names)
        with closing(records(self.settings)) as rows:
            while chunk := list(islice(rows, BATCH_ROWS)):
                width = max(len(names), max(len(fields) for _, fields in chunk))
                names = _named([*names, *[""] * (width - len(names))])
                padded = [fields + [""] * (width - len(fields)) for _, fields in chunk]
                texts = [[value or None for value in column] for column in zip(*padded, strict=True)]
                yield (
                    np.array([line for line, _ in chunk], np.int64),
                    {name: pa.array(values, pa.string()) for name, values in zip(names, texts, strict=True)},
                )

    def shapesOf(
        self, columns: dict[str, pa.Array], kind: int | None, count: int
    ) -> tuple[np.ndarray | None, np.ndarray]:
        """
        @return: geometries (None without), and which records exist: bool, shape (count,).
        """
        geometry = self.geometry
        isGood = np.ones(count, bool)
        if geometry.wktField in columns:
            texts = columns[geometry.wktField]
            shapes = _fromWkt(texts)
            isGood = ~(shapely.is_missing(shapes) & texts.is_valid().to_numpy(zero_copy_only=False))
            if kind is not None:
                isGood &= _isOfKind(shapes, kind)
            return shapes, isGood
        if geometry.xField in columns and geometry.yField in columns:
            x, xGood = self._ordinates(columns[geometry.xField])
            y, yGood = self._ordinates(columns[geometry.yField])
            there = ~(np.isnan(x) | np.isnan(y))
            shapes = np.full(count, None, object)
            if geometry.zField in columns:
                z, _ = self._ordinates(columns[geometry.zField])
                shapes[there] = shapely.points(x[there], y[there], np.nan_to_num(z[there]))
            else:
                shapes[there] = shapely.points(x[there], y[there])
            return shapes, xGood & yGood
        return None, isGood

    def _ordinates(self, texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        """@return: numbers (NaN for none), and where the text is one or is empty."""
        if self.geometry.isSexagesimal:
            values = np.array([_degrees(text) for text in texts.to_pylist()], float)
        else:
            texts = self.withPoint(texts)
            isNumber = pc.match_substring_regex(texts, _NUMBER)
            numbers = pc.if_else(isNumber, pc.utf8_trim_whitespace(texts), pa.scalar(None, pa.string()))
            values = numbers.cast(pa.float64()).to_numpy(zero_copy_only=False)
        return values, ~np.isnan(values) | texts.is_null().to_numpy(zero_copy_only=False)

    def withPoint(self, texts: pa.Array) -> pa.Array:
        """Texts with a point for the decimal point of the file."""
        mark = self.geometry.decimalPoint
        return texts if mark in ("", ".") else pc.replace_substring(texts, mark, ".")


class DelimitedPlan:
    """An L{ReadPlan} on a L{DelimitedReader}: a stream, all conditions left."""

    isBoxed = False
    isPaged = False

    def __init__(self, reader: DelimitedReader, request: ReadRequest, terms: tuple[Term, ...]):
        self.reader = reader
        self.request = request
        self.terms = terms
        self.isBoxed = request.bbox is None
        self.isOrdered = not request.orderBy

    def batches(
        self, columns: Sequence[str], geometry: bool, isCancelled: IsCancelled = never
    ) -> BatchStream:
        """See L{ReadPlan.batches}."""
        reader = self.reader
        shape = reader.shape()
        wanted = None if self.request.ids is None else np.array(sorted(self.request.ids), np.int64)
        with closing(reader.chunks(shape.names)) as chunks:
            for ids, texts in chunks:
                if isCancelled():
                    raise Cancelled()
                shapes, keep = reader.shapesOf(texts, shape.kind, len(ids))
                if wanted is not None:
                    keep = keep & np.isin(ids, wanted)
                rows = np.flatnonzero(keep)
                if not len(rows):
                    continue
                arrays = {name: self._column(texts[name].take(pa.array(rows)), name) for name in columns}
                column = GeometryColumn.fromShapes(shapes[rows]) if geometry and shapes is not None else None
                yield FeatureBatch(ids[rows], column, arrays)

    def _column(self, texts: pa.Array, name: str) -> pa.Array:
        field = self.reader.schema().field(name)
        assert field is not None
        if field.type is FieldType.STRING:
            return texts
        if field.type is FieldType.DOUBLE:
            texts = self.reader.withPoint(texts)
        return cast(pc.utf8_trim_whitespace(texts), field.type)

    def count(self, isCancelled: IsCancelled = never) -> int | None:
        """See L{ReadPlan.count}."""
        return self.reader.shape().count if self.request.ids is None else None

    def extent(self, isCancelled: IsCancelled = never) -> tuple[Box | None] | None:
        """See L{ReadPlan.extent}."""
        isWhole = self.request.ids is None and self.request.bbox is None
        return (self.reader.shape().extent,) if isWhole else None


def _named(header: Sequence[str]) -> list[str]:
    """Names of columns: made up where empty, numbered where they repeat."""
    names: list[str] = []
    for at, name in enumerate(header, 1):
        name = name.strip() or f"field_{at}"
        unique, number = name, 1
        while unique in names:
            unique = f"{name}_{number}"
            number += 1
        names.append(unique)
    return names


def _fromWkt(texts: pa.Array) -> np.ndarray:
    plain = [None if text is None else re.sub(r"^\s*SRID=-?\d+;", "", text) for text in texts.to_pylist()]
    return shapely.from_wkt(np.array(plain, object), on_invalid="ignore")


def _kinds(shapes: np.ndarray) -> np.ndarray:
    """Kind of each geometry, -1 for none or another."""
    table = np.array([_SHAPES.get(i, (-1, ""))[0] for i in range(-1, 8)])
    return table[shapely.get_type_id(shapes) + 1]


def _isOfKind(shapes: np.ndarray, kind: int | None) -> np.ndarray:
    return shapely.is_missing(shapes) | (_kinds(shapes) == (-1 if kind is None else kind))


def _kindOf(shapes: np.ndarray, kind: int | None, wkbType: str) -> tuple[int | None, str]:
    """The kind of the first geometry is that of the layer; its type is a multi one if any is."""
    kinds = _kinds(shapes)
    if kind is None and (kinds >= 0).any():
        kind = int(kinds[kinds >= 0][0])
    mine = shapes[kinds == kind] if kind is not None else shapes[:0]
    if len(mine) and not wkbType.startswith("Multi"):
        types = shapely.get_type_id(mine)
        wkbType = _SHAPES[int(types.max())][1] + ("Z" if shapely.has_z(mine).any() else "")
    return kind, wkbType


def _grown(extent: Box | None, shapes: np.ndarray) -> Box | None:
    bounds: Any = shapely.total_bounds(shapes)
    if not np.isfinite(bounds).all():
        return extent
    box = Box(*map(float, bounds))
    return box if extent is None else extent.union(box)


def _degrees(text: str | None) -> float:
    """Degrees, minutes and seconds as a number; NaN for none."""
    if text is None:
        return np.nan
    found = _DEGREES.match(text)
    if found is None:
        try:
            return float(text)
        except ValueError:
            return np.nan
    value = int(found["d"]) + int(found["m"]) / 60 + float(found["s"]) / 3600
    sign = (found["before"] or found["after"] or "+").lower()
    return -value if sign in "-sw" else value


def _crsOf(text: str) -> CRS | None:
    try:
        return CRS.fromAuthid(text) if text else None
    except UnknownCRS:
        return None
