# -*- test-case-name: tests.services.ogcapi.test_api -*-
"""Links from one answer of the API to others, under the address that the client used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote_plus, urlsplit

from ogctwist.ows.parameters import upperName
from ogctwist.server.handler import RequestHandler
from ogctwist.server.serviceurl import forwarded
from ogctwist.services.ogcapi.formats import Format

Link = dict[str, str]


@dataclass(frozen=True)
class Links:
    """
    @ivar origin: scheme and host.
    @ivar root: the path of the API's landing page.
    @ivar path: of the request, below the root, without extension; '' for the landing page.
    @ivar query: of the request, as it came.
    @ivar project: the part of the query that names the project; '' for none.
    """

    origin: str
    root: str
    path: str
    query: str
    project: str

    def href(self, path: str, form: Format | None = None, query: str | None = None) -> str:
        """
        @param path: below the root.
        @param query: None for the project's part only.
        """
        extension = f".{form.extension}" if form is not None else ""
        query = self.project if query is None else query
        return f"{self.origin}{quote(self.root + path)}{extension}" + (f"?{query}" if query else "")

    def ownLinks(self, form: Format, offered: Sequence[Format], title: str) -> list[Link]:
        """To the answer itself, and to its other formats."""
        return [
            {
                "href": self.href(self.path, other, self.query),
                "rel": "self" if other is form else "alternate",
                "title": f"{title} as {other.title}",
                "type": other.contentType,
            }
            for other in (form, *(other for other in offered if other is not form))
        ]

    def queryWith(self, **values: int) -> str:
        """The request's query with other values of some parameters, which come last."""
        gone = {upperName(name) for name in values}
        kept = [
            part
            for part in self.query.split("&")
            if part and upperName(unquote_plus(part.partition("=")[0])) not in gone
        ]
        return "&".join((*kept, *(f"{name}={value}" for name, value in values.items())))

    @property
    def service(self) -> str:
        """The path of the OGC services next to the API."""
        return self.root.rpartition("/")[0] or "/"


def linksOf(handler: RequestHandler, root: str, path: str) -> Links:
    """
    @param root: the path of the landing page.
    @param path: of the request below it, without extension.
    """
    url = urlsplit(handler.url())
    scheme, host = forwarded(handler)
    origin = f"{scheme or url.scheme or 'http'}://{host or url.netloc}"
    project = handler.rawParameter("MAP")
    return Links(origin, root, path, url.query, f"MAP={project}" if project else "")
