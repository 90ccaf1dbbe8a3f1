"""Counters for Prometheus."""

from __future__ import annotations

import re

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.web.metrics import Metrics, poolGauges, requestLabel, serviceLabel
from ogctwist.workers.pool import PoolStatistics

#: A line of the text format: a comment, or name, labels and value.
LINE = re.compile(r'# (HELP|TYPE) \w+ .+|[a-z_]+(\{([a-z]+="([^"\\\n]|\\.)*",?)+\})? [-+0-9.eInf]+')


class LabelTests(SynchronousTestCase):
    def test_closedLists(self) -> None:
        """No request can make a new label."""
        self.assertEqual(serviceLabel("wms", "/"), "WMS")
        self.assertEqual(serviceLabel("x" * 99, "/"), "other")
        self.assertEqual(serviceLabel("", "/wfs3/collections"), "API")
        self.assertEqual(serviceLabel("", "/status"), "administration")
        self.assertEqual(serviceLabel("", "/"), "none")
        self.assertEqual(requestLabel("getmap"), "GetMap")
        self.assertEqual(requestLabel("anything"), "other")
        self.assertEqual(requestLabel(""), "none")


class ExpositionTests(SynchronousTestCase):
    def lines(self, metrics: Metrics, *arguments: object) -> list[str]:
        lines = metrics.exposition(*arguments).decode().splitlines()  # type: ignore[arg-type]
        self.assertEqual([line for line in lines if not LINE.fullmatch(line)], [])
        return lines

    def test_exposition(self) -> None:
        metrics = Metrics()
        metrics.observe("WMS", "GetMap", "ok", 0.03, 1000)
        metrics.observe("WMS", "GetMap", "ok", 99.0, 500)
        metrics.observe("WMS", "GetMap", "lost", 0.001, 0)
        lines = self.lines(metrics)
        labels = 'service="WMS",request="GetMap"'
        for line in (
            f'ogctwist_requests_total{{{labels},outcome="ok"}} 2',
            f'ogctwist_request_duration_seconds_bucket{{{labels},outcome="ok",le="0.025"}} 0',
            f'ogctwist_request_duration_seconds_bucket{{{labels},outcome="ok",le="0.05"}} 1',
            f'ogctwist_request_duration_seconds_bucket{{{labels},outcome="ok",le="30.0"}} 1',
            f'ogctwist_request_duration_seconds_bucket{{{labels},outcome="ok",le="+Inf"}} 2',
            f'ogctwist_request_duration_seconds_sum{{{labels},outcome="ok"}} 99.030000',
            f"ogctwist_response_bytes_total{{{labels}}} 1500",
            "ogctwist_requests_in_flight 0",
        ):
            self.assertIn(line, lines)
        self.assertEqual((metrics.count(), metrics.count("lost")), (3, 1))

    def test_worker(self) -> None:
        metrics = Metrics(2)
        metrics.observe("WMS", "GetMap", "ok", 0.03, 1000)
        values = [line for line in self.lines(metrics) if not line.startswith("#")]
        self.assertEqual([line for line in values if 'worker="2"' not in line], [])

    def test_pools(self) -> None:
        pool = PoolStatistics("render", 4, 3, 2, 10, 1, 0, 0, 0, 1.5, 2.5)
        lines = self.lines(Metrics(), poolGauges([pool]))
        self.assertIn('ogctwist_pool_running{pool="render"} 3', lines)
        self.assertIn("# TYPE ogctwist_pool_running gauge", lines)
        self.assertIn("# TYPE ogctwist_pool_waited_seconds_total counter", lines)

    def test_escapes(self) -> None:
        self.lines(Metrics(), {"a_b": ("Help.", [({"l": 'q"\\\n'}, 1.0)])})
