# -*- test-case-name: tests.services.wms.test_capabilities -*-
"""Small pieces that every part of a capabilities document is made of."""

from __future__ import annotations

from lxml import etree

from ogctwist.services.wms.versions import QGS, SLD, XLINK, XSI, WmsVersion


def start(version: WmsVersion, extra: dict[str, str] | None = None) -> etree._Element:
    """The root element with its namespaces."""
    if not version.namespace:
        return etree.Element(version.root, {"version": version.number})
    namespaces: dict[str | None, str] = {None: version.namespace, "sld": SLD, "qgs": QGS, "xsi": XSI}
    for prefix, namespace in (extra or {}).items():
        namespaces[prefix] = namespace
    return etree.Element(
        f"{{{version.namespace}}}{version.root}", {"version": version.number}, nsmap=namespaces
    )


class Elements:
    """Makes elements in the namespace of one version."""

    def __init__(self, version: WmsVersion):
        self.version = version

    def tag(self, name: str) -> str:
        """The qualified name of an element of the version."""
        return f"{{{self.version.namespace}}}{name}" if self.version.namespace else name

    def qualified(self, namespace: str, name: str) -> str:
        """A name of an extension, which 1.1.1 writes without namespace."""
        return f"{{{namespace}}}{name}" if self.version.namespace else name

    def add(self, parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
        """Append an element, with text if given."""
        element = etree.SubElement(parent, self.tag(name))
        if text is not None:
            element.text = printable(text)
        return element

    def addIf(self, parent: etree._Element, name: str, text: str) -> None:
        """Append an element unless its text is empty."""
        if text:
            self.add(parent, name, text)

    def addLink(self, parent: etree._Element, url: str, name: str = "OnlineResource") -> etree._Element:
        """Append an OnlineResource."""
        element = etree.SubElement(parent, self.tag(name), nsmap={"xlink": XLINK})
        element.set(f"{{{XLINK}}}type", "simple")
        element.set(f"{{{XLINK}}}href", printable(url))
        return element

    def addFormattedLink(self, parent: etree._Element, name: str, url: str, form: str) -> etree._Element:
        """Append C{<name><Format/><OnlineResource/></name>}."""
        element = self.add(parent, name)
        if form:
            self.add(element, "Format", form)
        self.addLink(element, url)
        return element


def printable(text: str) -> str:
    """Text without the control characters that XML 1.0 cannot hold."""
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))


def keywordsOf(text: str) -> list[str]:
    """The keywords of a comma-separated list."""
    return [word for word in (part.strip() for part in text.split(",")) if word]
