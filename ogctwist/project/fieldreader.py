# -*- test-case-name: tests.project.test_fieldreader -*-
"""What a project says of the fields of a vector layer, in all of QGIS's spellings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from ogctwist.project.elements import flagOf
from ogctwist.project.layers import EditWidget, FieldSettings
from ogctwist.project.options import optionValue

__all__ = ["readFields"]

Children = Mapping[str, etree._Element]


@dataclass
class _FieldParts:
    """The settings of one field while its pieces are gathered."""

    name: str
    values: dict[str, object] = field(default_factory=dict)


def readFields(children: Children) -> tuple[FieldSettings, ...]:
    """
    @param children: the children of a C{maplayer}, by tag.
    @return: settings in the order of the layer's fields, as far as the file tells it.
    """
    gathered = _Gathered()
    _readConfiguration(children, gathered)
    _readEditTypes(children, gathered)
    _readAliases(children, gathered)
    _readExclusions(children, gathered)
    _readDefaults(children, gathered)
    _readConstraints(children, gathered)
    _readExpressionFields(children, gathered)
    _readEditable(children, gathered)
    return gathered.fields()


class _Gathered:
    """Fields by name, in the order in which they were first met."""

    def __init__(self) -> None:
        self._parts: dict[str, _FieldParts] = {}

    def set(self, name: str | None, **values: object) -> None:
        if name:
            self._parts.setdefault(name, _FieldParts(name)).values.update(values)

    def fields(self) -> tuple[FieldSettings, ...]:
        return tuple(
            FieldSettings(parts.name, **parts.values)  # type: ignore[arg-type]
            for parts in self._parts.values()
        )


def _items(children: Children, tag: str) -> tuple[etree._Element, ...] | etree._Element:
    return children.get(tag, ())


def _readConfiguration(children: Children, gathered: _Gathered) -> None:
    """C{fieldConfiguration} (3.0 and later); the flags that hide from services came with 3.16."""
    for element in _items(children, "fieldConfiguration"):
        values: dict[str, object] = {}
        flags = element.get("configurationFlags")
        if flags is not None:
            names = flags.split("|")
            values["excludeWms"] = "HideFromWms" in names
            values["excludeWfs"] = "HideFromWfs" in names
        widget = element.find("editWidget")
        if widget is not None:
            option = widget.find("config/Option")
            config = optionValue(option) if option is not None else None
            values["editWidget"] = EditWidget(
                widget.get("type", ""), config if isinstance(config, dict) else {}
            )
        gathered.set(element.get("name"), **values)


def _readEditTypes(children: Children, gathered: _Gathered) -> None:
    """
    C{edittypes} (2.x): attributes of C{widgetv2config} are the configuration,
    and some of the field's own settings beside.
    """
    for element in _items(children, "edittypes"):
        config = element.find("widgetv2config")
        values: dict[str, object] = {} if config is None else {str(k): v for k, v in config.items()}
        if config is not None and element.get("widgetv2type") == "ValueMap":
            values = {"map": {v.get("key", ""): v.get("value", "") for v in config.iterchildren("value")}}
        expression = str(values.pop("constraint", ""))
        notNull = flagOf(str(values.pop("notNull", "")))
        gathered.set(
            element.get("name"),
            isEditable=flagOf(str(values.pop("fieldEditable", "1"))),
            constraints=(1 if notNull else 0) + (4 if expression else 0),
            constraintExpression=expression,
            constraintDescription=str(values.pop("constraintDescription", "")),
            editWidget=EditWidget(
                element.get("widgetv2type", ""), {k: v for k, v in values.items() if k != "labelOnTop"}
            ),
        )


def _readAliases(children: Children, gathered: _Gathered) -> None:
    for element in _items(children, "aliases"):
        gathered.set(element.get("field"), alias=element.get("name", ""))


def _readExclusions(children: Children, gathered: _Gathered) -> None:
    """Until 3.16 excluded attributes were lists of their own."""
    for tag, flag in (("excludeAttributesWMS", "excludeWms"), ("excludeAttributesWFS", "excludeWfs")):
        for element in _items(children, tag):
            gathered.set(element.text, **{flag: True})


def _readDefaults(children: Children, gathered: _Gathered) -> None:
    for element in _items(children, "defaults"):
        gathered.set(
            element.get("field"),
            default=element.get("expression", ""),
            applyDefaultOnUpdate=flagOf(element.get("applyOnUpdate")),
        )


def _readConstraints(children: Children, gathered: _Gathered) -> None:
    for element in _items(children, "constraints"):
        hard = sum(
            bit
            for bit, name in ((1, "notnull_strength"), (2, "unique_strength"), (4, "exp_strength"))
            if element.get(name) == "1"
        )
        gathered.set(
            element.get("field"),
            constraints=_integer(element.get("constraints")),
            hardConstraints=hard,
        )
    for element in _items(children, "constraintExpressions"):
        gathered.set(
            element.get("field"),
            constraintExpression=element.get("exp", ""),
            constraintDescription=element.get("desc", ""),
        )


def _readExpressionFields(children: Children, gathered: _Gathered) -> None:
    for element in _items(children, "expressionfields"):
        gathered.set(
            element.get("name"),
            expression=element.get("expression", ""),
            typeName=element.get("typeName", ""),
            comment=element.get("comment", ""),
            typeCode=_integer(element.get("type")),
            length=_integer(element.get("length")),
            precision=_integer(element.get("precision")),
        )


def _readEditable(children: Children, gathered: _Gathered) -> None:
    for element in _items(children, "editable"):
        gathered.set(element.get("name"), isEditable=flagOf(element.get("editable"), True))


def _integer(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
