# -*- test-case-name: tests.qgiscompat.test_qt_dom -*-
"""The tree behind QDomDocument: read with expat, without document type and entities; written as Qt writes."""

from __future__ import annotations

from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

ELEMENT, ATTRIBUTE, TEXT, CDATA = 1, 2, 3, 4
INSTRUCTION, COMMENT, DOCUMENT, DOCTYPE, FRAGMENT = 7, 8, 9, 10, 11


class Node:
    """
    One node.

    @ivar kind: its number in the Document Object Model.
    @ivar name: qualified; C{#text} and its like for others than elements and attributes.
    @ivar namespace: '' without, or when namespaces were not asked for.
    """

    __slots__ = ("attributes", "children", "kind", "name", "namespace", "owner", "parent", "value")

    def __init__(self, kind: int, name: str, value: str = "", owner: Node | None = None):
        self.kind = kind
        self.name = name
        self.value = value
        self.namespace = ""
        self.owner = owner
        self.parent: Node | None = None
        self.children: list[Node] = []
        self.attributes: dict[str, Node] = {}

    @property
    def isText(self) -> bool:
        return self.kind in (TEXT, CDATA)

    def place(self) -> int:
        """Its place among its siblings."""
        assert self.parent is not None
        return next(i for i, child in enumerate(self.parent.children) if child is self)

    def sibling(self, step: int) -> Node | None:
        if self.parent is None:
            return None
        place = self.place() + step
        return self.parent.children[place] if 0 <= place < len(self.parent.children) else None

    def detach(self) -> None:
        if self.parent is not None:
            del self.parent.children[self.place()]
            self.parent = None

    def insert(self, place: int, child: Node) -> None:
        """Put a node, or the nodes of a fragment, at a place."""
        for each in list(child.children) if child.kind == FRAGMENT else [child]:
            each.detach()
            each.parent = self
            self.children.insert(place, each)
            place += 1

    def copy(self, deep: bool, owner: Node | None = None) -> Node:
        made = Node(self.kind, self.name, self.value, owner or self.owner)
        made.namespace = self.namespace
        for name, attribute in self.attributes.items():
            made.attributes[name] = attribute.copy(True, owner)
        if deep:
            for child in self.children:
                made.insert(len(made.children), child.copy(True, owner))
        return made

    def walk(self) -> Any:
        """All nodes below, in the order of the document."""
        for child in self.children:
            yield child
            yield from child.walk()

    def text(self) -> str:
        if self.isText:
            return self.value
        return "".join(child.text() for child in self.children if child.kind == ELEMENT or child.isText)


class Unreadable(Exception):
    """
    Not well-formed, or with a document type of its own.

    @ivar line: from 1; likewise C{column}.
    """

    def __init__(self, message: str, line: int, column: int):
        super().__init__(message)
        self.line = line
        self.column = column


def parse(data: bytes | str, document: Node, namespaces: bool = False) -> None:
    """
    Read a document into a node that has no children.

    @raise Unreadable: it cannot be.
    """
    reading = _Reading(document, namespaces)
    parser = expat.ParserCreate("utf-8" if isinstance(data, str) else None)
    parser.buffer_text = True
    parser.ordered_attributes = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.characters
    parser.StartCdataSectionHandler = reading.startCdata
    parser.EndCdataSectionHandler = reading.endCdata
    parser.CommentHandler = reading.comment
    parser.ProcessingInstructionHandler = reading.instruction
    parser.XmlDeclHandler = reading.declaration
    parser.StartDoctypeDeclHandler = reading.doctype
    try:
        parser.Parse(data.encode("utf-8") if isinstance(data, str) else data, True)
    except expat.ExpatError as error:
        document.children.clear()
        raise Unreadable(expat.ErrorString(error.code), error.lineno, error.offset + 1) from None
    except Unreadable as error:
        document.children.clear()
        raise Unreadable(str(error), parser.CurrentLineNumber, parser.CurrentColumnNumber + 1) from None


