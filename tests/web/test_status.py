"""Pages for administrators."""

from __future__ import annotations

import json

from lxml import html
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.settings import Settings
from ogctwist.web.status import statusHtml
from tests.web.memory import Server


class StatusTests(SynchronousTestCase):
    def server(self, **arguments: object) -> Server:
        sections = {"plugins": lambda: [{"name": "<b>", "refused": "no"}, {"name": "x", "loaded": True}]}
        return Server(sections=sections, **arguments)  # type: ignore[arg-type]

    def test_health(self) -> None:
        answer = Server().ask("/healthz", host="9.9.9.9")
        self.assertEqual((answer.status, answer.body), (200, b"ok\n"))

    def test_ready(self) -> None:
        self.assertEqual(Server().ask("/readyz").status, 200)
        answer = Server(notReady=lambda: "loading projects").ask("/readyz")
        self.assertEqual((answer.status, answer.body), (503, b"loading projects\n"))

    def test_json(self) -> None:
        server = self.server()
        server.ask("/x")
        answer = server.ask("/status")
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        status = json.loads(answer.body)
        self.assertEqual(status["requests"]["ok"], 1)
        self.assertEqual(status["plugins"][1], {"name": "x", "loaded": True})
        self.assertEqual(status["settings"]["workers"], {"value": 1, "origin": "default"})

    def test_html(self) -> None:
        answer = self.server().ask("/status", "Accept: text/html,*/*;q=0.8")
        self.assertEqual(answer.headers["Content-Type"], "text/html; charset=utf-8")
        self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])
        page = html.fromstring(answer.body)
        self.assertEqual(page.xpath("//b"), [])
        self.assertIn("<b>", page.text_content())
        self.assertEqual(self.server().ask("/status.json", "Accept: text/html").body[:1], b"{")

    def test_forOthers(self) -> None:
        """A proxy on the same machine does not make its clients administrators."""
        for target in ("/status", "/status.json", "/metrics"):
            self.assertEqual(self.server().ask(target, host="9.9.9.9").status, 403)
            self.assertEqual(self.server().ask(target, "X-Forwarded-For: 9.9.9.9").status, 403)

    def test_forWhomItIsAllowed(self) -> None:
        server = self.server(settings=Settings(statusAddresses=("9.9.9.0/24",)))
        self.assertEqual(server.ask("/metrics", host="9.9.9.9").status, 200)
        self.assertEqual(server.ask("/metrics").status, 403)

    def test_metrics(self) -> None:
        server = self.server()
        server.ask("/x")
        answer = server.ask("/metrics")
        self.assertIn(b'outcome="ok"} 1', answer.body)
        self.assertTrue(answer.headers["Content-Type"].startswith("text/plain; version=0.0.4"))

    def test_tables(self) -> None:
        page = html.fromstring(statusHtml({"a": {}, "b": [1, "<i>"], "c": {"d": [{"e": None}]}}))
        self.assertEqual(page.xpath("//i"), [])
        self.assertEqual(len(page.xpath("//table")), 2)
