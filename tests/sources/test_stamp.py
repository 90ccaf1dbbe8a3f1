"""A changed file has another stamp."""

from __future__ import annotations

import os
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.sources.stamp import stampOf


class StampTests(SynchronousTestCase):
    def test_changes(self) -> None:
        path = Path(self.mktemp())
        self.assertEqual(stampOf((str(path),)), (None,))
        path.write_text("a")
        first = stampOf((str(path),))
        self.assertEqual(stampOf((str(path),)), first)
        path.write_text("ab")
        self.assertNotEqual(stampOf((str(path),)), first)

    def test_aReplacedFile(self) -> None:
        path, other = Path(self.mktemp()), Path(self.mktemp())
        path.write_text("a")
        other.write_text("b")
        for file in (path, other):
            os.utime(file, ns=(1, 1))
        first = stampOf((str(path),))
        os.replace(other, path)
        self.assertNotEqual(stampOf((str(path),)), first)
