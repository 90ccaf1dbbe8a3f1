"""The arrows between the rooms, as docs/architecture.md draws them, read from the imports."""

from __future__ import annotations

import ast
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "ogctwist"

#: Rooms that must be callable from any thread, without a reactor.
PURE = {"ows", "geo", "project", "expression", "filterencoding", "symbology", "canvas", "encoders", "native"}

#: Wiring may name every room.
EVERYWHERE = {"tap", "assemble"}


def allowedArrows() -> dict[str, set[str]]:
    """The table between the markers in docs/architecture.md: ``room: rooms it may import``."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text.split("<!-- arrows -->")[1].split("<!-- /arrows -->")[0]
    arrows = {}
    for line in table.splitlines():
        if ":" in line and not line.startswith("```"):
            room, targets = line.split(":", 1)
            arrows[room.strip()] = set(targets.split())
    return arrows


def importsOf(path: Path) -> set[str]:
    """Full names of the modules that a file imports, at any depth of its code."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def roomOf(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else path.stem


class ArrowTests(SynchronousTestCase):
    def test_everyArrowIsDrawn(self) -> None:
        allowed = allowedArrows()
        wrong = []
        for path in sorted(PACKAGE.rglob("*.py")):
            room = roomOf(path)
            if room in EVERYWHERE or room == "__init__":
                continue
            self.assertIn(room, allowed, f"{room} is not in docs/architecture.md")
            for name in importsOf(path):
                parts = name.split(".")
                if parts[0] != "ogctwist" or len(parts) < 2:
                    continue
                target = parts[1]
                known = (PACKAGE / target).is_dir() or (PACKAGE / f"{target}.py").exists()
                if known and target != room and target not in allowed[room]:
                    wrong.append(f"{path.relative_to(ROOT)} imports {name}")
        self.assertEqual(wrong, [])

    def test_pureRoomsDoNotKnowTwisted(self) -> None:
        wrong = []
        for room in sorted(PURE):
            for path in sorted((PACKAGE / room).rglob("*.py")):
                if any(name.split(".")[0] == "twisted" for name in importsOf(path)):
                    wrong.append(str(path.relative_to(ROOT)))
        self.assertEqual(wrong, [])

    def test_noModuleLevelReactor(self) -> None:
        wrong = []
        for path in sorted(PACKAGE.rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in tree.body:
                isInternet = isinstance(node, ast.ImportFrom) and node.module == "twisted.internet"
                if isInternet and any(alias.name == "reactor" for alias in node.names):
                    wrong.append(str(path.relative_to(ROOT)))
        self.assertEqual(wrong, [])

    def test_noDrawers(self) -> None:
        drawers = {"utils", "util", "common", "helpers", "misc", "manager"}
        self.assertEqual([str(p) for p in PACKAGE.rglob("*.py") if p.stem in drawers], [])
