# -*- test-case-name: tests.project.test_metadata -*-
"""The metadata of a project (C{projectMetadata}) and of a layer (C{resourceMetadata})."""

from __future__ import annotations

from lxml import etree

__all__ = ["readMetadata"]

_PLAIN = (
    "identifier",
    "parentidentifier",
    "language",
    "type",
    "title",
    "abstract",
    "fees",
    "encoding",
    "author",
    "creation",
)
_LISTS = ("license", "rights", "history", "constraints")


def readMetadata(element: etree._Element | None) -> dict[str, object]:
    """
    @return: text entries by their tag; C{license}, C{rights}, C{history}: tuples of
        text; C{keywords}: vocabulary to tuple of words; C{links} and C{contacts}:
        tuples of dicts.  What is empty is left out.
    """
    found: dict[str, object] = {}
    if element is None:
        return found
    lists: dict[str, list[object]] = {}
    keywords: dict[str, tuple[str, ...]] = {}
    for child in element:
        if child.tag in _PLAIN and child.text:
            found[child.tag] = child.text
        elif child.tag in _LISTS and child.text:
            lists.setdefault(child.tag, []).append(child.text)
        elif child.tag == "keywords":
            keywords[child.get("vocabulary", "")] = tuple(
                k.text for k in child.iterchildren("keyword") if k.text
            )
        elif child.tag == "links":
            lists.setdefault("links", []).extend(
                {str(k): str(v) for k, v in link.items()} for link in child.iterchildren("link")
            )
        elif child.tag == "contact":
            contact = {c.tag: c.text for c in child if c.text}
            if contact:
                lists.setdefault("contacts", []).append(contact)
    found.update((name, tuple(values)) for name, values in lists.items() if values)
    if keywords:
        found["keywords"] = keywords
    return found
