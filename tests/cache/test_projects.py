"""Tests for L{ogctwist.cache.projects}."""

import os
from collections import deque
from typing import Any

from twisted.internet.defer import CancelledError, Deferred, fail, succeed
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer
from zope.interface.verify import verifyObject

from ogctwist.cache.projects import ProjectCache
from ogctwist.interfaces import IWorkPool
from ogctwist.project.errors import BadLayers, ProjectError, ProjectNotFound
from ogctwist.project.location import ProjectLocations
from ogctwist.project.reader import readProject
from tests.project.samples import document, layerXml, write


@implementer(IWorkPool)
class SlowPool:
    """Work waits until it is told to be done."""

    def __init__(self) -> None:
        self.waiting: deque[tuple[Any, Any, Any]] = deque()
        self.refusal: Exception | None = None

    def run(self, function: Any, *arguments: Any) -> Deferred[Any]:
        if self.refusal is not None:
            return fail(self.refusal)
        result: Deferred[Any] = Deferred()
        self.waiting.append((result, function, arguments))
        return result

    def runCancellable(self, function: Any, *arguments: Any) -> Deferred[Any]:
        return self.run(function, *arguments, lambda: False)

    def start(self) -> None:
        """Nothing to start."""

    def stop(self) -> Deferred[None]:
        return succeed(None)

    def work(self) -> None:
        """Do what waits."""
        while self.waiting:
            result, function, arguments = self.waiting.popleft()
            try:
                value = function(*arguments)
            except Exception:
                result.errback(Failure())
            else:
                result.callback(value)


class CacheTestCase(SynchronousTestCase):
    """A folder of projects, and a pool that works when it is told to."""

    def setUp(self) -> None:
        self.folder = os.path.realpath(self.mktemp())
        os.makedirs(self.folder)
        self.clock = Clock()
        self.pool = SlowPool()
        verifyObject(IWorkPool, self.pool)
        self.reads: list[str] = []
        self.stamp = 0
        self.path = self.write("a", "first")

    def cache(self, **settings: Any) -> ProjectCache:
        return ProjectCache(self.pool, self.read, self.clock, **settings)

    def read(self, path: str) -> Any:
        self.reads.append(path)
        return readProject(path)

    def write(self, name: str, title: str, body: str = "") -> str:
        """Write a project that differs in its time from all before."""
        text = title if title.startswith("<") else document(f"<title>{title}</title>{body}")
        path = write(os.path.join(self.folder, f"{name}.qgs"), text)
        self.stamp += 1
        os.utime(path, ns=(self.stamp, self.stamp))
        return path

    def get(self, cache: ProjectCache, path: str = "") -> Any:
        """Ask, work, answer."""
        asked = cache.project(path or self.path)
        self.pool.work()
        return self.successResultOf(asked)


