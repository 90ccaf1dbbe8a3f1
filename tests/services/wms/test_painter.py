"""How long a map may take."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.access.view import ProjectView
from ogctwist.encoders.image import imageFormat
from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.geo.view import MapView
from ogctwist.interfaces import OWSException
from ogctwist.services.wms.painter import MapPainter
from ogctwist.services.wms.plans import RenderPlans
from tests.doubles.features import HeldPool
from tests.doubles.server import projectOf


class Drawing:
    """An overlay; a pool that holds its work never asks it."""

    def draw(self, mapView: MapView, isCancelled: Any) -> Any:
        raise AssertionError("nobody has time for this")


class TimeTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.clock, self.pool = Clock(), HeldPool()
        self.painter = MapPainter(self.pool, RenderPlans(), self.clock, seconds=30.0)
        self.view = ProjectView(projectOf(), {}, None)  # type: ignore[arg-type]

    def paint(self, *overlays: Drawing) -> Deferred[bytes]:
        mapView = MapView(Box(0, 0, 10, 10), 20, 20, CRS.fromAuthid("EPSG:4326"))
        form = imageFormat("image/png")
        return Deferred.fromCoroutine(self.painter.paint(self.view, [], mapView, form, overlays=overlays))

    def overdue(self, painting: Deferred[bytes]) -> None:
        self.clock.advance(29)
        self.assertNoResult(painting)
        self.clock.advance(2)
        error = self.failureResultOf(painting, OWSException).value
        self.assertEqual((str(error), error.status), ("The map took longer than 30 seconds", 500))
        self.assertTrue(all(answer.called for answer, _, _ in self.pool.waiting), "work goes on")

    def test_drawing(self) -> None:
        self.overdue(self.paint(Drawing()))

    def test_encoding(self) -> None:
        self.overdue(self.paint())

    def test_inTime(self) -> None:
        painting = self.paint()
        self.pool.work()
        self.assertEqual(self.successResultOf(painting)[:4], b"\x89PNG")
        self.assertEqual(self.clock.getDelayedCalls(), [])
