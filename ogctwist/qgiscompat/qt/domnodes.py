# -*- test-case-name: tests.qgiscompat.test_qt_dom -*-
"""The nodes of a QDomDocument: handles on those of a L{domtree}."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ogctwist.qgiscompat.qt import domtree
from ogctwist.qgiscompat.qt.domtree import Node
from ogctwist.qgiscompat.qt.enums import enum, member

if TYPE_CHECKING:
    from ogctwist.qgiscompat.qt.xml import QDomDocument

NodeType = enum(
    "NodeType",
    ElementNode=1, AttributeNode=2, TextNode=3, CDATASectionNode=4, EntityReferenceNode=5, EntityNode=6,
    ProcessingInstructionNode=7, CommentNode=8, DocumentNode=9, DocumentTypeNode=10, DocumentFragmentNode=11,
    NotationNode=12, BaseNode=21, CharacterDataNode=22,
)  # fmt: skip


@member(NodeType)
class QDomNode:
    """A handle to a node; several may be of the same one, and a null one of none."""

    _q: Node | None

    def __init__(self, node: Any = None):
        self._q = node._q if isinstance(node, QDomNode) else node

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QDomNode) and self._q is other._q

    def __hash__(self) -> int:
        return id(self._q)

    def isNull(self) -> bool:
        return self._q is None

    def clear(self) -> None:
        self._q = None

    def nodeType(self) -> Any:
        return NodeType.BaseNode if self._q is None else NodeType(self._q.kind)

    def _is(self, *kinds: int) -> bool:
        return self._q is not None and self._q.kind in kinds

    def isElement(self) -> bool:
        return self._is(domtree.ELEMENT)

    def isAttr(self) -> bool:
        return self._is(domtree.ATTRIBUTE)

    def isText(self) -> bool:
        return self._is(domtree.TEXT, domtree.CDATA)

    def isCDATASection(self) -> bool:
        return self._is(domtree.CDATA)

    def isComment(self) -> bool:
        return self._is(domtree.COMMENT)

    def isProcessingInstruction(self) -> bool:
        return self._is(domtree.INSTRUCTION)

    def isDocument(self) -> bool:
        return self._is(domtree.DOCUMENT)

    def isDocumentType(self) -> bool:
        return self._is(domtree.DOCTYPE)

    def isCharacterData(self) -> bool:
        return self._is(domtree.TEXT, domtree.CDATA, domtree.COMMENT)

    def toElement(self) -> QDomElement:
        return QDomElement(self._q if self.isElement() else None)

    def toAttr(self) -> QDomAttr:
        return QDomAttr(self._q if self.isAttr() else None)

    def toText(self) -> QDomText:
        return QDomText(self._q if self.isText() else None)

    def toCDATASection(self) -> QDomCDATASection:
        return QDomCDATASection(self._q if self.isCDATASection() else None)

    def toComment(self) -> QDomComment:
        return QDomComment(self._q if self.isComment() else None)

    def toDocument(self) -> QDomDocument:
        return _document(self._q if self.isDocument() else None)

    def toProcessingInstruction(self) -> QDomProcessingInstruction:
        return QDomProcessingInstruction(self._q if self.isProcessingInstruction() else None)

    def nodeName(self) -> str:
        return "" if self._q is None else self._q.name

    def nodeValue(self) -> str:
        return "" if self._q is None else self._q.value

    def setNodeValue(self, value: str) -> None:
        if self._q is not None and self._q.kind not in (domtree.ELEMENT, domtree.DOCUMENT):
            self._q.value = value

    def localName(self) -> str:
        if self._q is None or not self._q.namespace:
            return ""
        return self._q.name.rpartition(":")[2]

    def prefix(self) -> str:
        return domtree.prefixOf(self._q.name) if self._q is not None and self._q.namespace else ""

    def namespaceURI(self) -> str:
        return "" if self._q is None else self._q.namespace

    # Relatives.

    def parentNode(self) -> QDomNode:
        return QDomNode(None if self._q is None else self._q.parent)

    def ownerDocument(self) -> QDomDocument:
        return _document(None if self._q is None else self._q.owner)

    def _children(self) -> list[Node]:
        return [] if self._q is None else self._q.children

    def childNodes(self) -> QDomNodeList:
        return QDomNodeList(self._children)

    def hasChildNodes(self) -> bool:
        return bool(self._children())

    def firstChild(self) -> QDomNode:
        return QDomNode(next(iter(self._children()), None))

    def lastChild(self) -> QDomNode:
        return QDomNode(next(reversed(self._children()), None))

    def nextSibling(self) -> QDomNode:
        return QDomNode(None if self._q is None else self._q.sibling(1))

    def previousSibling(self) -> QDomNode:
        return QDomNode(None if self._q is None else self._q.sibling(-1))

    def namedItem(self, name: str) -> QDomNode:
        return QDomNode(next((child for child in self._children() if child.name == name), None))

    def _element(self, nodes: Any, name: str) -> QDomElement:
        wanted = (n for n in nodes if n.kind == domtree.ELEMENT and (not name or _tag(n) == name))
        return QDomElement(next(wanted, None))

    def firstChildElement(self, tagName: str = "") -> QDomElement:
        return self._element(self._children(), tagName)

    def lastChildElement(self, tagName: str = "") -> QDomElement:
        return self._element(reversed(self._children()), tagName)

    def _siblings(self) -> tuple[list[Node], int]:
        if self._q is None or self._q.parent is None:
            return [], 0
        return self._q.parent.children, self._q.place()

    def nextSiblingElement(self, taName: str = "") -> QDomElement:
        nodes, place = self._siblings()
        return self._element(nodes[place + 1 :], taName)

    def previousSiblingElement(self, tagName: str = "") -> QDomElement:
        nodes, place = self._siblings()
        return self._element(reversed(nodes[:place]), tagName)

    def hasAttributes(self) -> bool:
        return self._q is not None and bool(self._q.attributes)

    def attributes(self) -> QDomNamedNodeMap:
        return QDomNamedNodeMap({} if self._q is None else self._q.attributes)

    # Change.

    def appendChild(self, newChild: QDomNode) -> QDomNode:
        if self._q is None or newChild._q is None:
            return QDomNode()
        newChild._q.detach()
        self._q.insert(len(self._q.children), newChild._q)
        return newChild

    def insertBefore(self, newChild: QDomNode, refChild: QDomNode) -> QDomNode:
        return self._insertBeside(newChild, refChild, 0)

    def insertAfter(self, newChild: QDomNode, refChild: QDomNode) -> QDomNode:
        return self._insertBeside(newChild, refChild, 1)

    def _insertBeside(self, newChild: QDomNode, refChild: QDomNode, step: int) -> QDomNode:
        if self._q is None or newChild._q is None:
            return QDomNode()
        newChild._q.detach()
        if refChild._q is None:
            place = len(self._q.children) * step
        elif refChild._q.parent is self._q:
            place = refChild._q.place() + step
        else:
            return QDomNode()
        self._q.insert(place, newChild._q)
        return newChild

    def replaceChild(self, newChild: QDomNode, oldChild: QDomNode) -> QDomNode:
        if self.insertBefore(newChild, oldChild).isNull():
            return QDomNode()
        return self.removeChild(oldChild)

    def removeChild(self, oldChild: QDomNode) -> QDomNode:
        if oldChild._q is None or oldChild._q.parent is not self._q:
            return QDomNode()
        oldChild._q.detach()
        return oldChild

    def cloneNode(self, deep: bool = True) -> QDomNode:
        return QDomNode(None if self._q is None else self._q.copy(deep))

    def save(self, stream: Any, indent: int, *policy: Any) -> None:
        if self._q is not None:
            stream << domtree.written(self._q, indent)


def _tag(node: Node) -> str:
    return node.name.rpartition(":")[2] if node.namespace else node.name


def _document(node: Node | None) -> QDomDocument:
    from ogctwist.qgiscompat.qt.xml import QDomDocument

    made = QDomDocument.__new__(QDomDocument)
    made._q = node
    return made


class QDomElement(QDomNode):
    """An element."""

    def tagName(self) -> str:
        return "" if self._q is None else _tag(self._q)

    def setTagName(self, name: str) -> None:
        if self._q is not None:
            self._q.name = name

    def text(self) -> str:
        return "" if self._q is None else self._q.text()

    def hasAttribute(self, name: str) -> bool:
        return self._q is not None and name in self._q.attributes

    def attribute(self, name: str, defaultValue: str = "") -> str:
        found = None if self._q is None else self._q.attributes.get(name)
        return defaultValue if found is None else found.value

    def setAttribute(self, name: str, value: Any) -> None:
        if self._q is not None:
            text = f"{value:.17g}" if isinstance(value, float) else str(value)
            text = repr(value) if isinstance(value, float) and float(repr(value)) == value else text
            self._q.attributes[name] = Node(domtree.ATTRIBUTE, name, text, self._q.owner)

    def removeAttribute(self, name: str) -> None:
        if self._q is not None:
            self._q.attributes.pop(name, None)

    def attributeNode(self, name: str) -> QDomAttr:
        return QDomAttr(None if self._q is None else self._q.attributes.get(name))

    def _attributeNS(self, uri: str, localName: str) -> Node | None:
        wanted = ({} if self._q is None else self._q.attributes).values()
        return next(
            (a for a in wanted if a.namespace == uri and a.name.rpartition(":")[2] == localName), None
        )

    def attributeNS(self, uri: str, localName: str, defaultValue: str = "") -> str:
        found = self._attributeNS(uri, localName)
        return defaultValue if found is None else found.value

    def hasAttributeNS(self, uri: str, localName: str) -> bool:
        return self._attributeNS(uri, localName) is not None

    def setAttributeNS(self, uri: str, qualifiedName: str, value: Any) -> None:
        self.setAttribute(qualifiedName, value)
        if self._q is not None:
            self._q.attributes[qualifiedName].namespace = uri

    def elementsByTagName(self, name: str) -> QDomNodeList:
        return named(self._q, name)


def named(node: Node | None, name: str) -> QDomNodeList:
    return QDomNodeList(
        lambda: [
            each
            for each in (node.walk() if node is not None else ())
            if each.kind == domtree.ELEMENT and (name == "*" or _tag(each) == name)
        ]
    )


class QDomAttr(QDomNode):
    """An attribute."""

    def name(self) -> str:
        return self.nodeName()

    def value(self) -> str:
        return self.nodeValue()

    def setValue(self, value: str) -> None:
        self.setNodeValue(value)


class QDomCharacterData(QDomNode):
    """Text of some kind."""

    def data(self) -> str:
        return self.nodeValue()

    def setData(self, text: str) -> None:
        self.setNodeValue(text)

    def length(self) -> int:
        return len(self.nodeValue())


class QDomText(QDomCharacterData):
    """Text."""


class QDomCDATASection(QDomText):
    """Text that is written as it is."""


class QDomComment(QDomCharacterData):
    """A comment."""


class QDomProcessingInstruction(QDomNode):
    """A processing instruction; the XML declaration is kept as one."""

    def target(self) -> str:
        return self.nodeName()

    def data(self) -> str:
        return self.nodeValue()

    def setData(self, text: str) -> None:
        self.setNodeValue(text)


class QDomDocumentFragment(QDomNode):
    """Nodes without a parent."""


class QDomDocumentType(QDomNode):
    """The document type: its name."""

    def name(self) -> str:
        return self.nodeName()


class QDomNodeList:
    """Nodes, as they are when they are asked for."""

    def __init__(self, nodes: Any = list):
        self._nodes = nodes

    def at(self, place: int) -> QDomNode:
        nodes = self._nodes()
        return QDomNode(nodes[place] if 0 <= place < len(nodes) else None)

    item = at

    def size(self) -> int:
        return len(self._nodes())

    count = length = __len__ = size

    def isEmpty(self) -> bool:
        return not self._nodes()


class QDomNamedNodeMap:
    """The attributes of an element."""

    def __init__(self, nodes: dict[str, Node] | None = None):
        self._nodes = nodes if nodes is not None else {}

    def namedItem(self, name: str) -> QDomNode:
        return QDomNode(self._nodes.get(name))

    def contains(self, name: str) -> bool:
        return name in self._nodes

    def item(self, place: int) -> QDomNode:
        nodes = list(self._nodes.values())
        return QDomNode(nodes[place] if 0 <= place < len(nodes) else None)

    def size(self) -> int:
        return len(self._nodes)

    count = length = __len__ = size

    def isEmpty(self) -> bool:
        return not self._nodes
