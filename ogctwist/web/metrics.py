# -*- test-case-name: tests.web.test_metrics -*-
"""
What was asked, how it ended and how long it took, for Prometheus.

The labels come from closed lists: no request can make new ones.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping

from ogctwist.workers.pool import PoolStatistics

#: Name to help text and (labels, value) pairs.
Gauges = Mapping[str, tuple[str, Iterable[tuple[Mapping[str, str], float]]]]
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
#: Upper bounds of the histogram of durations, in seconds.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_SERVICES = ("WMS", "WFS", "WCS", "WMTS")
_REQUESTS = {
    name.upper(): name
    for name in (
        "GetCapabilities", "GetMap", "GetFeatureInfo", "GetLegendGraphic", "GetLegendGraphics", "GetPrint",
        "GetProjectSettings", "GetStyle", "GetStyles", "DescribeLayer", "GetContext", "GetSchemaExtension",
        "DescribeFeatureType", "GetFeature", "Transaction", "GetPropertyValue", "ListStoredQueries",
        "DescribeStoredQueries", "LockFeature", "GetFeatureWithLock", "DescribeCoverage", "GetCoverage",
        "GetTile",
    )
}  # fmt: skip
#: Paths of the pages for administrators.
ADMINISTRATION = frozenset({"/healthz", "/readyz", "/status", "/status.json", "/metrics"})
#: How an answer can end.
OUTCOMES = ("ok", "client error", "server error", "aborted", "lost")


def serviceLabel(service: str, path: str) -> str:
    """The label of a SERVICE; without one, a path below the root is an API's, or for administrators."""
    service = service.upper()
    if service:
        return service if service in _SERVICES else "other"
    if path in ADMINISTRATION:
        return "administration"
    return "API" if path.strip("/") else "none"


def requestLabel(request: str) -> str:
    """The label of a REQUEST."""
    return _REQUESTS.get(request.upper(), "other" if request else "none")


class Metrics:
    """Counters of one process."""

    def __init__(self, worker: int = 0):
        """
        @param worker: the number of this process among those that share a socket,
            a label of every value; 0: it is alone.
        """
        self._constant = {"worker": str(worker)} if worker else {}
        self.inFlight = 0
        self._durations: dict[tuple[str, str, str], _Histogram] = {}
        self._bytes: dict[tuple[str, str], int] = {}

    def observe(self, service: str, request: str, outcome: str, seconds: float, size: int) -> None:
        """
        One request has ended.

        @param service: a label, as C{request} and C{outcome}.
        @param size: bytes of its body that were sent.
        """
        histogram = self._durations.setdefault((service, request, outcome), _Histogram())
        histogram.add(seconds)
        self._bytes[service, request] = self._bytes.get((service, request), 0) + size

    def count(self, outcome: str | None = None) -> int:
        """How many requests have ended, so or at all."""
        return sum(h.count for (_, _, o), h in self._durations.items() if outcome in (None, o))

    def exposition(self, gauges: Gauges | None = None) -> bytes:
        """
        Everything in the text format of Prometheus.

        @param gauges: more values; a name that ends with C{_total} is a counter.
        """
        lines = [
            "# HELP ogctwist_requests_total Requests that ended.",
            "# TYPE ogctwist_requests_total counter",
        ]
        for key, histogram in sorted(self._durations.items()):
            lines.append(f"ogctwist_requests_total{self._requestLabels(*key)} {histogram.count}")
        name = "ogctwist_request_duration_seconds"
        lines += [f"# HELP {name} From a request's last byte to its answer's.", f"# TYPE {name} histogram"]
        for key, histogram in sorted(self._durations.items()):
            lines += histogram.lines(name, self._requestLabels(*key))
        name = "ogctwist_response_bytes_total"
        lines += [f"# HELP {name} Bytes of answers.", f"# TYPE {name} counter"]
        for (service, request), size in sorted(self._bytes.items()):
            lines.append(f"{name}{self._labels({'service': service, 'request': request})} {size}")
        name = "ogctwist_requests_in_flight"
        lines += [
            f"# HELP {name} Requests being answered.",
            f"# TYPE {name} gauge",
            f"{name}{self._labels({})} {self.inFlight}",
        ]
        for name, (text, values) in (gauges or {}).items():
            kind = "counter" if name.endswith("_total") else "gauge"
            lines += [f"# HELP {name} {text}", f"# TYPE {name} {kind}"]
            lines += [f"{name}{self._labels(labels)} {value:g}" for labels, value in values]
        return ("\n".join(lines) + "\n").encode()

    def _requestLabels(self, service: str, request: str, outcome: str) -> str:
        return self._labels({"service": service, "request": request, "outcome": outcome})

    def _labels(self, labels: Mapping[str, str]) -> str:
        pairs = [f'{name}="{_escaped(value)}"' for name, value in {**labels, **self._constant}.items()]
        return "{" + ",".join(pairs) + "}" if pairs else ""


def poolGauges(statistics: Iterable[PoolStatistics]) -> Gauges:
    """What the pools of threads do, for L{Metrics.exposition}."""
    pools = list(statistics)

    def values(name: str) -> list[tuple[Mapping[str, str], float]]:
        return [({"pool": pool.name}, float(getattr(pool, name))) for pool in pools]

    return {
        "ogctwist_pool_threads": ("Threads of a pool at most.", values("threads")),
        "ogctwist_pool_running": ("Work that runs.", values("running")),
        "ogctwist_pool_waiting": ("Work that waits for a thread.", values("waiting")),
        "ogctwist_pool_completed_total": ("Work that came to its end.", values("completed")),
        "ogctwist_pool_failed_total": ("Work that failed.", values("failed")),
        "ogctwist_pool_cancelled_total": ("Work taken back before it began.", values("cancelled")),
        "ogctwist_pool_abandoned_total": ("Work cancelled while it ran.", values("abandoned")),
        "ogctwist_pool_refused_total": ("Work refused because too much waited.", values("refused")),
        "ogctwist_pool_waited_seconds_total": ("Time that work waited.", values("waited")),
        "ogctwist_pool_worked_seconds_total": ("Time that work took.", values("worked")),
    }


class _Histogram:
    """Counts of durations in buckets."""

    def __init__(self) -> None:
        self.count = 0
        self._sum = 0.0
        self._counts = [0] * (len(BUCKETS) + 1)

    def add(self, seconds: float) -> None:
        self.count += 1
        self._sum += seconds
        self._counts[bisect_left(BUCKETS, seconds)] += 1

    def lines(self, name: str, labels: str) -> list[str]:
        lines, total = [], 0
        for bound, count in zip((*BUCKETS, "+Inf"), self._counts, strict=True):
            total += count
            lines.append(f'{name}_bucket{labels[:-1]},le="{bound}"}} {total}')
        return [*lines, f"{name}_sum{labels} {self._sum:.6f}", f"{name}_count{labels} {self.count}"]


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
