# -*- test-case-name: tests.qgiscompat.test_needs -*-
"""Which plugins are written for QGIS: those that import its modules."""

from __future__ import annotations

import re
from pathlib import Path

_IMPORT = re.compile(rb"^[ \t]*(?:from|import)[ \t]+(?:qgis|PyQt5)\b", re.MULTILINE)


def needsQgis(folder: Path) -> bool:
    """Whether a Python file of the folder imports C{qgis} or C{PyQt5}, anywhere in it."""
    return any(_IMPORT.search(path.read_bytes()) for path in sorted(folder.rglob("*.py")) if path.is_file())