class ProjectCacheTests(CacheTestCase):
    def test_cached(self) -> None:
        """A project is read once and given out as the same object."""
        cache = self.cache()
        first = self.get(cache)
        self.assertEqual(first.title, "first")
        self.assertIs(self.successResultOf(cache.project(self.path)), first)
        self.assertIs(cache.cached(self.path), first)
        self.assertEqual(self.reads, [self.path])
        self.assertEqual((cache.paths, cache.problems), ((self.path,), {}))

    def test_shared(self) -> None:
        """Who asks at the same time waits for the same load."""
        cache = self.cache()
        asked = [cache.project(self.path) for _ in range(3)]
        self.assertEqual(len(self.pool.waiting), 1)
        self.pool.work()
        results = {id(self.successResultOf(one)) for one in asked}
        self.assertEqual((len(results), len(self.reads)), (1, 1))

    def test_cancelled(self) -> None:
        """One who goes takes nobody else along."""
        cache = self.cache()
        first, second = cache.project(self.path), cache.project(self.path)
        first.cancel()
        self.failureResultOf(first, CancelledError)
        self.assertNoResult(second)
        self.pool.work()
        self.assertEqual(self.successResultOf(second).title, "first")

    def test_allCancelled(self) -> None:
        """The load goes on for those who come later."""
        cache = self.cache()
        first = cache.project(self.path)
        first.cancel()
        self.failureResultOf(first, CancelledError)
        self.pool.work()
        self.assertEqual(self.successResultOf(cache.project(self.path)).title, "first")
        self.assertEqual(len(self.reads), 1)

    def test_changed(self) -> None:
        """A new version is read on the next use; what was given out stays as it was."""
        cache = self.cache()
        first = self.get(cache)
        self.write("a", "second")
        second = self.get(cache)
        self.assertEqual((first.title, second.title), ("first", "second"))
        self.assertNotEqual(first.version, second.version)

    def test_broken(self) -> None:
        """A broken version leaves the last good one serving, and is not read again until it changes."""
        cache = self.cache()
        first = self.get(cache)
        self.write("a", "<broken")
        self.assertIs(self.get(cache), first)
        self.assertIs(self.get(cache), first)
        self.assertEqual(len(self.reads), 2)
        problem = cache.problems[self.path]
        self.assertTrue(problem.isServed)
        self.assertIn("not", problem.reason)
        self.write("a", "third")
        self.assertEqual(self.get(cache).title, "third")
        self.assertEqual(cache.problems, {})

    def test_neverGood(self) -> None:
        """A project that was never good fails for everybody who waits, until it is mended."""
        path = self.write("bad", "<broken")
        cache = self.cache()
        asked = [cache.project(path) for _ in range(2)]
        self.pool.work()
        for one in asked:
            self.assertEqual(self.failureResultOf(one, ProjectError).value.path, path)
        self.failureResultOf(cache.project(path), ProjectError)
        self.assertEqual(len(self.reads), 1)
        self.assertFalse(cache.problems[path].isServed)
        self.assertIsNone(cache.cached(path))
        self.write("bad", "mended")
        self.assertEqual(self.get(cache, path).title, "mended")

    def test_deleted(self) -> None:
        """A project whose file is gone goes on serving; a reason is shown."""
        cache = self.cache()
        first = self.get(cache)
        os.remove(self.path)
        self.assertIs(self.get(cache), first)
        self.assertIn("cannot be read", cache.problems[self.path].reason)

    def test_interval(self) -> None:
        """Within the interval the file is not looked at."""
        cache = self.cache(checkInterval=5)
        self.get(cache)
        self.write("a", "second")
        self.clock.advance(4.9)
        self.assertEqual(self.get(cache).title, "first")
        self.clock.advance(0.2)
        self.assertEqual(self.get(cache).title, "second")

    def test_never(self) -> None:
        """With no checks at all only C{forget} brings a new version."""
        cache = self.cache(checkInterval=float("inf"))
        self.get(cache)
        self.write("a", "second")
        self.clock.advance(1e9)
        self.assertEqual(self.get(cache).title, "first")
        cache.forget(self.path)
        self.assertEqual(self.get(cache).title, "second")

    def test_forget(self) -> None:
        """Forgetting while it is read answers who waits and keeps nothing."""
        cache = self.cache()
        asked = cache.project(self.path)
        cache.forget(self.path)
        self.assertEqual(cache.paths, ())
        self.pool.work()
        self.assertEqual(self.successResultOf(asked).title, "first")
        self.assertIsNone(cache.cached(self.path))
        cache.forget("/never/heard/of.qgs")

    def test_bound(self) -> None:
        """The project that was not used for longest goes."""
        cache = self.cache(maximum=2)
        b, c = self.write("b", "b"), self.write("c", "c")
        self.get(cache)
        self.get(cache, b)
        self.get(cache)
        self.get(cache, c)
        self.assertEqual(cache.paths, (self.path, c))

    def test_boundWhileReading(self) -> None:
        """What is being read does not go."""
        cache = self.cache(maximum=1)
        asked = [cache.project(path) for path in (self.path, self.write("b", "b"))]
        self.assertEqual(len(cache.paths), 2)
        self.pool.work()
        self.assertEqual([self.successResultOf(one).title for one in asked], ["first", "b"])
        self.get(cache, self.write("c", "c"))
        self.assertEqual(len(cache.paths), 1)

    def test_poolRefuses(self) -> None:
        """A pool that is full is no fault of the project's; the next one may have more luck."""
        cache = self.cache()
        self.pool.refusal = RuntimeError("full")
        self.failureResultOf(cache.project(self.path), RuntimeError)
        self.assertEqual((cache.paths, cache.problems), ((), {}))
        self.pool.refusal = None
        self.assertEqual(self.get(cache).title, "first")
        self.write("a", "second")
        self.pool.refusal = RuntimeError("full")
        self.failureResultOf(cache.project(self.path), RuntimeError)
        self.pool.refusal = None
        self.assertEqual(self.get(cache).title, "second")

    def test_embeddedChanges(self) -> None:
        """A project is stale when one that it borrows from changes."""
        other = self.write("other", "other", f"<projectlayers>{layerXml('x')}</projectlayers>")
        body = '<projectlayers><maplayer embedded="1" project="./other.qgs" id="x"/></projectlayers>'
        path = self.write("host", "host", body)
        cache = self.cache(ignoreBadLayers=True)
        first = self.get(cache, path)
        self.assertEqual(list(first.layers), ["x"])
        self.write("other", "other")
        self.assertIn("no such layer", self.get(cache, path).layers["x"].failure)
        self.assertEqual(cache.problems[path].reason.count("no such layer"), 1)
        os.remove(other)
        self.assertIn("cannot be used", self.get(cache, path).layers["x"].failure)

    def test_notInFull(self) -> None:
        """A project whose borrowed groups cannot be had is served; a reason is shown."""
        properties = (
            '<property key="embedded" value="1"/><property key="embedded_project" value="./none.qgs"/>'
        )
        group = (
            f'<layer-tree-group name="G"><customproperties>{properties}</customproperties></layer-tree-group>'
        )
        path = self.write("host", "host", f"<layer-tree-group>{group}</layer-tree-group>")
        cache = self.cache()
        self.assertEqual(self.get(cache, path).title, "host")
        problem = cache.problems[path]
        self.assertTrue(problem.isServed)
        self.assertIn("none.qgs", problem.reason)

    def test_locate(self) -> None:
        """The cache knows what MAP means."""
        cache = self.cache(locations=ProjectLocations(self.path))
        self.assertEqual(cache.locate(""), self.path)
        self.assertRaises(ProjectNotFound, cache.locate, "x.qgs")


