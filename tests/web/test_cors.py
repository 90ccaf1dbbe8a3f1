"""Pages of other origins."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.settings import Settings
from ogctwist.web.cors import CrossOrigin
from tests.web.memory import Server

MAP = "https://map.example.org"


class CrossOriginTests(SynchronousTestCase):
    def test_off(self) -> None:
        self.assertEqual(CrossOrigin(()).headers(MAP), [])
        self.assertEqual(CrossOrigin(()).preflight(MAP, ""), [])

    def test_all(self) -> None:
        self.assertEqual(dict(CrossOrigin(("*",)).headers(MAP))["Access-Control-Allow-Origin"], "*")

    def test_listed(self) -> None:
        rule = CrossOrigin((MAP + "/",))
        headers = dict(rule.headers(MAP))
        self.assertEqual((headers["Access-Control-Allow-Origin"], headers["Vary"]), (MAP, "Origin"))
        self.assertEqual(rule.headers("https://evil.example"), [("Vary", "Origin")])
        self.assertEqual(rule.preflight("https://evil.example", "x-a"), [])

    def test_preflight(self) -> None:
        headers = dict(CrossOrigin((MAP,)).preflight(MAP, "X-A, content-type, bad\r\nname"))
        self.assertIn("PATCH", headers["Access-Control-Allow-Methods"])
        self.assertEqual(headers["Access-Control-Allow-Headers"], "X-A, content-type")


class ServedTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.server = Server(settings=Settings(corsOrigins=(MAP,)))

    def test_answer(self) -> None:
        answer = self.server.ask("/x", f"Origin: {MAP}")
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], MAP)
        self.assertIn("Origin", answer.message.get_all("Vary"))

    def test_preflight(self) -> None:
        answer = self.server.ask(
            "/x", f"Origin: {MAP}", "Access-Control-Request-Method: PUT", method="OPTIONS"
        )
        self.assertEqual(answer.status, 204)
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], MAP)
        self.assertIn("PUT", answer.headers["Access-Control-Allow-Methods"])
        self.assertEqual(self.server.dispatcher.arrivals, [])

    def test_options(self) -> None:
        answer = self.server.ask("/x", method="OPTIONS")
        self.assertEqual(answer.status, 204)
        self.assertIn("PATCH", answer.headers["Allow"])
        self.assertNotIn("Access-Control-Allow-Methods", answer.headers)
