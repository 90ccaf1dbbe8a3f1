# -*- test-case-name: tests.qgiscompat.test_qt_dom -*-
"""PyQt5.QtXml without Qt: QDomDocument and its nodes."""

from __future__ import annotations

from typing import Any

from ogctwist.qgiscompat.qt import domtree
from ogctwist.qgiscompat.qt.bytearrays import QByteArray
from ogctwist.qgiscompat.qt.domnodes import (
    QDomAttr,
    QDomCDATASection,
    QDomComment,
    QDomDocumentFragment,
    QDomDocumentType,
    QDomElement,
    QDomNamedNodeMap,
    QDomNode,
    QDomNodeList,
    QDomProcessingInstruction,
    QDomText,
    named,
)
from ogctwist.qgiscompat.qt.domtree import Node

__all__ = [
    "QDomAttr",
    "QDomCDATASection",
    "QDomComment",
    "QDomDocument",
    "QDomDocumentFragment",
    "QDomDocumentType",
    "QDomElement",
    "QDomNamedNodeMap",
    "QDomNode",
    "QDomNodeList",
    "QDomProcessingInstruction",
    "QDomText",
]


class QDomDocument(QDomNode):
    """A document."""

    def __init__(self, name: Any = None):
        super().__init__(name if isinstance(name, QDomDocument) else None)
        if isinstance(name, str):
            self._make()
            self._add(Node(domtree.DOCTYPE, name))

    def _make(self) -> Node:
        if self._q is None:
            self._q = Node(domtree.DOCUMENT, "#document")
        return self._q

    def _add(self, node: Node) -> None:
        document = self._make()
        node.owner = document
        document.insert(len(document.children), node)

    def setContent(self, content: Any, *options: Any) -> Any:
        """
        Read a document: text, bytes or a device.

        @return: whether it could be read, why not, line and column.
        """
        data = content.readAll() if hasattr(content, "readAll") else content
        document = self._q = Node(domtree.DOCUMENT, "#document")
        namespaces = bool(options and options[0] is True)
        try:
            domtree.parse(data if isinstance(data, str) else bytes(data), document, namespaces)
        except domtree.Unreadable as error:
            return False, str(error), error.line, error.column
        return True, "", 0, 0

    def documentElement(self) -> QDomElement:
        return self.firstChildElement()

    def doctype(self) -> QDomDocumentType:
        found = (child for child in self._children() if child.kind == domtree.DOCTYPE)
        return QDomDocumentType(next(found, None))

    def elementsByTagName(self, name: str) -> QDomNodeList:
        return named(self._q, name)

    def elementById(self, elementId: str) -> QDomElement:
        return QDomElement()

    def appendChild(self, newChild: QDomNode) -> QDomNode:
        self._make()
        return super().appendChild(newChild)

    def importNode(self, importedNode: QDomNode, deep: bool) -> QDomNode:
        return QDomNode(None if importedNode._q is None else importedNode._q.copy(deep, self._make()))

    def _node(self, kind: int, name: str, value: str = "") -> Node:
        return Node(kind, name, value, self._make())

    def createElement(self, tagName: str) -> QDomElement:
        return QDomElement(self._node(domtree.ELEMENT, tagName))

    def createElementNS(self, uri: str, qualifiedName: str) -> QDomElement:
        made = self._node(domtree.ELEMENT, qualifiedName)
        made.namespace = uri
        return QDomElement(made)

    def createTextNode(self, data: str) -> QDomText:
        return QDomText(self._node(domtree.TEXT, "#text", data))

    def createCDATASection(self, data: str) -> QDomCDATASection:
        return QDomCDATASection(self._node(domtree.CDATA, "#cdata-section", data))

    def createComment(self, data: str) -> QDomComment:
        return QDomComment(self._node(domtree.COMMENT, "#comment", data))

    def createProcessingInstruction(self, target: str, data: str) -> QDomProcessingInstruction:
        return QDomProcessingInstruction(self._node(domtree.INSTRUCTION, target, data))

    def createAttribute(self, name: str) -> QDomAttr:
        return QDomAttr(self._node(domtree.ATTRIBUTE, name))

    def createDocumentFragment(self) -> QDomDocumentFragment:
        return QDomDocumentFragment(self._node(domtree.FRAGMENT, "#document-fragment"))

    def toString(self, indent: int = 1) -> str:
        return "" if self._q is None else domtree.written(self._q, indent)

    def toByteArray(self, indent: int = 1) -> QByteArray:
        return QByteArray(self.toString(indent).encode("utf-8"))
