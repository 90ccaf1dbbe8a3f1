# -*- test-case-name: tests.qgiscompat.core.test_values -*-
"""QgsField, QgsFields, constraints and form widgets."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from ogctwist.project.layers import FieldSettings
from ogctwist.qgiscompat.core.enums import enumOf, withEnums
from ogctwist.qgiscompat.core.values import isNull
from ogctwist.qgiscompat.qt import qtModule
from ogctwist.qgiscompat.wrapper import Wrapper
from ogctwist.sources.query import FieldType, SourceField

_QVariant = qtModule("QtCore").QVariant
_NUMBERS = {
    FieldType.INTEGER: 2, FieldType.LONG: 4, FieldType.DOUBLE: 6, FieldType.STRING: 10, FieldType.BOOLEAN: 1,
    FieldType.DATE: 14, FieldType.TIME: 15, FieldType.DATETIME: 16, FieldType.BINARY: 12, FieldType.MAP: 8,
    FieldType.STRING_LIST: 11, FieldType.LIST: 9,
}  # fmt: skip
_TYPES = {number: kind for kind, number in _NUMBERS.items()}
#: QVariant's types by number.
VARIANT_TYPES = {int(v): v for v in vars(_QVariant).values() if type(v) is type(_QVariant.Int)}
_DISPLAY = {1: "Boolean", 2: "Integer", 4: "Integer64", 6: "Real", 10: "String", 14: "Date", 15: "Time",
            16: "DateTime", 12: "Binary"}  # fmt: skip


@withEnums("QgsFieldConstraints")
class QgsFieldConstraints(Wrapper):
    """What must hold for the values of a field."""

    def _make(self, other: Any = None) -> None:
        settings = FieldSettings("") if other is None else other._q_settings
        self._q_settings: FieldSettings = settings
        self._q_source = 0 if other is None else other._q_source

    @classmethod
    def _q_of(cls, settings: FieldSettings, field: SourceField | None) -> QgsFieldConstraints:
        made = cls()
        made._q_settings = settings
        if field is not None:
            made._q_source = (not field.isNullable) | (field.isUnique << 1)
        return made

    def constraints(self) -> int:
        """Those that are set, joined."""
        return self._q_settings.constraints | self._q_source

    def constraintOrigin(self, constraint: int) -> Any:
        """Who set it."""
        origins = enumOf("QgsFieldConstraints", "ConstraintOrigin")
        if self._q_source & int(constraint):
            return origins.ConstraintOriginProvider
        known = self._q_settings.constraints & int(constraint)
        return origins.ConstraintOriginLayer if known else origins.ConstraintOriginNotSet

    def constraintStrength(self, constraint: int) -> Any:
        """Whether it must hold on saving."""
        strengths = enumOf("QgsFieldConstraints", "ConstraintStrength")
        if not self.constraints() & int(constraint):
            return strengths.ConstraintStrengthNotSet
        hard = (self._q_settings.hardConstraints | self._q_source) & int(constraint)
        return strengths.ConstraintStrengthHard if hard else strengths.ConstraintStrengthSoft

    def constraintExpression(self) -> str:
        """What must be true."""
        return self._q_settings.constraintExpression

    def constraintDescription(self) -> str:
        """What that means."""
        return self._q_settings.constraintDescription


class QgsEditorWidgetSetup(Wrapper):
    """How a field is edited."""

    def _make(self, type: Any = "", config: Any = None) -> None:
        if isinstance(type, QgsEditorWidgetSetup):
            type, config = type._q_type, type._q_config
        self._q_type: str = type
        self._q_config: dict[str, Any] = dict(config or {})

    def type(self) -> str:
        """The widget's name."""
        return self._q_type

    def config(self) -> dict[str, Any]:
        """Its configuration."""
        return dict(self._q_config)

    def isNull(self) -> bool:
        """Whether there is none."""
        return not self._q_type


