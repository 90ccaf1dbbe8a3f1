# -*- test-case-name: tests.web.test_landing -*-
"""
The page at /: what is served, and the default project as a map.

Everything on it comes from the server's own capabilities, asked for with the
visitor's headers: who may not see a layer does not see it here either.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from html import escape
from importlib.resources import files
from string import Template
from urllib.parse import quote, urlencode

from lxml import etree

from ogctwist import __version__
from ogctwist.interfaces import IDispatcher
from ogctwist.ows.arrival import Arrival
from ogctwist.ows.parameters import Parameters
from ogctwist.settings import Settings
from ogctwist.web.captured import CapturedDelivery, TooMuch

#: A longer capabilities document is not read for the page.
_LONGEST = 32 * 1024 * 1024
#: Width of the picture, and bounds of its height, in pixels.
_WIDTH, _LOWEST, _HIGHEST = 960, 240, 720
#: Layers that are drawn together at most.
_DRAWN = 100
_SERVICES = (
    ("WMS", "1.3.0", "Maps as pictures"),
    ("WFS", "1.1.0", "Features with their attributes"),
    ("WCS", "1.0.0", "Rasters with their values"),
    ("WMTS", "1.0.0", "Maps as tiles"),
)
_PROJECTS = (".qgs", ".qgz")


@dataclass(frozen=True)
class ShownProject:
    """
    What capabilities say of a project.

    @ivar layers: (name, title) of the layers below the root, the topmost first.
    @ivar box: (xmin, ymin, xmax, ymax) in C{crs}, x being the easting, or None.
    """

    title: str
    abstract: str
    layers: tuple[tuple[str, str], ...]
    crs: str
    box: tuple[float, float, float, float] | None


class LandingPage:
    """The page at /."""

    def __init__(
        self,
        dispatcher: IDispatcher,
        settings: Settings,
        services: Callable[[], Iterable[str]] | None = None,
    ):
        """
        @param services: answers the names of the services that there are; None: all that are known
            here.
        """
        self._dispatcher = dispatcher
        self._settings = settings
        self._services = services or (lambda: [name for name, _, _ in _SERVICES])
        here = files("ogctwist.web")
        self._template = Template((here / "landing.html").read_text(encoding="utf-8"))
        self._script = (here / "landing.js").read_text(encoding="utf-8")

    def wants(self, arrival: Arrival) -> bool:
        """Whether a request is for this page: a GET of / without SERVICE and REQUEST."""
        prefix = self._settings.landingPagePrefix.strip("/")
        return (
            arrival.method in ("GET", "HEAD")
            and arrival.path.strip("/") == prefix
            and not arrival.parameters.text("SERVICE")
            and not arrival.parameters.text("REQUEST")
            and arrival.parseError is None
            and not self._settings.isApiDisabled("Landing Page")
        )

    async def render(self, arrival: Arrival) -> tuple[dict[str, str], bytes]:
        """@return: headers and body of the page."""
        project = await self._shownProject(arrival)
        nonce = arrival.requestId
        text = self._template.substitute(
            nonce=escape(nonce),
            version=escape(__version__),
            **self._parts(project, arrival.parameters.text("MAP"), nonce),
        )
        policy = (
            f"default-src 'none'; img-src 'self'; style-src 'nonce-{nonce}'; "
            f"script-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
        )
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": policy,
            "Cache-Control": "no-cache",
            "Referrer-Policy": "same-origin",
        }
        return headers, text.encode("utf-8", "replace")

    async def _shownProject(self, arrival: Arrival) -> ShownProject | None:
        """What the visitor may see of the project, or None."""
        parameters = {"SERVICE": "WMS", "REQUEST": "GetCapabilities", "VERSION": "1.1.1"}
        if name := arrival.parameters.text("MAP"):
            parameters["MAP"] = name
        query = urlencode(parameters)
        left = {"accept-encoding", "if-none-match", "content-length", "content-type", "content-encoding"}
        question = replace(
            arrival,
            method="GET",
            query=query,
            url=arrival.url.partition("?")[0] + "?" + query,
            headers={n: v for n, v in arrival.headers.items() if n not in left},
            body=b"",
            parameters=Parameters(parameters),
        )
        answer = CapturedDelivery(_LONGEST)
        try:
            await self._dispatcher.handle(question, answer)
        except TooMuch:
            return None
        if answer.status != 200 or not answer.isComplete:
            return None
        return readCapabilities(answer.body)

    def _parts(self, project: ShownProject | None, name: str, nonce: str) -> dict[str, str]:
        named = f"&MAP={quote(name, safe='')}" if name else ""
        parts = {"title": "ogctwist", "abstract": "", "map": "", "layers": "", "script": ""}
        if project is None:
            parts["abstract"] = "<p>No project is shown here. Requests name one with the parameter MAP.</p>"
        else:
            parts["title"] = escape(project.title or "ogctwist")
            parts["abstract"] = f"<p>{escape(project.abstract)}</p>" if project.abstract else ""
            parts["layers"] = _layerTable(project)
            parts["map"], parts["script"] = self._map(project, named, nonce)
        offered = set(self._services())
        parts["services"] = "\n".join(
            f'<tr><td><a href="?SERVICE={service}&amp;VERSION={version}&amp;REQUEST=GetCapabilities'
            f'{escape(named)}">{service}</a></td><td>{version}</td><td>{text}</td></tr>'
            for service, version, text in _SERVICES
            if service in offered
        )
        parts["projects"] = self._projectList()
        return parts

    def _map(self, project: ShownProject, named: str, nonce: str) -> tuple[str, str]:
        """The picture, and the script that moves it."""
        if project.box is None or not project.layers:
            return "", ""
        xmin, ymin, xmax, ymax = project.box
        height = round(min(max(_WIDTH * (ymax - ymin) / (xmax - xmin), _LOWEST), _HIGHEST))
        box = _filling(project.box, _WIDTH, height)
        drawn = [layer for layer, _ in reversed(project.layers)][-_DRAWN:]
        query = {
            "SERVICE": "WMS",
            "VERSION": "1.1.1",
            "REQUEST": "GetMap",
            "LAYERS": ",".join(drawn),
            "STYLES": "",
            "SRS": project.crs,
            "FORMAT": "image/png",
            "TRANSPARENT": "TRUE",
        }
        url = "?" + urlencode(query, quote_via=quote) + named
        source = f"{url}&BBOX={','.join(map(repr, box))}&WIDTH={_WIDTH}&HEIGHT={height}"
        view = json.dumps({"url": url, "box": box, "width": _WIDTH, "height": height})
        picture = (
            f'<div id="map"><img src="{escape(source)}" width="{_WIDTH}" height="{height}" '
            f'alt="Map of {escape(project.title)}"></div>'
        )
        script = (
            f'<script type="application/json" id="view" nonce="{escape(nonce)}">'
            f"{_inScript(view)}</script>\n"
            f'<script nonce="{escape(nonce)}">\n{self._script}</script>'
        )
        return picture, script

    def _projectList(self) -> str:
        """Links to the projects in the directories that the settings name for that."""
        paths = []
        for directory in self._settings.landingPageProjectsDirectories:
            try:
                with os.scandir(directory) as entries:
                    paths += sorted(e.path for e in entries if e.name.endswith(_PROJECTS) and e.is_file())
            except OSError:
                # The page is for visitors; the status page says what the settings name.
                continue
        if not paths:
            return ""
        rows = "\n".join(
            f'<tr><td><a href="?MAP={quote(path, safe="")}">{escape(os.path.basename(path))}</a></td></tr>'
            for path in paths
        )
        return f"<h2>Projects</h2>\n<table>\n{rows}\n</table>"


def readCapabilities(body: bytes) -> ShownProject | None:
    """
    What the page needs of a WMS 1.1.1 capabilities document.

    @return: None when it is something else.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return None
    top = root.find("Capability/Layer")
    if top is None:
        return None
    layers = tuple(
        (name, layer.findtext("Title") or name)
        for layer in top.findall("Layer")
        if (name := layer.findtext("Name"))
    )
    crs, box = _extent(top)
    return ShownProject(
        title=root.findtext("Service/Title") or top.findtext("Title") or "",
        abstract=root.findtext("Service/Abstract") or "",
        layers=layers,
        crs=crs,
        box=box,
    )


