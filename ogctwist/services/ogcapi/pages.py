# -*- test-case-name: tests.services.ogcapi.test_api -*-
"""The pages of the API, for people who look around."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from ogctwist.services.ogcapi.formats import Format
from ogctwist.services.ogcapi.links import Links

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="{style}">
</head>
<body>
<header><nav>{crumbs}</nav></header>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


def page(title: str, body: str, links: Links) -> str:
    """
    A page with a trail of links that leads to it.

    @param body: HTML.
    """
    steps = [("Landing page", links.href("", Format.HTML))]
    path = ""
    for name in links.path.split("/")[1:]:
        path += f"/{name}"
        steps.append((name, links.href(path, Format.HTML)))
    crumbs = " / ".join(anchor(address, text) for text, address in steps)
    style = escape(links.href("/static/style.css"))
    return _PAGE.format(title=escape(title), style=style, crumbs=crumbs, body=body)


def anchor(address: str, text: str) -> str:
    """A link."""
    return f'<a href="{escape(address)}">{escape(text)}</a>'


def linkList(links: Iterable[Mapping[str, str]]) -> str:
    """Links of a document, without that to itself."""
    items = (anchor(link["href"], link["title"]) for link in links if link["rel"] != "self")
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def definitions(pairs: Iterable[tuple[str, object]]) -> str:
    """Names with their values; what has none is left out."""
    rows = (
        f"<dt>{escape(name)}</dt><dd>{escape(shown(value))}</dd>"
        for name, value in pairs
        if value not in (None, "", [], {})
    )
    return f"<dl>{''.join(rows)}</dl>"


def table(features: Sequence[Mapping[str, Any]], addresses: Sequence[str]) -> str:
    """
    The attributes of features.

    @param addresses: of the page of each.
    """
    if not features:
        return "<p>No features.</p>"
    names = list(features[0]["properties"])
    head = "".join(f"<th>{escape(name)}</th>" for name in ("id", *names))
    rows = []
    for feature, address in zip(features, addresses, strict=True):
        cells = "".join(f"<td>{escape(shown(feature['properties'].get(name)))}</td>" for name in names)
        rows.append(f"<tr><td>{anchor(address, str(feature['id']))}</td>{cells}</tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def shown(value: object) -> str:
    """A value as text; nothing for none."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