class QgsField(Wrapper):
    """A field's name and type, and what the project says of it."""

    def _make(
        self,
        name: Any = "",
        type: Any = 0,
        typeName: str = "",
        len: int = 0,
        prec: int = 0,
        comment: str = "",
        subType: Any = 0,
    ) -> None:
        self._q_settings = FieldSettings("")
        self._q_source: SourceField | None = None
        if isinstance(name, QgsField):
            vars(self).update(vars(name))
            return
        self._q_name, self._q_type, self._q_typeName = str(name), int(type), typeName
        self._q_length, self._q_precision, self._q_comment = len, prec, comment
        self._q_alias = ""

    @classmethod
    def _q_of(cls, field: SourceField, settings: FieldSettings | None) -> QgsField:
        made = cls(
            field.name, _NUMBERS[field.type], field.typeName, field.length, field.precision, field.comment
        )
        made._q_source = field
        if settings is not None:
            made._q_settings, made._q_alias = settings, settings.alias
        return made

    def _q_declared(self) -> SourceField:
        kind = _TYPES.get(self._q_type, FieldType.STRING)
        return SourceField(self._q_name, kind, self._q_typeName, self._q_length, self._q_precision)

    def name(self) -> str:
        """Its name."""
        return self._q_name

    def alias(self) -> str:
        """What is shown instead, or ''."""
        return self._q_alias

    def displayName(self) -> str:
        """Alias, else name."""
        return self._q_alias or self._q_name

    def displayNameWithAlias(self) -> str:
        """Name, with the alias in brackets."""
        return f"{self._q_name} ({self._q_alias})" if self._q_alias else self._q_name

    def type(self) -> Any:
        """A type of QVariant."""
        return VARIANT_TYPES.get(self._q_type, self._q_type)

    def subType(self) -> Any:
        """Of the items of a list."""
        return VARIANT_TYPES.get(10 if self._q_type == 11 else 0, 0)

    def typeName(self) -> str:
        """The source's name of the type."""
        return self._q_typeName

    def displayType(self, showConstraints: bool = False) -> str:
        """Type, and length and precision."""
        text = self._q_typeName or _DISPLAY.get(self._q_type, "")
        if self._q_length and self._q_precision:
            return f"{text}({self._q_length}, {self._q_precision})"
        return f"{text}({self._q_length})" if self._q_length else text

    def length(self) -> int:
        """0 when it is not bounded."""
        return self._q_length

    def precision(self) -> int:
        """Digits behind the point."""
        return self._q_precision

    def comment(self) -> str:
        """What the source says of it."""
        return self._q_comment

    def isNumeric(self) -> bool:
        """Whether its values are numbers."""
        return self._q_type in (2, 3, 4, 5, 6)

    def isDateOrTime(self) -> bool:
        """Whether its values are points in time."""
        return self._q_type in (14, 15, 16)

    def constraints(self) -> QgsFieldConstraints:
        """What must hold for its values."""
        return QgsFieldConstraints._q_of(self._q_settings, self._q_source)

    def editorWidgetSetup(self) -> QgsEditorWidgetSetup:
        """How it is edited."""
        widget = self._q_settings.editWidget
        return QgsEditorWidgetSetup(widget.kind, widget.config)

    def isReadOnly(self) -> bool:
        """Whether it cannot be edited."""
        return bool(self._q_settings.expression)

    def configurationFlags(self) -> int:
        """What is hidden from services: Qgis.FieldConfigurationFlag (3.34)."""
        return 4 * self._q_settings.excludeWms | 8 * self._q_settings.excludeWfs

    def displayString(self, value: Any) -> str:
        """A value as text."""
        from ogctwist.expression.values import toText
        from ogctwist.qgiscompat.core.values import fromVariant

        return "NULL" if isNull(value) else toText(fromVariant(value))

    def setName(self, name: str) -> None:
        """Rename it."""
        self._q_name = name

    def setAlias(self, alias: str) -> None:
        """Set what is shown."""
        self._q_alias = alias

    def setType(self, type: Any) -> None:
        """Set the type."""
        self._q_type = int(type)

    def setTypeName(self, name: str) -> None:
        """Set the source's name of it."""
        self._q_typeName = name

    def setLength(self, length: int) -> None:
        """Bound it."""
        self._q_length = length

    def setPrecision(self, precision: int) -> None:
        """Set the digits behind the point."""
        self._q_precision = precision

    def setComment(self, comment: str) -> None:
        """Set the comment."""
        self._q_comment = comment

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QgsField) and self._q_declared() == other._q_declared()

    def __hash__(self) -> int:
        return hash(self._q_name)

    def __repr__(self) -> str:
        return f"<QgsField: {self._q_name} ({self._q_typeName})>"