def _extent(layer: etree._Element) -> tuple[str, tuple[float, float, float, float] | None]:
    """The CRS and the extent in which a map of the layer is best shown."""
    found: dict[str, Mapping[str, str]] = {}
    for element in layer.findall("BoundingBox"):
        found.setdefault(str(element.get("SRS")), _edges(element))
    whole = layer.find("LatLonBoundingBox")
    if whole is not None:
        found.setdefault("EPSG:4326", _edges(whole))
    for crs in (*(c for c in found if c != "EPSG:4326"), "EPSG:4326"):
        try:
            edges = found.get(crs, {})
            xmin, ymin, xmax, ymax = (float(edges[side]) for side in ("minx", "miny", "maxx", "maxy"))
        except (KeyError, ValueError):
            continue
        if xmin < xmax and ymin < ymax:
            return crs, (xmin, ymin, xmax, ymax)
    return "", None


def _edges(element: etree._Element) -> dict[str, str]:
    return {side: str(element.get(side, "")) for side in ("minx", "miny", "maxx", "maxy")}


def _filling(
    box: tuple[float, float, float, float], width: int, height: int
) -> tuple[float, float, float, float]:
    """The box, grown around its middle to the proportions of the picture."""
    xmin, ymin, xmax, ymax = box
    unit = max((xmax - xmin) / width, (ymax - ymin) / height)
    x, y = (xmin + xmax) / 2, (ymin + ymax) / 2
    return x - unit * width / 2, y - unit * height / 2, x + unit * width / 2, y + unit * height / 2


def _layerTable(project: ShownProject) -> str:
    if not project.layers:
        return ""
    rows = "\n".join(
        f"<tr><td>{escape(title)}</td><td>{escape(name)}</td></tr>" for name, title in project.layers
    )
    return f"<h2>Layers</h2>\n<table>\n<tr><th>Title</th><th>Name</th></tr>\n{rows}\n</table>"


def _inScript(text: str) -> str:
    """JSON within a script element: nothing in it can end the element."""
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
