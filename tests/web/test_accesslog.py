"""A line for each request."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.defer import Deferred
from twisted.logger import globalLogPublisher
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.web.accesslog import AccessLog, readable
from tests.web.memory import Connection, Server, limited

COMBINED = re.compile(
    r'(\S+) - - \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000\] "([^"]*)" (\d+) (\d+) '
    r'"((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)" ([0-9.]+) (\S+)( aborted)?'
)


class AccessLogTests(SynchronousTestCase):
    def serve(self, format: str = "text", handler: Any = None, **arguments: Any) -> Server:
        self.path = self.mktemp()
        server = Server(handler, accessLog=AccessLog(self.path, format), **arguments)
        server.site.startFactory()
        self.addCleanup(server.site.stopFactory)
        return server

    def lines(self) -> list[str]:
        return Path(self.path).read_text(encoding="utf-8").splitlines()

    def test_text(self) -> None:
        server = self.serve()
        server.ask("/x?a=b", "Referer: http://r", "User-Agent: me", "X-Request-Id: id1")
        (line,) = self.lines()
        match = COMBINED.fullmatch(line)
        assert match is not None
        self.assertEqual(
            match.groups(),
            ("127.0.0.1", "GET /x?a=b HTTP/1.1", "200", "9", "http://r", "me", "0.000000", "id1", None),
        )

    def test_hostile(self) -> None:
        """One line, whatever the request contains."""
        server = self.serve()
        connection = server.connect()
        connection.send(b'GET /x?[2J"\xff\\ HTTP/1.1\r\nHost: h\r\nUser-Agent: a"b\x1b\xe2\x80\xa8\r\n\r\n')
        (line,) = self.lines()
        self.assertTrue(line.isprintable())
        self.assertIsNotNone(re.search(r'"GET /x\?\[2J\\"%FF\\\\ HTTP/1\.1" 200', line), line)

    def test_json(self) -> None:
        server = self.serve("json")
        server.ask("/x", "X-Forwarded-For: 1.2.3.4", 'User-Agent: "\x1b')
        (line,) = self.lines()
        entry = json.loads(line)
        self.assertEqual((entry["client"], entry["status"], entry["bytes"]), ("1.2.3.4", 200, 9))
        self.assertEqual((entry["uri"], entry["aborted"]), ("/x", False))

    def test_duration(self) -> None:
        pending: Deferred[None] = Deferred()
        server = self.serve(
            "json", lambda arrival, delivery: pending.addCallback(lambda _: delivery.send(200, {}, b""))
        )
        server.connect().get("/x")
        server.clock.advance(1.5)
        pending.callback(None)
        self.assertEqual(json.loads(self.lines()[0])["seconds"], 1.5)

    def test_lost(self) -> None:
        server = self.serve("json", lambda arrival, delivery: Deferred())
        connection = server.connect()
        connection.get("/x")
        connection.lose()
        entry = json.loads(self.lines()[0])
        self.assertEqual((entry["status"], entry["aborted"]), (0, True))

    def test_refused(self) -> None:
        server = self.serve(settings=limited(body=10))
        connection = Connection(server.site)
        connection.send(b"POST /big HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n")
        connection = Connection(server.site)
        connection.send(b"\x16\x03\x01\r\n\r\n")
        self.assertIn('"POST /big HTTP/1.1" 413', self.lines()[0])
        self.assertIn('"- - -" 400', self.lines()[1])

    def test_movedAway(self) -> None:
        """The file is opened anew when it is asked for, as after a rotation."""
        server = self.serve()
        server.ask("/1")
        os.rename(self.path, self.path + ".1")
        server.ask("/2")
        assert server.site.accessLog is not None
        server.site.accessLog.open()
        server.ask("/3")
        self.assertEqual(len(self.lines()), 1)
        self.assertEqual(len(Path(self.path + ".1").read_text().splitlines()), 2)

    def test_serversLog(self) -> None:
        events: list[Any] = []
        globalLogPublisher.addObserver(events.append)
        self.addCleanup(globalLogPublisher.removeObserver, events.append)
        server = Server(accessLog=AccessLog("-"))
        server.site.startFactory()
        server.ask("/x")
        self.assertEqual(len([event for event in events if "GET /x" in str(event.get("line"))]), 1)

    @given(st.one_of(st.binary(), st.text()))
    def test_readable(self, raw: Any) -> None:
        text = readable(raw)
        self.assertTrue(text.isprintable())
        self.assertIsNone(re.search(r'(?<!\\)(\\\\)*"', text))
