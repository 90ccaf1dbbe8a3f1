# -*- test-case-name: tests.symbology.labels.test_settings -*-
"""
Labels as QGIS 2 wrote them: custom properties of the layer, C{labeling/…}.

Their names are those of today's attributes; so the markup of today is made of
them and read like any other.
"""

from __future__ import annotations

from lxml import etree

#: Parts of C{settings}, each of which is given all attributes: none means two things.
_PARTS = ("text-format", "placement", "rendering")
_STYLE_PARTS = ("text-buffer", "background", "shadow")
_COLORS = ("textColor", "bufferColor", "shapeFillColor", "shapeBorderColor", "shadowColor")
#: What stood for a unit before there were more than two.
_UNITS = {
    "bufferSizeInMapUnits": "bufferSizeUnits",
    "distInMapUnits": "distUnits",
    "labelOffsetInMapUnits": "offsetUnits",
    "fontSizeInMapUnits": "fontSizeUnit",
}
#: Data-defined properties that have other names today.
_RENAMED = {"Rotation": "LabelRotation", "MinScale": "MinimumScale", "MaxScale": "MaximumScale"}


def legacySettings(layer):
    """
    The C{settings} of a layer that has its labels in custom properties.

    @param layer: a C{maplayer}.
    @return: an element, or None when the layer has no labels.
    """
    values = {
        p.get("key", "").removeprefix("labeling/"): p.get("value", "")
        for p in layer.iterfind("customproperties/property")
        if p.get("key", "").startswith("labeling/")
    }
    if values.get("enabled") != "true" or not values.get("fieldName"):
        return None
    attributes = {name: _flag(value) for name, value in values.items() if "/" not in name}
    attributes |= _colors(values)
    for flag, unit in _UNITS.items():
        if flag in values and unit not in values:
            inMapUnits = values[flag] == "true"
            attributes[unit] = "MapUnit" if inMapUnits else "Point" if unit == "fontSizeUnit" else "MM"
    settings = etree.Element("settings")
    style = etree.SubElement(settings, "text-style", attributes)
    for name in _STYLE_PARTS:
        etree.SubElement(style, name, attributes)
    for name in _PARTS:
        etree.SubElement(settings, name, attributes)
    _addDefined(settings, values)
    return settings


def _flag(value: str) -> str:
    return {"true": "1", "false": "0"}.get(value, value)


def _colors(values: dict[str, str]) -> dict[str, str]:
    found = {}
    for name in _COLORS:
        if f"{name}R" in values:
            channels = [values.get(f"{name}{c}", "255") for c in "RGBA"]
            found[name] = ",".join(channels)
    return found


def _addDefined(settings, values: dict[str, str]) -> None:
    """C{active~~useexpression~~expression~~field} as today's tree of options."""
    root = etree.SubElement(etree.SubElement(settings, "dd_properties"), "Option", type="Map")
    properties = etree.SubElement(root, "Option", type="Map", name="properties")
    for key, value in values.items():
        name = key.removeprefix("dataDefined/")
        pieces = value.split("~~")
        if name == key or len(pieces) != 4 or pieces[0] != "1":
            continue
        one = etree.SubElement(properties, "Option", type="Map", name=_RENAMED.get(name, name))
        etree.SubElement(one, "Option", type="bool", name="active", value="true")
        etree.SubElement(one, "Option", type="int", name="type", value="3" if pieces[1] == "1" else "2")
        etree.SubElement(one, "Option", type="QString", name="expression", value=pieces[2])
        etree.SubElement(one, "Option", type="QString", name="field", value=pieces[3])
