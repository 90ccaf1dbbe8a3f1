# -*- test-case-name: tests.qgiscompat.test_ogcapi -*-
"""
HTML templates of APIs.

QGIS's are written for I{inja}, a C++ relative of Jinja: they are translated where the two
differ, and rendered by Jinja in its sandbox.  Values are escaped, which inja leaves to nobody.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from typing import Any

from ogctwist.qgiscompat.qt import qtModule

_PAIRS = re.compile(r"\{%(-?)\s*for\s+(\w+)\s*,\s*(\w+)\s+in\s+(.+?)\s*(-?)%\}")
_LOOP = re.compile(r"\bloop\.(index1|index|is_first|is_last)\b")
_LOOP_NAMES = {"index1": "index", "index": "index0", "is_first": "first", "is_last": "last"}


class TemplateProblem(Exception):
    """A template cannot be rendered."""


def translated(source: str) -> str:
    """A template of inja's as one of Jinja's."""
    source = _PAIRS.sub(r"{%\1 for \2, \3 in (\4).items() \5%}", source)
    return _LOOP.sub(lambda found: f"loop.{_LOOP_NAMES[found[1]]}", source)


def rendered(path: str, data: Any, metadata: Mapping[str, Any], handler: Any, context: Any) -> str:
    """
    A template filled in.

    @param data: a mapping, whose members are the names in the template.
    @param metadata: there under that name.
    @raise TemplateProblem: for whatever is wrong with it.
    """
    try:
        from jinja2 import FileSystemLoader, TemplateError
        from jinja2.sandbox import SandboxedEnvironment
    except ImportError:
        raise TemplateProblem("HTML templates need the package jinja2") from None

    class Loader(FileSystemLoader):
        def get_source(self, environment: Any, template: str) -> Any:
            source, name, isFresh = super().get_source(environment, template)
            return translated(source), name, isFresh

    folder = os.path.dirname(path)
    environment = SandboxedEnvironment(
        loader=Loader([folder, os.path.dirname(folder), os.path.join(os.path.dirname(folder), "ogc")]),
        autoescape=True,
    )
    environment.globals.update(functions(data, handler, context))
    if not isinstance(data, Mapping):
        raise TemplateProblem("the data of a page are an object")
    try:
        template = environment.get_template(os.path.basename(path))
        return template.render({**data, "metadata": dict(metadata)})
    except (TemplateError, TypeError, ValueError, LookupError) as error:
        raise TemplateProblem(f"template {os.path.basename(path)}: {error}") from error


def functions(data: Any, handler: Any, context: Any) -> dict[str, Any]:
    """What templates may call: inja's own functions, and those of QGIS."""
    from markupsafe import Markup, escape

    from ogctwist.qgiscompat.server.ogcapi import QgsServerOgcApi
    from ogctwist.qgiscompat.server.ogcapihandler import plain

    def url() -> Any:
        return QgsServerOgcApi.sanitizeUrl(context.request().url())

    def pathAppend(path: str) -> str:
        changed = url()
        changed.setPath(f"{changed.path()}/{path}")
        return str(changed.toString())

    def pathChomp(text: str) -> str:
        changed = qtModule("QtCore").QUrl(text)
        changed.setPath(changed.path().rstrip("/").rpartition("/")[0])
        return str(changed.toString())

    def dumped(*value: Any) -> Any:
        text = json.dumps(value[0] if value else data, ensure_ascii=False, default=plain)
        return Markup(text.replace("<", "\\u003c"))

    def static(path: str) -> str:
        return f"{context.matchedPath()}/static/{path}"

    return {
        "path_append": pathAppend,
        "path_chomp": pathChomp,
        "json_dump": dumped,
        "static": static,
        "links_filter": lambda links, key, value: [each for each in links if each.get(key) == value],
        "content_type_name": lambda kind: QgsServerOgcApi.contentTypeToString(int(kind)),
        "component_parameter": lambda component: data["components"]["parameters"][component],
        "nl2br": lambda text: Markup(str(escape(text)).replace("\n", "<br>")),
        "starts_with": lambda text, start: str(text).startswith(start),
        "exists": lambda name: name in data,
        "existsIn": lambda mapping, name: name in mapping,
        "default": lambda value, other: value or other,
        "length": len,
        "upper": lambda text: str(text).upper(),
        "lower": lambda text: str(text).lower(),
        "round": round,
        "first": lambda values: values[0],
        "last": lambda values: values[-1],
        "at": lambda values, place: values[place],
        "sort": sorted,
        "join": lambda values, separator: separator.join(map(str, values)),
        "int": int,
        "float": float,
    }
