# -*- test-case-name: tests.sources.test_roots -*-
"""Which files layers may be read from."""

from __future__ import annotations

import os
from collections.abc import Sequence

from ogctwist.project.layers import DataSource
from ogctwist.project.sourcepaths import localFiles
from ogctwist.sources.query import SourceError

#: Providers whose data are in no file: in the project itself, or in a database that the project names.
_WITHOUT_FILES = frozenset(("memory", "postgres"))


class DataRoots:
    """
    The folders that data may be read from.

    @param roots: absolute paths; None: any file of the machine.
    """

    def __init__(self, roots: Sequence[str] | None = None):
        self._roots = None if roots is None else tuple(os.path.realpath(root) for root in roots)

    def check(self, source: DataSource) -> None:
        """
        Follows symbolic links; blocking.
        @raise SourceError: a file of the source lies outside, or nobody can tell where its data lie.
        """
        if self._roots is None or source.provider in _WITHOUT_FILES:
            return
        paths = localFiles(source)
        if not paths:
            raise SourceError(f"not a local file: {source.uri}")
        for path in paths:
            if not self._isBelow(os.path.realpath(path)):
                raise SourceError(
                    f"{path} lies outside the folders with data (the setting data_roots adds some)"
                )

    def _isBelow(self, path: str) -> bool:
        roots = self._roots or ()
        return any(path == root or path.startswith(root.rstrip("/") + "/") for root in roots)
