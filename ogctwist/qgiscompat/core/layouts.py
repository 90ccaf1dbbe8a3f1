# -*- test-case-name: tests.qgiscompat.core.test_project -*-
"""The layouts of a project, by name: what is in them is the server's to print, not a plugin's."""

from __future__ import annotations

from typing import Any

from lxml import etree

from ogctwist.qgiscompat.core.enums import withEnums
from ogctwist.qgiscompat.inert import NotOnServer
from ogctwist.qgiscompat.wrapper import Wrapper

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


@withEnums("QgsMasterLayoutInterface")
class QgsMasterLayoutInterface(Wrapper):
    """A layout or a report."""

    def _make(self, element: Any = None, project: Any = None) -> None:
        self._q_element = element if hasattr(element, "get") else etree.Element("Layout")
        self._q_project = project if project is not None else element

    def name(self) -> str:
        """Its name."""
        return self._q_element.get("name", "")

    def layoutType(self) -> Any:
        """Layout or report."""
        kind = self._q_element.tag
        return self.Report if kind == "Report" else self.PrintLayout  # type: ignore[attr-defined]

    def layoutProject(self) -> Any:
        """The project that it is in."""
        return self._q_project


class QgsLayoutAtlas(Wrapper):
    """What a layout is repeated for."""

    def _make(self, layout: Any) -> None:
        self._q_layout = layout
        found = layout._q_element.find("Atlas")
        self._q_element = etree.Element("Atlas") if found is None else found

    def enabled(self) -> bool:
        """Whether it is."""
        return self._q_element.get("enabled", "0") == "1"

    def coverageLayer(self) -> Any:
        """For whose features."""
        return self._q_layout._q_project.mapLayer(self._q_element.get("coverageLayer", ""))

    def filterExpression(self) -> str:
        """For which of them."""
        return self._q_element.get("featureFilter", "")

    def filterFeatures(self) -> bool:
        """Whether that counts."""
        return self._q_element.get("filterFeatures", "0") == "1"


class QgsPrintLayout(QgsMasterLayoutInterface):
    """A layout."""

    def atlas(self) -> QgsLayoutAtlas:
        """What it is repeated for."""
        return QgsLayoutAtlas(self)

    def customProperty(self, key: str, default: Any = None) -> Any:
        """A property by its name."""
        from ogctwist.project.options import customProperties

        return customProperties(self._q_element.find("customproperties")).get(key, default)

    def itemById(self, id: str) -> Any:
        """@raise NotOnServer: what is in a layout is not there for plugins."""
        raise NotOnServer("the items of layouts are not there for plugins on this server; use WMS GetPrint")

    items = pageCollection = referenceMap = itemById


class QgsLayoutManager(Wrapper):
    """The layouts of a project."""

    def _make(self, project: Any = None) -> None:
        self._q_project = project
        xml = project._q_project.layoutsXml
        root = etree.fromstring(xml, _PARSER) if xml else ()
        self._q_layouts = [
            (QgsPrintLayout if each.tag == "Layout" else QgsMasterLayoutInterface)(each, project)
            for each in root
            if each.tag in ("Layout", "Report")
        ]

    def layouts(self) -> list[Any]:
        """Layouts and reports."""
        return list(self._q_layouts)

    def printLayouts(self) -> list[QgsPrintLayout]:
        """Layouts."""
        return [layout for layout in self._q_layouts if isinstance(layout, QgsPrintLayout)]

    def layoutByName(self, name: str) -> Any:
        """One of them, or None."""
        return next((layout for layout in self._q_layouts if layout.name() == name), None)


class LayoutExport(Wrapper):
    """Settings of an export: what a plugin sets on them is kept, and of no effect."""

    def _make(self) -> None:
        self.dpi = -1.0


@withEnums("QgsLayoutExporter")
class QgsLayoutExporter(Wrapper):
    """Prints layouts; not here."""

    PdfExportSettings = ImageExportSettings = SvgExportSettings = LayoutExport

    def _make(self, layout: Any) -> None:
        self._q_layout = layout

    def exportToPdf(self, *arguments: Any) -> Any:
        """@raise NotOnServer: always."""
        raise NotOnServer("plugins do not print on this server; use WMS GetPrint")

    exportToImage = exportToSvg = exportToPdf


@withEnums("QgsLayoutItemMap")
class QgsLayoutItemMap(Wrapper):
    """Enumerations of a map in a layout; items themselves are not there for plugins."""

    def _make(self, *arguments: Any) -> None:
        raise NotOnServer("the items of layouts are not there for plugins on this server")
