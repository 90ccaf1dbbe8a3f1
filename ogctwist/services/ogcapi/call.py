# -*- test-case-name: tests.services.ogcapi.test_api -*-
"""One call of an operation of the API."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.ogcapi.formats import Format
from ogctwist.services.ogcapi.kit import ApiKit
from ogctwist.services.ogcapi.links import Link, Links
from ogctwist.services.ogcapi.pages import page

Document = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """
    @ivar project: None when the request names none.
    @ivar form: of the answer.
    @ivar offered: all formats that the operation has.
    @ivar names: what the path names: C{collection}, C{item}, C{file}.
    """

    request: ServiceRequest
    response: ServiceResponse
    project: Project | None
    kit: ApiKit
    links: Links
    form: Format
    offered: Sequence[Format]
    names: Mapping[str, str]

    def ownLinks(self, title: str) -> list[Link]:
        """Links to this answer and to its other formats."""
        return self.links.ownLinks(self.form, self.offered, title)

    def write(self, document: Document, title: str, body: Callable[[Document, Links], str]) -> None:
        """
        Answer with a document.

        @param body: what a page has to show of it.
        """
        document["timeStamp"] = self.kit.timeStamp()
        self.response.setHeader("Content-Type", self.form.contentType)
        if self.form is Format.HTML:
            self.response.write(page(title, body(document, self.links), self.links).encode())
        else:
            self.response.write(json.dumps(document, ensure_ascii=False, sort_keys=True).encode())
