# -*- test-case-name: tests.web.test_status -*-
"""What the administrator wants to know: /status, /metrics, /healthz, /readyz."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from twisted.internet.interfaces import IReactorTime

from ogctwist import __version__
from ogctwist.settings import Settings
from ogctwist.settings.reading import shownSettings
from ogctwist.web.forwarding import TrustedPeers
from ogctwist.web.metrics import ADMINISTRATION, CONTENT_TYPE, OUTCOMES, Gauges, Metrics

#: Section name to what there is to say: JSON values.
Section = Callable[[], Any]
#: Status, headers, body.
Page = tuple[int, dict[str, str], bytes]

_TEXT = "text/plain; charset=utf-8"
_STYLE = (
    "body{font:15px/1.4 system-ui,sans-serif;margin:1.5rem;color-scheme:light dark}"
    "table{border-collapse:collapse;margin:.3rem 0 1rem}"
    "td,th{border:1px solid #8886;padding:.2rem .5rem;text-align:left;vertical-align:top}"
)


class StatusPages:
    """
    The pages for administrators and their machines.

    /status and /metrics only for the addresses that the settings name; /healthz
    and /readyz, which say nothing else, for all.
    """

    def __init__(
        self,
        settings: Settings,
        clock: IReactorTime,
        metrics: Metrics,
        sections: Mapping[str, Section] | None = None,
        gauges: Callable[[], Gauges] | None = None,
        notReady: Callable[[], str] | None = None,
    ):
        """
        @param sections: what other rooms have to say: name to a callable that
            answers a JSON value (C{projects}, C{plugins}, C{pools}, …).
        @param gauges: numbers of other rooms, as L{Metrics.exposition} wants them.
        @param notReady: answers why requests should go elsewhere, or ''.
        """
        self._settings = settings
        self._clock = clock
        self._metrics = metrics
        self._sections = dict(sections or {})
        self._gauges = gauges
        self._notReady = notReady or (lambda: "")
        self._allowed = TrustedPeers(settings.statusAddresses)
        self._started = clock.seconds()

    def page(self, path: str, remoteAddress: str, accept: str) -> Page | None:
        """
        @param path: of the URL.
        @param accept: the Accept header; HTML for browsers, else JSON.
        @return: None when there is no such page.
        """
        if path not in ADMINISTRATION:
            return None
        if path == "/healthz":
            return 200, {"Content-Type": _TEXT, "Cache-Control": "no-store"}, b"ok\n"
        if path == "/readyz":
            reason = self._notReady()
            status = 503 if reason else 200
            text = f"{reason or 'ready'}\n".encode()
            return status, {"Content-Type": _TEXT, "Cache-Control": "no-store"}, text
        if not self._allowed.trusts(remoteAddress):
            return 403, {"Content-Type": _TEXT}, b"Forbidden\n"
        if path == "/metrics":
            gauges = self._gauges() if self._gauges is not None else None
            return 200, {"Content-Type": CONTENT_TYPE}, self._metrics.exposition(gauges)
        facts = self.status()
        headers = {"Cache-Control": "no-store", "Vary": "Accept"}
        if path == "/status" and "text/html" in accept:
            policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
            headers |= {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy}
            return 200, headers, statusHtml(facts).encode("utf-8", "replace")
        headers["Content-Type"] = "application/json"
        return 200, headers, json.dumps(facts, indent=1, default=list).encode()

    def status(self) -> dict[str, Any]:
        """Everything, as JSON values."""
        return {
            "version": __version__,
            "uptimeSeconds": round(self._clock.seconds() - self._started, 1),
            "ready": self._notReady() or True,
            "requests": {
                "inFlight": self._metrics.inFlight,
                **{outcome: self._metrics.count(outcome) for outcome in OUTCOMES},
            },
            **{name: section() for name, section in self._sections.items()},
            "configFile": self._settings.configFile,
            "settings": shownSettings(self._settings),
        }


def statusHtml(status: Mapping[str, Any]) -> str:
    """JSON values as a page of tables."""
    parts = [
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>ogctwist: status</title>'
        f"<style>{_STYLE}</style></head><body><h1>ogctwist {escape(str(status.get('version', '')))}</h1>"
    ]
    for name, value in status.items():
        if name != "version":
            parts.append(f"<h2>{escape(name)}</h2>{_table(value)}")
    return "".join([*parts, "</body></html>"])


def _table(value: Any) -> str:
    """Objects and lists as tables within each other, all else as text."""
    if isinstance(value, Mapping):
        rows = "".join(f"<tr><th>{escape(str(n))}</th><td>{_table(v)}</td></tr>" for n, v in value.items())
        return f"<table>{rows}</table>" if rows else "-"
    if isinstance(value, list | tuple):
        if value and all(isinstance(item, Mapping) for item in value):
            names = list(dict.fromkeys(name for item in value for name in item))
            head = "".join(f"<th>{escape(str(name))}</th>" for name in names)
            rows = "".join(
                "<tr>" + "".join(f"<td>{_table(item.get(name, ''))}</td>" for name in names) + "</tr>"
                for item in value
            )
            return f"<table><tr>{head}</tr>{rows}</table>"
        return "<br>".join(_table(item) for item in value) or "-"
    return escape(str(value))
