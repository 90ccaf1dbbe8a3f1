# -*- test-case-name: tests.qgiscompat.core.test_project -*-
"""What is told of projects and layers as resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ogctwist.qgiscompat.qt import qtModule
from ogctwist.qgiscompat.wrapper import Wrapper

_TEXTS = ("identifier", "parentIdentifier", "language", "type", "title", "abstract")


class QgsAbstractMetadataBase(Wrapper):
    """The texts that both have."""

    def _make(self, values: Any = None, *more: Any) -> None:
        if isinstance(values, QgsAbstractMetadataBase):
            values = values._q_values
        self._q_values: dict[str, Any] = dict(values or {})

    def identifier(self) -> str:
        """Its identifier."""
        return self._q_values.get("identifier", "")

    def setIdentifier(self, text: str) -> None:
        """Set it."""
        self._q_values["identifier"] = text

    def language(self) -> str:
        """Its language."""
        return self._q_values.get("language", "")

    def type(self) -> str:
        """Its type: dataset."""
        return self._q_values.get("type", "")

    def title(self) -> str:
        """Its title."""
        return self._q_values.get("title", "")

    def setTitle(self, text: str) -> None:
        """Set it."""
        self._q_values["title"] = text

    def abstract(self) -> str:
        """Its abstract."""
        return self._q_values.get("abstract", "")

    def setAbstract(self, text: str) -> None:
        """Set it."""
        self._q_values["abstract"] = text

    def keywords(self) -> dict[str, list[str]]:
        """Vocabulary to words."""
        return {key: list(words) for key, words in self._q_values.get("keywords", {}).items()}

    def categories(self) -> list[str]:
        """Words of the vocabulary of topics."""
        return self.keywords().get("gmd:topicCategory", [])

    def history(self) -> list[str]:
        """How it came about."""
        return list(self._q_values.get("history", ()))

    def links(self) -> list[Any]:
        """Links."""
        return [MetadataRecord(link) for link in self._q_values.get("links", ())]

    def contacts(self) -> list[Any]:
        """Whom to ask."""
        return [MetadataRecord(contact) for contact in self._q_values.get("contacts", ())]


class MetadataRecord:
    """A link or a contact: its parts are attributes; '' for one that it lacks."""

    def __init__(self, values: Mapping[str, Any]):
        self.__dict__.update(values)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return ""


class QgsProjectMetadata(QgsAbstractMetadataBase):
    """Of a project."""

    def author(self) -> str:
        """Who made it."""
        return self._q_values.get("author", "")

    def setAuthor(self, text: str) -> None:
        """Set it."""
        self._q_values["author"] = text

    def creationDateTime(self) -> Any:
        """When: a QDateTime."""
        found = self._q_values.get("creation", "")
        core = qtModule("QtCore")
        if not isinstance(found, str):
            return found
        return core.QDateTime.fromString(found, core.Qt.ISODate) if found else core.QDateTime()

    def setCreationDateTime(self, when: Any) -> None:
        """Set it."""
        self._q_values["creation"] = when.toString(qtModule("QtCore").Qt.ISODate)


class QgsLayerMetadata(QgsAbstractMetadataBase):
    """Of a layer."""

    def _make(self, values: Any = None, crs: Any = None) -> None:
        super()._make(values)
        self._q_crs = crs if crs is not None else getattr(values, "_q_crs", None)

    def crs(self) -> Any:
        """Its reference system."""
        from ogctwist.qgiscompat.core.crs import QgsCoordinateReferenceSystem

        return self._q_crs or QgsCoordinateReferenceSystem()

    def fees(self) -> str:
        """What it costs."""
        return self._q_values.get("fees", "")

    def licenses(self) -> list[str]:
        """Its licences."""
        return list(self._q_values.get("license", ()))

    def rights(self) -> list[str]:
        """Rights."""
        return list(self._q_values.get("rights", ()))

    def encoding(self) -> str:
        """Of its text."""
        return self._q_values.get("encoding", "")
