# -*- test-case-name: tests.project.test_paths -*-
"""
Paths in a project file, as written there, to absolute ones.

A project stores a path below or beside its folder as C{./…} or C{../…}; a path
below one of the folders for shared data as C{localized:…}; all others whole.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

#: Archives of GDAL that hold a path of ours: C{/vsizip/./a.zip/b.shp}.
_archive = re.compile(r"/vsi(?:zip|gzip|tar|7z|rar)/")

#: C{http:}, C{PG:}, C{C:\}: not a path relative to anything.
_scheme = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")

_LOCALIZED = "localized:"


@dataclass(frozen=True)
class PathResolver:
    """
    Resolves the paths of one project.

    @ivar home: the folder of the project file, absolute.
    @ivar localizedFolders: where C{localized:} paths are looked for, in order.
    """

    home: str
    localizedFolders: tuple[str, ...] = ()

    def resolve(self, text: str) -> str:
        """
        @param text: a path as the project has it; not a URI of a provider.
        @return: the absolute path; what is not a path of the file system
            (C{http://…}, C{PG:…}, C{/vsicurl/…}) comes back as it is.  Nothing is
            ever resolved against the working directory.
        """
        archive = _archive.match(text)
        if archive:
            return archive.group() + self._resolvePlain(text[archive.end() :])
        return self._resolvePlain(text)

    def _resolvePlain(self, text: str) -> str:
        if not text or text.startswith("/"):
            return text
        if text.startswith(_LOCALIZED):
            return self._resolveLocalized(text[len(_LOCALIZED) :])
        if text in (".", "..") or text.startswith(("./", "../")):
            return self._joined(text)
        if _scheme.match(text) or text.startswith(("\\\\", "{", "[")):
            return text
        return self._joined(text)

    def _resolveLocalized(self, text: str) -> str:
        for folder in self.localizedFolders:
            candidate = os.path.normpath(os.path.join(folder, text.lstrip("/")))
            if Path(folder) in Path(candidate).parents and os.path.exists(_fileOf(candidate)):
                return candidate
        return _LOCALIZED + text

    def _joined(self, text: str) -> str:
        return os.path.normpath(os.path.join(self.home, text))


def _fileOf(path: str) -> str:
    return path.partition("|")[0]
