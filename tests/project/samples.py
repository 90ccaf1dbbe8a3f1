"""The projects that QGIS wrote for these tests, and pieces of projects by hand."""

from __future__ import annotations

import os

from lxml import etree

from ogctwist.project.model import Project
from ogctwist.project.reader import readProject

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data", "projects")


def sample(name: str) -> str:
    """The path of a sample project."""
    return os.path.join(FOLDER, name)


def element(text: str) -> etree._Element:
    """XML as an element."""
    return etree.fromstring(text)


def childrenOf(text: str) -> dict[str, etree._Element]:
    """The children of an element, by tag."""
    return {child.tag: child for child in element(text)}


def document(body: str, version: str = "3.22.16", properties: str = "") -> str:
    """A project file around C{body}."""
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        f'<qgis version="{version}" projectname="">{body}<properties>{properties}</properties></qgis>'
    )


def layerXml(
    layerId: str, source: str = "./a.shp", provider: str = "ogr", attributes: str = "", body: str = ""
) -> str:
    """A C{maplayer}."""
    return (
        f'<maplayer type="vector" geometry="Point" {attributes}><id>{layerId}</id>'
        f"<datasource>{source}</datasource><layername>{layerId}</layername>"
        f"<provider>{provider}</provider>{body}</maplayer>"
    )


def write(path: str, text: str) -> str:
    """Write a file; its path."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def projectOf(
    path: str, body: str, version: str = "3.22.16", properties: str = "", **arguments: object
) -> Project:
    """Write a project file and read it."""
    return readProject(write(path, document(body, version, properties)), **arguments)