class _Reading:
    def __init__(self, document: Node, namespaces: bool):
        self._document = self._node = document
        self._namespaces = namespaces
        self._scopes: list[dict[str, str]] = [{}]
        self._inCdata = False

    def _add(self, node: Node) -> Node:
        node.owner = self._document
        node.parent = self._node
        self._node.children.append(node)
        return node

    def start(self, name: str, pairs: list[str]) -> None:
        element = self._node = self._add(Node(ELEMENT, name))
        scope = self._scopes[-1]
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            if key == "xmlns" or key.startswith("xmlns:"):
                scope = {**scope, key.partition(":")[2]: value}
            element.attributes[key] = Node(ATTRIBUTE, key, value, self._document)
        self._scopes.append(scope)
        if self._namespaces:
            element.namespace = scope.get(prefixOf(name), "")
            for key, attribute in element.attributes.items():
                attribute.namespace = scope.get(prefixOf(key), "") if prefixOf(key) else ""

    def end(self, name: str) -> None:
        self._scopes.pop()
        assert self._node.parent is not None
        self._node = self._node.parent

    def characters(self, text: str) -> None:
        if self._inCdata:
            self._node.children[-1].value += text
        elif text.strip(" \t\r\n"):
            self._add(Node(TEXT, "#text", text))

    def startCdata(self) -> None:
        self._inCdata = True
        self._add(Node(CDATA, "#cdata-section"))

    def endCdata(self) -> None:
        self._inCdata = False

    def comment(self, text: str) -> None:
        self._add(Node(COMMENT, "#comment", text))

    def instruction(self, target: str, data: str) -> None:
        self._add(Node(INSTRUCTION, target, data))

    def declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        text = f"version='{version}'" + (f" encoding='{encoding}'" if encoding else "")
        self._add(Node(INSTRUCTION, "xml", text))

    def doctype(self, name: str, system: str | None, public: str | None, hasSubset: int) -> None:
        if hasSubset:
            raise Unreadable("a document type with declarations of its own is not read", 0, 0)
        self._add(Node(DOCTYPE, name))


def prefixOf(name: str) -> str:
    return name.rpartition(":")[0]


# Writing.


def written(node: Node, indent: int) -> str:
    """
    A node as text.

    @param indent: blanks for each level; -1: everything on one line.
    """
    parts: list[str] = []
    _write(node, parts, 0, indent)
    return "".join(parts)


def _write(node: Node, parts: list[str], depth: int, indent: int) -> None:
    if node.kind in (DOCUMENT, FRAGMENT):
        for child in node.children:
            _write(child, parts, depth, indent)
    elif node.kind == ELEMENT:
        _writeElement(node, parts, depth, indent)
    elif node.kind == TEXT:
        parts.append(node.value.replace("&", "&amp;").replace("<", "&lt;").replace("]]>", "]]&gt;"))
    elif node.kind == CDATA:
        parts.append(f"<![CDATA[{node.value}]]>")
    elif node.kind == COMMENT:
        parts.append(_margin(node, depth, indent) + f"<!--{node.value}-->" + _after(node, "\n"))
    elif node.kind == INSTRUCTION:
        parts.append(f"<?{node.name} {node.value}?>\n")
    elif node.kind == DOCTYPE:
        parts.append(f"<!DOCTYPE {node.name}>\n")
    else:
        parts.append(_attribute(node))


def _margin(node: Node, depth: int, indent: int) -> str:
    before = node.sibling(-1)
    return "" if (before is not None and before.isText) or indent < 1 else " " * (depth * indent)


def _after(node: Node, end: str) -> str:
    following = node.sibling(1)
    return "" if following is not None and following.isText else end


def _writeElement(node: Node, parts: list[str], depth: int, indent: int) -> None:
    end = "" if indent < 0 else "\n"
    parts.append(_margin(node, depth, indent) + "<" + node.name)
    for attribute in node.attributes.values():
        parts.append(" " + _attribute(attribute))
    if node.namespace and f"xmlns:{prefixOf(node.name)}".rstrip(":") not in node.attributes:
        prefix = prefixOf(node.name)
        parts.append(f' xmlns{":" + prefix if prefix else ""}="{escape(node.namespace)}"')
    if node.children:
        parts.append(">" if node.children[0].isText else ">" + end)
        for child in node.children:
            _write(child, parts, depth + 1, indent)
        if not node.children[-1].isText and indent >= 1:
            parts.append(" " * (depth * indent))
        parts.append(f"</{node.name}>")
    else:
        parts.append("/>")
    parts.append(_after(node, end))


def _attribute(node: Node) -> str:
    breaks = {'"': "&quot;", "\n": "&#xa;", "\r": "&#xd;", "\t": "&#x9;"}
    return f'{node.name}="{escape(node.value, breaks).replace("&gt;", ">")}"'
