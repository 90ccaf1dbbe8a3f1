# -*- test-case-name: tests.qgiscompat.core.test_values -*-
"""QgsFeature and the iterator over features."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ogctwist.expression.values import Feature
from ogctwist.qgiscompat.core.fields import QgsField, QgsFields
from ogctwist.qgiscompat.core.geometry import QgsGeometry
from ogctwist.qgiscompat.core.values import NULL, fromVariant, toVariant
from ogctwist.qgiscompat.wrapper import Wrapper

#: The id of a feature that has none.
NO_ID = -(2**63)


class QgsFeature(Wrapper):
    """A feature: id, attributes, geometry."""

    _q_id: int
    _q_fields: QgsFields
    _q_values: list[Any]
    _q_geometry: QgsGeometry

    def _make(self, first: Any = NO_ID, id: int = NO_ID, fields: Any = None) -> None:
        if isinstance(first, QgsFeature):
            self._q_id, self._q_fields, self._q_isValid = first._q_id, first._q_fields, first._q_isValid
            self._q_values, self._q_geometry = list(first._q_values), QgsGeometry(first._q_geometry)
            return
        if isinstance(first, QgsFields):
            first, fields = id, first
        self._q_id = int(first)
        self._q_isValid = self._q_id != NO_ID and fields is None
        self._q_fields = QgsFields() if fields is None else fields
        self._q_values = [None] * len(self._q_fields)
        self._q_geometry = QgsGeometry()

    def _q_value(self) -> Feature:
        """The feature as expressions take it."""
        pairs = zip(self._q_fields.names(), self._q_values, strict=False)
        attributes = {name: fromVariant(value) for name, value in pairs}
        return Feature(self._q_id, attributes, self._q_geometry._q_shape)

    def id(self) -> int:
        """The feature id."""
        return self._q_id

    def setId(self, id: int) -> None:
        """Set it."""
        self._q_id = int(id)

    def fields(self) -> QgsFields:
        """Its fields."""
        return self._q_fields

    def setFields(self, fields: QgsFields, initAttributes: bool = False) -> None:
        """Give its values names; or make them all null."""
        self._q_fields = QgsFields(fields)
        if initAttributes:
            self._q_values = [NULL] * len(fields)

    def isValid(self) -> bool:
        """Whether it was read, or made so."""
        return self._q_isValid

    def setValid(self, valid: bool) -> None:
        """Make it so."""
        self._q_isValid = bool(valid)

    def geometry(self) -> QgsGeometry:
        """Its geometry; null when there is none."""
        return QgsGeometry(self._q_geometry)

    def hasGeometry(self) -> bool:
        """Whether there is one."""
        return not self._q_geometry.isNull()

    def setGeometry(self, geometry: Any) -> None:
        """Set it."""
        self._q_geometry = QgsGeometry(geometry)

    def clearGeometry(self) -> None:
        """Take it away."""
        self._q_geometry = QgsGeometry()

    def attributes(self) -> list[Any]:
        """All values."""
        return list(self._q_values)

    def attributeMap(self) -> dict[str, Any]:
        """All values by name."""
        return dict(zip(self._q_fields.names(), self._q_values, strict=False))

    def attributeCount(self) -> int:
        """How many."""
        return len(self._q_values)

    def setAttributes(self, values: Any) -> None:
        """Set all."""
        self._q_values = list(values)

    def initAttributes(self, count: int) -> None:
        """Make them so many nulls."""
        self._q_values = [NULL] * count

    def resizeAttributes(self, count: int) -> None:
        """Make them so many."""
        self._q_values = (self._q_values + [NULL] * count)[:count]

    def _q_place(self, which: Any) -> int:
        """@raise KeyError: there is no such attribute."""
        if isinstance(which, QgsField):
            which = which.name()
        index = self._q_fields.lookupField(which) if isinstance(which, str) else int(which)
        if not 0 <= index < len(self._q_values):
            raise KeyError(which if isinstance(which, str) else str(which))
        return index

    def attribute(self, which: Any) -> Any:
        """The value of a name or place.  @raise KeyError: there is none."""
        return self._q_values[self._q_place(which)]

    def setAttribute(self, which: Any, value: Any) -> bool:
        """@raise KeyError: there is no such attribute."""
        if isinstance(which, str) and self._q_fields.lookupField(which) >= len(self._q_values):
            self.resizeAttributes(len(self._q_fields))
        self._q_values[self._q_place(which)] = NULL if value is None else value
        return True

    def deleteAttribute(self, which: Any) -> bool:
        """@raise KeyError: there is no such attribute."""
        del self._q_values[self._q_place(which)]
        return True

    def isUnsetValue(self, index: int) -> bool:
        """Whether a value was left to the source: never here."""
        return False

    def fieldNameIndex(self, name: str) -> int:
        """The place of a name; -1."""
        return self._q_fields.lookupField(name)

    def __getitem__(self, which: Any) -> Any:
        return self.attribute(which)

    def __setitem__(self, which: Any, value: Any) -> None:
        self.setAttribute(which, value)

    def __delitem__(self, which: Any) -> None:
        self.deleteAttribute(which)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.attributes())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QgsFeature) and (
            (self._q_id, self._q_values, self._q_geometry, self._q_fields)
            == (other._q_id, other._q_values, other._q_geometry, other._q_fields)
        )

    def __hash__(self) -> int:
        return hash(self._q_id)

    def _q_take(self, other: QgsFeature) -> None:
        """Become another."""
        self._make(other)


class QgsFeatureIterator(Wrapper):
    """Features, one after another."""

    def _make(self, features: Iterator[QgsFeature] | None = None) -> None:
        self._q_features: Iterator[QgsFeature] | None = features

    def nextFeature(self, feature: QgsFeature) -> bool:
        """Make C{feature} the next one; False when there is none."""
        found = next(self, None)
        if found is None:
            feature._q_isValid = False
            return False
        feature._q_take(found)
        return True

    def isClosed(self) -> bool:
        """Whether nothing more comes."""
        return self._q_features is None

    def isValid(self) -> bool:
        """Whether it reads from something."""
        return self._q_features is not None

    def close(self) -> bool:
        """End the reading."""
        features, self._q_features = self._q_features, None
        if hasattr(features, "close"):
            features.close()
        return features is not None

    def __iter__(self) -> QgsFeatureIterator:
        return self

    def __next__(self) -> QgsFeature:
        if self._q_features is None:
            raise StopIteration
        found = next(self._q_features, None)
        if found is None:
            self._q_features = None
            raise StopIteration
        return found


def featureOf(value: Feature, fields: QgsFields | None = None) -> QgsFeature:
    """A feature of an expression."""
    if fields is None:
        fields = QgsFields()
        for name in value.attributes:
            fields.append(QgsField(name))
    made = QgsFeature(fields)
    made._q_id, made._q_isValid = value.id, True
    made._q_values = [toVariant(value.attributes.get(name)) for name in fields.names()]
    made._q_geometry = QgsGeometry._q_of(value.geometry)
    return made
