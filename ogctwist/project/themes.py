# -*- test-case-name: tests.project.test_themes -*-
"""Map themes (C{visibility-presets}) and relations of a project."""

from __future__ import annotations

from lxml import etree

from ogctwist.project.elements import flagOf
from ogctwist.project.model import MapTheme, Relation, ThemeLayer

__all__ = ["readRelations", "readThemes"]


def readThemes(element: etree._Element | None) -> dict[str, MapTheme]:
    """@return: themes by name, in the order of the file."""
    themes: dict[str, MapTheme] = {}
    for preset in () if element is None else element.iterchildren("visibility-preset"):
        name = preset.get("name", "")
        checked = {
            nodes.get("id", ""): frozenset(n.get("id", "") for n in nodes.iterchildren("checked-legend-node"))
            for nodes in preset.iterchildren("checked-legend-nodes")
        }
        layers = tuple(
            ThemeLayer(
                layer.get("id", ""),
                layer.get("style", ""),
                # before 3.0 a theme had none but visible layers
                flagOf(layer.get("visible"), True),
                checked.get(layer.get("id", "")),
            )
            for layer in preset.iterchildren("layer")
        )
        groups = preset.find("checked-group-nodes")
        themes[name] = MapTheme(
            name,
            layers,
            frozenset(
                () if groups is None else (n.get("id", "") for n in groups.iterchildren("checked-group-node"))
            ),
        )
    return themes


def readRelations(element: etree._Element | None) -> dict[str, Relation]:
    """@return: relations by id."""
    relations = {}
    for child in () if element is None else element.iterchildren("relation"):
        relation = Relation(
            child.get("id", ""),
            child.get("name", ""),
            child.get("referencingLayer", ""),
            child.get("referencedLayer", ""),
            tuple(
                (f.get("referencingField", ""), f.get("referencedField", ""))
                for f in child.iterchildren("fieldRef")
            ),
        )
        relations[relation.id] = relation
    return relations
