"""docs/compatibility.md says what the code can do."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

DOCS = Path(__file__).resolve().parent.parent / "docs"


class CompatibilityPageTests(SynchronousTestCase):
    def test_pageIsWhatTheCodeSays(self) -> None:
        spec = importlib.util.spec_from_file_location("compatibility", DOCS / "compatibility.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        written = (DOCS / "compatibility.md").read_text(encoding="utf-8")
        self.assertEqual(written, module.page(), "run: python docs/compatibility.py")