class BadLayerTests(CacheTestCase):
    """Projects with layers whose files are missing."""

    def setUp(self) -> None:
        super().setUp()
        body = (
            f"<projectlayers>{layerXml('good', './good.shp')}{layerXml('bad', './bad.shp')}</projectlayers>"
        )
        write(os.path.join(self.folder, "good.shp"), "")
        self.host = self.write("host", "host", body)

    def test_refused(self) -> None:
        """As in QGIS Server the whole project is refused."""
        cache = self.cache()
        asked = cache.project(self.host)
        self.pool.work()
        error = self.failureResultOf(asked, BadLayers).value
        self.assertEqual((list(error.layers), error.path), (["bad"], self.host))
        self.assertFalse(cache.problems[self.host].isServed)

    def test_ignored(self) -> None:
        """With the setting the layer alone fails."""
        cache = self.cache(ignoreBadLayers=True)
        found = self.get(cache, self.host)
        self.assertIn("bad.shp does not exist", found.layers["bad"].failure)
        self.assertIsNone(found.layers["good"].failure)
        problem = cache.problems[self.host]
        self.assertTrue(problem.isServed)
        self.assertIn("bad.shp", problem.reason)

    def test_comes(self) -> None:
        """A file that was missing is looked for again, from time to time."""
        cache = self.cache(retryInterval=10)
        asked = cache.project(self.host)
        self.pool.work()
        self.failureResultOf(asked, BadLayers)
        write(os.path.join(self.folder, "bad.shp"), "")
        self.clock.advance(9)
        self.failureResultOf(cache.project(self.host), BadLayers)
        self.clock.advance(2)
        self.assertIsNone(self.get(cache, self.host).layers["bad"].failure)
        self.assertEqual(cache.problems, {})