@withEnums("QgsFields")
class QgsFields(Wrapper):
    """Fields in their order."""

    def _make(self, other: Any = None) -> None:
        self._q_fields: list[QgsField] = [] if other is None else list(other._q_fields)
        self._q_origins: list[int] = [] if other is None else list(other._q_origins)

    def append(self, field: QgsField, origin: int = 1, originIndex: int = -1) -> bool:
        """Add a field, unless its name is taken."""
        if field.name() in self.names():
            return False
        self._q_fields.append(QgsField(field))
        self._q_origins.append(int(origin))
        return True

    def extend(self, other: QgsFields) -> None:
        """Add those of others."""
        for field, origin in zip(other._q_fields, other._q_origins, strict=True):
            self.append(field, origin)

    def remove(self, index: int) -> None:
        """Take one out."""
        self[index]
        del self._q_fields[index], self._q_origins[index]

    def clear(self) -> None:
        """Take all out."""
        self._q_fields, self._q_origins = [], []

    def at(self, index: int) -> QgsField:
        """@raise KeyError: there is none at that place."""
        if not 0 <= index < len(self._q_fields):
            raise KeyError(str(index))
        return self._q_fields[index]

    def field(self, which: int | str) -> QgsField:
        """By place or name.  @raise KeyError: there is none."""
        if isinstance(which, str):
            index = self.indexFromName(which)
            if index < 0:
                raise KeyError(which)
            return self._q_fields[index]
        return self.at(which)

    def indexFromName(self, name: str) -> int:
        """The place of a name; -1."""
        return next((i for i, field in enumerate(self._q_fields) if field.name() == name), -1)

    indexOf = indexFromName

    def lookupField(self, name: str) -> int:
        """The place of a name, in any case, or of an alias; -1."""
        index = self.indexFromName(name)
        if index >= 0 or not name:
            return index
        folded = name.lower()
        for texts in ([f.name() for f in self._q_fields], [f.alias() for f in self._q_fields]):
            for i, text in enumerate(texts):
                if text.lower() == folded:
                    return i
        return -1

    def names(self) -> list[str]:
        """All names."""
        return [field.name() for field in self._q_fields]

    def toList(self) -> list[QgsField]:
        """All of them."""
        return list(self._q_fields)

    def allAttributesList(self) -> list[int]:
        """All places."""
        return list(range(len(self._q_fields)))

    def count(self) -> int:
        """How many."""
        return len(self._q_fields)

    size = count

    def isEmpty(self) -> bool:
        """Whether there is none."""
        return not self._q_fields

    def exists(self, index: int) -> bool:
        """Whether there is one at that place."""
        return 0 <= index < len(self._q_fields)

    def fieldOrigin(self, index: int) -> Any:
        """Where it comes from."""
        return enumOf("QgsFields", "FieldOrigin")(self._q_origins[index] if self.exists(index) else 0)

    def __len__(self) -> int:
        return len(self._q_fields)

    def __iter__(self) -> Iterator[QgsField]:
        return iter(self._q_fields)

    def __contains__(self, name: object) -> bool:
        return name in self.names()

    def __getitem__(self, which: int | str) -> QgsField:
        if isinstance(which, str):
            return self.field(which)
        return self._q_fields[which]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QgsFields) and self._q_fields == other._q_fields

    __hash__ = None  # type: ignore[assignment]


def fieldsOf(
    fields: Sequence[SourceField], settings: dict[str, FieldSettings], joined: Collection[str] = ()
) -> QgsFields:
    """The fields of a layer; C{joined}: names of those that are another layer's."""
    made = QgsFields()
    for field in fields:
        known = settings.get(field.name)
        made.append(
            QgsField._q_of(field, known),
            4 if known is not None and known.expression else 2 if field.name in joined else 1,
        )
    return made
