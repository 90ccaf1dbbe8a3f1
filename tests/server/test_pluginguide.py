"""The example plugins of the documentation: run as a reader would run them."""

from __future__ import annotations

import ast
import os
import re
import sys
from pathlib import Path
from textwrap import indent
from typing import Any

from twisted.internet.utils import getProcessOutputAndValue
from twisted.trial.unittest import TestCase

from ogctwist.access.permissions import LayerPermissions
from tests.doubles.access import FixedAccess
from tests.doubles.server import DoubleServer, projectOf, vectorLayer

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "plugin_example.md"

#: A file of the example: its path on a line of its own, and the block that follows.
_FILE = re.compile(r"^`([\w./]+)`\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class GuideTests(TestCase):
    timeout = 120

    def setUp(self) -> None:
        self.text = GUIDE.read_text(encoding="utf-8")

    async def test_theExampleRuns(self) -> None:
        folder = Path(self.mktemp()).resolve()
        files = dict(_FILE.findall(self.text))
        self.assertEqual(
            sorted(files),
            [
                *(f"plugins/patience/{n}" for n in ("__init__.py", "metadata.txt", "patience.py")),
                "test_patience.py",
            ],
        )
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        output, errors, status = await getProcessOutputAndValue(
            sys.executable,
            ["-m", "twisted.trial", "test_patience"],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            path=str(folder),
        )
        self.assertEqual(status, 0, (output + errors).decode())
        self.assertIn(b"PASSED (successes=5)", output)

    async def test_itsServiceGoesByAccessControl(self) -> None:
        (block,) = (b for b in _PYTHON.findall(self.text) if "class Layers" in b)
        names: dict[str, Any] = {}
        exec(compile(block, str(GUIDE), "exec"), names)  # noqa: S102
        server = DoubleServer()
        layers = [vectorLayer("a", name="Parks"), vectorLayer("b", name="Vaults")]
        server.projects.byName[""] = projectOf("/projects/a.qgs", *layers)
        rights = FixedAccess(lambda layer: LayerPermissions(canRead=layer.name == "Parks"))
        server.interface.registerAccessControl(rights)
        names["serverClassFactory"](server.interface)
        for request, status, body in (
            ("GetLayers", 200, b"Parks"),
            ("DropLayers", 501, b"There is no such request"),
        ):
            delivery, done = server.start(f"SERVICE=LAYERS&REQUEST={request}")
            await done
            self.assertEqual((delivery.status, delivery.body), (status, body))

    def test_allItsPythonCanBeRead(self) -> None:
        blocks = _PYTHON.findall(self.text)
        self.assertGreater(len(blocks), 4)
        for block in blocks:
            ast.parse(f"async def example():\n{indent(block, '    ')}")
