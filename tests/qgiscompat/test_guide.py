"""The examples of docs/plugins.md run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

from twisted.internet.threads import deferToThread

from tests.qgiscompat.server import PluginTestCase

ROOT = Path(__file__).resolve().parents[2]


def examples(heading: str) -> list[str]:
    """The pieces of code below a heading."""
    text = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    section = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    found = re.findall(r"(?:^    .*\n|^\n(?=    ))+", section, re.MULTILINE)
    return [dedent(each) for each in found]


class GuideTests(PluginTestCase):
    def write(self, name: str, code: str) -> None:
        folder = self.folder / name
        folder.mkdir()
        (folder / "metadata.txt").write_text(f"[general]\nname={name}\nserver=True\n")
        (folder / "__init__.py").write_text(code)

    async def assertGreets(self) -> None:
        self.serveCore()
        self.assertEqual(set(self.refusals().values()), {""})
        delivery = await self.ask("SERVICE=HELLO")
        self.assertEqual((delivery.body, delivery.headers["Content-Type"]), (b"Hello!", "text/plain"))

    async def test_theNativeFilter(self) -> None:
        self.write("native", examples("A filter, native")[0])
        await self.assertGreets()

    async def test_theFilterForQgis(self) -> None:
        self.write("forqgis", examples("A filter, for QGIS Server")[0])
        await self.assertGreets()

    async def test_theTest(self) -> None:
        here = self.folder.resolve()
        (here / "greeter.py").write_text(examples("A filter, native")[0])
        (here / "test_greeter.py").write_text(examples("Testing a plugin with trial")[0])
        command = [sys.executable, "-m", "twisted.trial", "--temp-directory", "trial", "test_greeter"]
        environment = {"PYTHONPATH": f"{ROOT}:{here}", "PATH": ""}
        done = await deferToThread(
            subprocess.run, command, cwd=here, env=environment, capture_output=True, timeout=60
        )
        self.assertIn(b"PASSED (successes=1)", done.stdout, (done.stdout + done.stderr).decode())

    def test_everyShippedPluginIsNamed(self) -> None:
        text = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
        shipped = sorted(path.parent.name for path in (ROOT / "filters").glob("*/metadata.txt"))
        self.assertEqual([name for name in shipped if f"| `{name}` |" not in text], [])
