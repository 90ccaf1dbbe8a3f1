# -*- test-case-name: tests.qgiscompat.core.test_project -*-
"""What capabilities tell of a layer: short name, title, abstract and so on; as methods to read and set."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ogctwist.project.layers import LayerDescription
from ogctwist.qgiscompat.wrapper import Wrapper


class LayerTexts(Wrapper):
    """The texts of a layer."""

    _q_layer: Any

    def _q_describe(self, **changes: Any) -> None:
        self._q_change(description=replace(self._q_layer.description, **changes))

    def _q_change(self, **changes: Any) -> None:
        raise NotImplementedError

    def shortName(self) -> str:
        """The short name, or ''."""
        return self._q_layer.description.shortName

    def setShortName(self, name: str) -> None:
        """Set it."""
        self._q_describe(shortName=str(name))

    def title(self) -> str:
        """The title."""
        return self._q_layer.description.title

    def setTitle(self, title: str) -> None:
        """Set it."""
        self._q_describe(title=str(title))

    def abstract(self) -> str:
        """The abstract."""
        return self._q_layer.description.abstract

    def setAbstract(self, abstract: str) -> None:
        """Set it."""
        self._q_describe(abstract=str(abstract))

    def keywordList(self) -> str:
        """Key words, with commas between."""
        return self._q_layer.description.keywords

    def setKeywordList(self, keywords: str) -> None:
        """Set them."""
        self._q_describe(keywords=str(keywords))

    def dataUrl(self) -> str:
        """Where the data can be had."""
        return self._q_layer.description.dataUrl

    def setDataUrl(self, url: str) -> None:
        """Set it."""
        self._q_describe(dataUrl=str(url))

    def dataUrlFormat(self) -> str:
        """In which format."""
        return self._q_layer.description.dataUrlFormat

    def setDataUrlFormat(self, format: str) -> None:
        """Set it."""
        self._q_describe(dataUrlFormat=str(format))

    def attribution(self) -> str:
        """Whose it is."""
        return self._q_layer.description.attribution

    def setAttribution(self, attribution: str) -> None:
        """Set it."""
        self._q_describe(attribution=str(attribution))

    def attributionUrl(self) -> str:
        """Where they can be found."""
        return self._q_layer.description.attributionUrl

    def setAttributionUrl(self, url: str) -> None:
        """Set it."""
        self._q_describe(attributionUrl=str(url))

    def metadataUrl(self) -> str:
        """The first link to metadata."""
        urls = self._q_layer.description.metadataUrls
        return urls[0].url if urls else ""

    def metadataUrlType(self) -> str:
        """Its type."""
        urls = self._q_layer.description.metadataUrls
        return urls[0].kind if urls else ""

    def metadataUrlFormat(self) -> str:
        """Its format."""
        urls = self._q_layer.description.metadataUrls
        return urls[0].format if urls else ""

    def legendUrl(self) -> str:
        """A legend of its own."""
        return self._q_layer.description.legendUrl

    def setLegendUrl(self, url: str) -> None:
        """Set it."""
        self._q_describe(legendUrl=str(url))

    def legendUrlFormat(self) -> str:
        """Its format."""
        return self._q_layer.description.legendUrlFormat

    def setLegendUrlFormat(self, format: str) -> None:
        """Set it."""
        self._q_describe(legendUrlFormat=str(format))

    def legendPlaceholderImage(self) -> str:
        """The image in the place of a legend."""
        return self._q_layer.legendPlaceholder

    def serverProperties(self) -> QgsMapLayerServerProperties:
        """The same, as 3.38 has it: texts, links to metadata, dimensions."""
        return QgsMapLayerServerProperties(self)


class MetadataUrl(Wrapper):
    """A link to metadata."""

    def _make(self, url: str = "", type: str = "", format: str = "") -> None:
        self.url, self.type, self.format = url, type, format


class WmsDimensionInfo(Wrapper):
    """A dimension of a layer."""

    def _make(self, dimension: Any) -> None:
        self.name, self.fieldName, self.endFieldName = (
            dimension.name,
            dimension.fieldName,
            dimension.endFieldName,
        )
        self.units, self.unitSymbol = dimension.units, dimension.unitSymbol
        self.defaultDisplayType, self.referenceValue = dimension.defaultDisplay, dimension.referenceValue


class QgsMapLayerServerProperties(Wrapper):
    """The texts of a layer, to read and set."""

    MetadataUrl = MetadataUrl
    WmsDimensionInfo = WmsDimensionInfo
    _TEXTS = ("shortName", "title", "wfsTitle", "abstract", "keywordList", "dataUrl", "dataUrlFormat",
              "attribution", "attributionUrl", "legendUrl", "legendUrlFormat")  # fmt: skip

    def _make(self, layer: Any = None) -> None:
        self._q_owner = layer

    def layer(self) -> Any:
        """Whose they are."""
        return self._q_owner

    def _q_description(self) -> LayerDescription:
        return self._q_owner._q_layer.description

    def metadataUrls(self) -> list[MetadataUrl]:
        """Links to metadata."""
        return [MetadataUrl(u.url, u.kind, u.format) for u in self._q_description().metadataUrls]

    def wmsDimensions(self) -> list[WmsDimensionInfo]:
        """Dimensions."""
        return [WmsDimensionInfo(d) for d in self._q_owner._q_layer.dimensions]

    def wfsTitle(self) -> str:
        """The title in WFS."""
        return self._q_description().wfsTitle

    def setWfsTitle(self, title: str) -> None:
        """Set it."""
        self._q_owner._q_describe(wfsTitle=str(title))

    def __getattr__(self, name: str) -> Any:
        # Its texts are the layer's own, by the same names.
        if (
            name.startswith("_")
            or name.removeprefix("set")[:1].lower() + name.removeprefix("set")[1:] not in self._TEXTS
        ):
            raise AttributeError(name)
        return getattr(self._q_owner, name)
