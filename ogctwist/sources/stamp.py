# -*- test-case-name: tests.sources.test_stamp -*-
"""What tells one version of a file from another."""

from __future__ import annotations

import os
from collections.abc import Sequence

#: (device, inode, size, modification time in ns) of each file; None for one that is not there.
Stamp = tuple[tuple[int, int, int, int] | None, ...]


def stampOf(paths: Sequence[str]) -> Stamp:
    """The stamp of some files; two equal stamps mean that nothing has changed."""
    return tuple(map(_stampOfOne, paths))


def _stampOfOne(path: str) -> tuple[int, int, int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
