"""
Writes docs/qgis_server_api.md: what of QGIS Server's Python interface is here, by the walk that
L{tests.qgiscompat.test_server_api} makes.

Run it as C{python -m tests.qgiscompat.compatibility > docs/qgis_server_api.md}.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

from ogctwist.qgiscompat import server
from ogctwist.qgiscompat.qt import OWN
from tests.qgiscompat.test_server_api import API, missing

HEAD = """\
# Compatibility with QGIS Server's Python interface

This page is written by `python -m tests.qgiscompat.compatibility`; a test keeps it in step.

Plugins find the modules under their own names: `qgis.server`, `qgis.core`, `qgis.utils`, `qgis.gui`,
`qgis.PyQt.*`, `PyQt5.*`, `qgis._core` and `qgis._server`.  Names of `qgis.core`, `qgis.gui` and Qt that
are not there can be imported, mentioned and subclassed; who uses one is told that it is not there on
this server.

"""

BEHAVIOUR = """\
## Where we differ on purpose

| | QGIS Server 3 | here |
|---|---|---|
| exceptions | must be given to `setServiceException` | may be raised in any hook: they become the report \
of the service and version asked for |
| a service, API, cache or access-control hook that raises | ends the process | status 500 without \
text; access is denied; a cache that fails is no cache |
| `sendResponse` that raises | its text is sent to the client | status 500 without text |
| a handler of an OGC API that raises | status 400 with the text | status 500 without text; what \
`QgsServerApiBadRequestException` says is sent with 400 |
| a subset string that the source refuses | is ignored | no features |
| `cacheKey()` | caches when keys are empty | as documented: an empty key, or none, means that nothing is \
cached; other keys keep caches apart |
| the project after a request | keeps what plugins changed | is as it was |
| `QgsProject.instance()` in `requestReady` | the project of the request before | an empty one |
| metadata without a name | no plugin is loaded at all | that plugin is refused |
| `registerFilter` with a class | a type error | makes an object of it, as the tutorial has it |
| `registerAccessControl` and others, on objects of ours | - | providers of our own interfaces may be \
registered too |
| answers of `QgsServerApi` pages | not escaped | values in templates are escaped |

"""


def state(cls: Any, name: str, method: str, form: dict[str, Any]) -> str:
    """What is to be said of a method: '' when it is there as it should be."""
    function = getattr(cls, method, None)
    if not callable(function):
        return "missing"
    if not form["overloads"]:
        return ""
    return "; ".join(missing(f"{name}.{method}", function, form["overloads"], form.get("static", False)))


def sentence(doc: str) -> str:
    """The first sentence of a docstring, as Markdown."""
    paragraph = " ".join(doc.strip().split("\n\n")[0].split())
    first = re.split(r"(?<=[.:])\s", paragraph)[0].rstrip(":") + " "
    return re.sub(r"[CL]\{([^}]*)\}", r"`\1`", first).strip().rstrip(".") + "."


def classSection(name: str, described: dict[str, Any]) -> str:
    """A line for a class: its methods, and what is wrong with them."""
    cls = getattr(server, name, None)
    shown, wrong = [], []
    for method, form in sorted(described["methods"].items()):
        if not form["overloads"]:
            continue
        since = f" ({form['since']})" if form.get("since", "3.22") != "3.22" else ""
        shown.append(f"`{method}`{since}")
        told = state(cls, name, method, form)
        if told:
            wrong.append(told)
    title = "missing" if cls is None else sentence(cls.__doc__ or "")
    text = f"### {name}\n\n{title}\n"
    if shown:
        text += f"\n{', '.join(shown)}\n"
    if wrong:
        text += "".join(f"\n- {each}" for each in wrong) + "\n"
    return text + "\n"


def qtSection() -> str:
    """What Qt is without PyQt5."""
    text = (
        "## Qt\n\nWith the extra `qt` (`pip install ogctwist[qt]`) plugins get PyQt5.  Without it they get "
        "these, in Python:\n\n"
    )
    for name, module in OWN.items():
        names = ", ".join(f"`{each}`" for each in sorted(import_module(module).__all__))
        text += f"- **{name}**: {names}\n"
    return text


def document() -> str:
    """The whole page."""
    count = sum(len(described["methods"]) for described in API.values())
    text = HEAD + BEHAVIOUR
    text += (
        f"## qgis.server\n\n{len(API)} classes with {count} methods: those of QGIS 3.22, and in brackets the "
        "version in which later ones came.\n\n"
    )
    text += "".join(classSection(name, API[name]) for name in sorted(API))
    return text + qtSection()


if __name__ == "__main__":
    print(document(), end="")
