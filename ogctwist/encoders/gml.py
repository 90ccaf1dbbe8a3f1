# -*- test-case-name: tests.encoders.test_gml -*-
"""
What the versions of GML have in common: a C{wfs:FeatureCollection} of features in columns.

The elements and their order are QGIS Server's; the white space is not, one feature is one line.
Prefixes: C{wfs}, C{gml}, and C{qgs} for the application's elements.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from zope.interface import implementer

from ogctwist.encoders.featuretype import CollectionBounds, FeatureType, elementName
from ogctwist.encoders.values import xmlPiece
from ogctwist.geo.batch import FeatureBatch
from ogctwist.interfaces import IFeatureEncoder
from ogctwist.native.escapes import Escape, escapedText
from ogctwist.native.numbers import fixedText
from ogctwist.native.shapes import ID, MEMBER, GeometryFormat, Shapes
from ogctwist.native.text import EnvelopePiece, IntegerPiece, Piece, ShapePiece, joinRows

QGS_NAMESPACE = "http://www.qgis.org/gml"


def attribute(text: str) -> str:
    """A text fit to stand in an attribute between quotation marks."""
    return escapedText(text, Escape.XML).replace('"', "&quot;")


@dataclass(frozen=True)
class Collection:
    """
    The head of a document.

    @ivar namespaces: prefix to namespace, in order.
    @ivar schemaLocation: the value of xsi:schemaLocation.
    @ivar bounds: the box around the features, None when it is not known.
    @ivar counts: further attributes of the root (numberMatched, …), in order.
    """

    schemaLocation: str
    namespaces: tuple[tuple[str, str], ...]
    bounds: CollectionBounds | None = None
    counts: tuple[tuple[str, str], ...] = field(default=())

    def startTag(self) -> str:
        """The start tag of the root without its closing bracket; schemaLocation is last on its line."""
        spaces = "".join(f' xmlns:{prefix}="{space}"' for prefix, space in self.namespaces)
        return f'<wfs:FeatureCollection{spaces} xsi:schemaLocation="{attribute(self.schemaLocation)}"'

    def head(self) -> str:
        """The start tag; a line of its own for each of C{counts}."""
        counts = "".join(f'\n {name}="{attribute(value)}"' for name, value in self.counts)
        return f"{self.startTag()}{counts}>\n"


#: The namespaces of a collection of WFS 1.0.0 and 1.1.0.
NAMESPACES = (
    ("wfs", "http://www.opengis.net/wfs"),
    ("ogc", "http://www.opengis.net/ogc"),
    ("gml", "http://www.opengis.net/gml"),
    ("ows", "http://www.opengis.net/ows"),
    ("xlink", "http://www.w3.org/1999/xlink"),
    ("qgs", QGS_NAMESPACE),
    ("xsi", "http://www.w3.org/2001/XMLSchema-instance"),
)


@dataclass(frozen=True)
class GeometryWords:
    """
    The elements of a version of GML around coordinates, without the prefix C{gml:}.

    @ivar point: before and after the coordinates of a point.
    @ivar line: before and after those of a line or ring.
    @ivar rings: the elements around the outer and the inner rings.
    @ivar members: the elements around a point, line and polygon among several.
    @ivar multi: the elements of several points, lines and polygons.
    """

    point: tuple[str, str]
    line: tuple[str, str]
    rings: tuple[str, str]
    members: tuple[str, str, str]
    multi: tuple[str, str, str]
    numberMark: str = " "
    tupleMark: str = " "

    def format(self, srs: str, identity: str = "") -> GeometryFormat:
        """
        The words for all geometries.

        @param srs: the srsName attribute of an outermost geometry, with a blank before it.
        @param identity: what the ids of geometries begin with; '' where they have none.
        """
        own = f' gml:id="{identity}{ID}"' if identity else ""
        members = f' gml:id="{identity}{ID}.{MEMBER}"' if identity else ""
        names = ("Point", "LineString", "Polygon")
        first = (self.point[0], self.line[0], "")
        last = (self.point[1], self.line[1], "")
        (shell, shellEnd), (hole, holeEnd) = (self._ring(name) for name in self.rings)
        multi = (*self.multi, "MultiGeometry")
        mixed = ("geometryMember",) * 3
        return GeometryFormat(
            self.numberMark,
            self.tupleMark,
            shell=shell,
            shellEnd=shellEnd,
            hole=hole,
            holeEnd=holeEnd,
            single=_three(f"<gml:{n}{own}{srs}>{f}" for n, f in zip(names, first, strict=True)),
            singleEnd=_three(f"{f}</gml:{n}>" for n, f in zip(names, last, strict=True)),
            multi=(*_three(f"<gml:{n}{own}{srs}>" for n in multi[:3]), f"<gml:{multi[3]}{own}{srs}>"),
            multiEnd=(*_three(f"</gml:{n}>" for n in multi[:3]), f"</gml:{multi[3]}>"),
            member=_members(self.members, names, first, members),
            memberEnd=_memberEnds(self.members, names, last),
            mixedMember=_members(mixed, names, first, members),
            mixedMemberEnd=_memberEnds(mixed, names, last),
        )

    def _ring(self, name: str) -> tuple[str, str]:
        return (
            f"<gml:{name}><gml:LinearRing>{self.line[0]}",
            f"{self.line[1]}</gml:LinearRing></gml:{name}>",
        )


_Three = tuple[str, str, str]


def _three(texts: Iterable[str]) -> _Three:
    first, second, third = texts
    return first, second, third


def _members(members: _Three, names: _Three, first: _Three, identity: str) -> _Three:
    return _three(f"<gml:{m}><gml:{n}{identity}>{f}" for m, n, f in zip(members, names, first, strict=True))


def _memberEnds(members: _Three, names: _Three, last: _Three) -> _Three:
    return _three(f"{f}</gml:{n}></gml:{m}>" for m, n, f in zip(members, names, last, strict=True))


@implementer(IFeatureEncoder)
class GmlEncoder:
    """
    The base of the encoders of one version of GML each.

    @cvar member: the element around a feature (likewise C{identifier}: the attribute of its id).
    @cvar envelope: what stands before the box of a feature, with C{{srs}} for the attribute,
        between its numbers and corners, and after it.
    """

    contentType = "text/xml; charset=utf-8"
    member = "gml:featureMember"
    identifier = "gml:id"
    envelope: tuple[str, tuple[str, str, str], str] = ("", ("", "", ""), "")

    def __init__(self, collection: Collection, featureType: FeatureType):
        self._collection = collection
        self.ofType(featureType)

    def ofType(self, featureType: FeatureType) -> None:
        """What follows are features of that type."""
        self._type = featureType
        self._srs = f' srsName="{attribute(featureType.srsName)}"' if featureType.srsName else ""
        self._format = self.words().format(self._srs, self.geometryIdentity())
        self._elements = [f"qgs:{elementName(f.name)}" for f in featureType.fields]

    def head(self) -> bytes:
        """See L{IFeatureEncoder}."""
        return f"{self._collection.head()}{self.boundedBy(self._collection.bounds)}".encode()

    def batch(self, features: FeatureBatch) -> bytes:
        """See L{IFeatureEncoder}."""
        return joinRows(self._pieces(features), len(features))

    def tail(self) -> bytes:
        """See L{IFeatureEncoder}."""
        return b"</wfs:FeatureCollection>\n"

    def boundedBy(self, bounds: CollectionBounds | None) -> str:
        """The C{gml:boundedBy} of the collection."""
        raise NotImplementedError

    def words(self) -> GeometryWords:
        """The elements around coordinates."""
        raise NotImplementedError

    def featureIdentity(self) -> str:
        """What the ids of features begin with, fit to stand in an attribute."""
        return f"{attribute(self._type.name)}."

    def geometryIdentity(self) -> str:
        """What the ids of geometries begin with; '' where they have none."""
        return ""

    def _pieces(self, features: FeatureBatch) -> list[Piece]:
        feature = f"qgs:{elementName(self._type.name)}"
        identity = f'<{self.member}><{feature} {self.identifier}="{self.featureIdentity()}'
        pieces: list[Piece] = [IntegerPiece(identity, '">', "", pa.array(features.ids))]
        shapes = self._type.shapes(features.geometry)
        if shapes is not None:
            pieces += self._geometryPieces(shapes, features.ids)
        pieces += self._valuePieces(features)
        pieces.append(Piece(f"</{feature}></{self.member}>\n"))
        return pieces

    def _valuePieces(self, features: FeatureBatch) -> Sequence[Piece]:
        named = zip(self._type.fields, self._elements, strict=True)
        return [
            xmlPiece(f, features.columns[f.name], f"<{name}>", f"</{name}>", f'<{name} xsi:nil="true"/>')
            for f, name in named
        ]

    def _geometryPieces(self, shapes: Shapes, ids: np.ndarray) -> Sequence[Piece]:
        kind = self._type
        before, marks, after = self.envelope
        box = EnvelopePiece(
            before.format(srs=self._srs),
            after,
            bounds=_shown(shapes),
            precision=kind.precision,
            isSwapped=kind.isSwapped,
            marks=marks,
        )
        return [box, self.shapePiece(shapes, ids, "<qgs:geometry>", "</qgs:geometry>")]

    def shapePiece(self, shapes: Shapes, ids: np.ndarray, before: str, after: str) -> ShapePiece:
        """Geometries between two texts; nothing where there is none."""
        return ShapePiece(
            before,
            after,
            shapes=shapes,
            format=self._format,
            precision=self._type.precision,
            dimension=self.dimension(),
            isSwapped=self._type.isSwapped,
            ids=ids if self.geometryIdentity() else None,
        )

    def dimension(self) -> int:
        """How many numbers a coordinate tuple has in the document."""
        return 3 if self._type.hasZ else 2


def _shown(shapes: Shapes) -> np.ndarray:
    """The boxes of those geometries that are written."""
    bounds = shapes.bounds
    gone = (shapes.types == 0) & ~np.isnan(bounds[:, 0])
    if gone.any():
        bounds = bounds.copy()
        bounds[gone] = np.nan
    return bounds


def cornerTexts(bounds: CollectionBounds) -> list[str]:
    """The four numbers of a box as text: lower corner, upper corner."""
    (first, second), (third, fourth) = bounds.corners()
    return fixedText(np.array([first, second, third, fourth]), bounds.precision).to_pylist()


def srsAttribute(bounds: CollectionBounds) -> str:
    """The srsName attribute of a box, '' without one."""
    return f' srsName="{attribute(bounds.srsName)}"' if bounds.srsName else ""
