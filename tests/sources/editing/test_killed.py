"""
A process that changes data is killed at random moments: what it acknowledged is whole, and what it
did not is whole or not there at all.

C{OGCTWIST_KILLS} is how often it is killed; by default a few times, since each takes a while.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.sources.editing.catalogue import EditCatalogue
from tests.sources.editing.files import editLayer, rowsOf, writePoints

KILLS = int(os.environ.get("OGCTWIST_KILLS", "3"))
#: Where the tests' packages are.
_ROOT = Path(__file__).parents[3]


class KilledTests(SynchronousTestCase):
    def check(self, driver: str, extension: str) -> None:
        path = writePoints(str(Path(self.mktemp()).absolute()) + extension, driver)
        chance, acknowledged = random.Random(7), 1000
        for _ in range(KILLS):
            acknowledged = self.kill(path, acknowledged, chance.uniform(0.0, 0.1))
            numbers = self.numbers(path)
            newest = max(numbers)
            self.assertIn(newest, (acknowledged, acknowledged + 1))
            self.assertEqual(set(numbers.values()), {2}, "a transaction is there in part")
            self.assertEqual(sorted(numbers), list(range(min(numbers), newest + 1)), "one is missing")
            acknowledged = newest

    def kill(self, path: str, start: int, seconds: float) -> int:
        """Let a writer work for a while.  @return: the last transaction that it acknowledged."""
        command = [sys.executable, "-m", "tests.sources.editing.writer", path, str(start)]
        environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=_ROOT, env=environment) as writer:
            assert writer.stdout is not None
            last = int(writer.stdout.readline())
            time.sleep(seconds)
            writer.kill()
            return max([last, *map(int, writer.stdout.read().split())])

    def numbers(self, path: str) -> Counter[int]:
        """How many features have each number; those that were there at first do not count."""
        layer = editLayer(path)
        session = EditCatalogue().session(layer)
        try:
            session.begin()
            rows = rowsOf(session.table(layer)).values()
        finally:
            session.close()
        return Counter(pop for _name, pop, _geometry in rows if pop is not None and pop > 1000)

    def test_geopackage(self) -> None:
        self.check("GPKG", ".gpkg")

    def test_shapefile(self) -> None:
        self.check("ESRI Shapefile", ".shp")
