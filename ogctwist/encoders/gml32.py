# -*- test-case-name: tests.encoders.test_gml32 -*-
"""
GML 3.2.1 (OGC 07-036; ISO 19136), the format of WFS 2.0: collections of features, of the answers
to several queries, single features, and values.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from ogctwist.encoders.featuretype import CollectionBounds, FeatureType, elementName
from ogctwist.encoders.gml import QGS_NAMESPACE, Collection, attribute
from ogctwist.encoders.gml3 import Gml3Encoder
from ogctwist.encoders.values import xmlPiece
from ogctwist.geo.batch import FeatureBatch
from ogctwist.native.text import IntegerPiece, Piece, joinRows

CONTENT_TYPE = "application/gml+xml; version=3.2"

#: The namespaces of a document of WFS 2.0.
NAMESPACES = (
    ("wfs", "http://www.opengis.net/wfs/2.0"),
    ("gml", "http://www.opengis.net/gml/3.2"),
    ("xlink", "http://www.w3.org/1999/xlink"),
    ("qgs", QGS_NAMESPACE),
    ("xsi", "http://www.w3.org/2001/XMLSchema-instance"),
)

_INNER_END = "</wfs:FeatureCollection></wfs:member>\n"


class Gml32Encoder(Gml3Encoder):
    """
    Features as GML 3.2.

    The answers to several queries are collections within the collection (OGC 09-025r2, 11.3.3.5).
    """

    contentType = CONTENT_TYPE
    member = "wfs:member"

    def __init__(self, collection: Collection, featureType: FeatureType, parts: Sequence[str] = ()):
        """
        @param parts: the attributes of the collections within the collection, each with a blank
            before it, one for each type in order; empty when there is one type only.
        """
        self._parts = iter(parts)
        self._hasParts = bool(parts)
        self._opened = 0
        self._pending = ""
        super().__init__(collection, featureType)

    def ofType(self, featureType: FeatureType) -> None:
        """See L{GmlEncoder.ofType}."""
        super().ofType(featureType)
        if self._hasParts:
            end = _INNER_END if self._opened else ""
            self._pending += f"{end}<wfs:member><wfs:FeatureCollection{next(self._parts)}>\n"
            self._opened += 1

    def batch(self, features: FeatureBatch) -> bytes:
        """See L{IFeatureEncoder}."""
        pending, self._pending = self._pending, ""
        return pending.encode() + super().batch(features)

    def tail(self) -> bytes:
        """See L{IFeatureEncoder}."""
        end = self._pending + (_INNER_END if self._hasParts else "")
        self._pending = ""
        return end.encode() + super().tail()

    def boundedBy(self, bounds: CollectionBounds | None) -> str:
        """The envelope of the collection."""
        inGml = super().boundedBy(bounds)
        return inGml.replace("gml:boundedBy>", "wfs:boundedBy>")

    def featureIdentity(self) -> str:
        """Ids are names in XML, also where the name of the type is none."""
        return f"{elementName(self._type.name)}."

    def geometryIdentity(self) -> str:
        """Every geometry has an id, which is none of a feature."""
        return f"{elementName(self._type.name)}.geometry."


class Gml32Feature(Gml32Encoder):
    """One feature, which is the whole document (OGC 09-025r2, 7.9.3.6)."""

    def head(self) -> bytes:
        """Nothing: the feature is the root."""
        return b""

    def batch(self, features: FeatureBatch) -> bytes:
        """The feature with the namespaces of the document."""
        text = super().batch(features).decode()
        start, end = f"<{self.member}><", f"</{self.member}>\n"
        element, blank, rest = text.removeprefix(start).removesuffix(end).partition(" ")
        spaces = "".join(f' xmlns:{p}="{s}"' for p, s in self._collection.namespaces)
        location = f' xsi:schemaLocation="{attribute(self._collection.schemaLocation)}"'
        return f"<{element}{spaces}{location}{blank}{rest}\n".encode()

    def tail(self) -> bytes:
        """Nothing."""
        return b""


class ValueEncoder(Gml32Encoder):
    """
    The values of one property (OGC 09-025r2, 10): of the only attribute of the type, else of the
    geometry, else the ids of features.  Where there is no value there is no member.
    """

    def head(self) -> bytes:
        """The start tag of C{wfs:ValueCollection}."""
        return self._collection.head().replace("<wfs:FeatureCollection", "<wfs:ValueCollection", 1).encode()

    def batch(self, features: FeatureBatch) -> bytes:
        """A member for each value."""
        return joinRows([self._valuePiece(features)], len(features))

    def tail(self) -> bytes:
        """The end tag."""
        return b"</wfs:ValueCollection>\n"

    def _valuePiece(self, features: FeatureBatch) -> Piece:
        before, after = "<wfs:member>", "</wfs:member>\n"
        if self._type.fields:
            (field,) = self._type.fields
            return xmlPiece(field, features.columns[field.name], before, after, "")
        shapes = self._type.shapes(features.geometry)
        if shapes is not None:
            return self.shapePiece(shapes, features.ids, before, after)
        return IntegerPiece(before + self.featureIdentity(), after, "", pa.array(features.ids))
