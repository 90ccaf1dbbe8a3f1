# -*- test-case-name: tests.project.test_location -*-
"""What a request's MAP parameter names: a project file that may be served, or nothing."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Mapping

from ogctwist.project.errors import ProjectNotFound

__all__ = ["ProjectLocations", "isStored", "shownPath"]

_EXTENSIONS = (".qgs", ".qgz")
_LONGEST = 4096


def isStored(path: str) -> bool:
    """Whether it is the address of a project in a database, not a path."""
    return path.startswith("postgresql:")


_password = re.compile(r"(?<=://)([^:@/?]*):[^/?]*(?=@)|(?<=[?&])password=[^&]*")


def shownPath(path: str) -> str:
    """A path or address for logs and status pages: without the password."""
    return _password.sub(lambda found: found.group(1) or "", path) if isStored(path) else path


class ProjectLocations:
    """
    The projects of a server: a default, folders, and names that stand for a file.

    Nothing outside of them can be named.  What is not a project, not there, or
    not allowed is refused in one and the same words.
    """

    def __init__(
        self,
        default: str | None = None,
        roots: Iterable[str] = (),
        aliases: Mapping[str, str] | None = None,
    ):
        """
        @param default: the project of requests without MAP; may lie anywhere, also in a database.
        @param roots: folders; every project below one of them may be named.
        @param aliases: names to project files, which may lie anywhere.
        """
        self.default = _absolute(default) if default else None
        self.roots = tuple(os.path.abspath(root) for root in roots)
        self.aliases = {name: _absolute(path) for name, path in (aliases or {}).items()}
        self._realRoots = tuple(os.path.realpath(root) for root in self.roots)
        always = list(self.aliases.values()) + ([self.default] if self.default else [])
        self._always = {_canonical(path): path for path in always if not isStored(path)}

    def locate(self, name: str = "") -> str:
        """
        @param name: the value of MAP: a path below a root, with or without the
            root's own path; the path of the default project; an alias; or ''
            for the default project.
        @return: '' for no name and no default; else the absolute path of a file.  Folders that are symbolic
            links are followed in it, so that one file has one path, except that a
            project that is a link itself keeps its place: its data lie beside the link.
        @raise ProjectNotFound: for everything else.
        """
        if not name:
            return self.default or ""
        if name in self.aliases:
            return self.aliases[name]
        if len(name) > _LONGEST or "\0" in name or not name.lower().endswith(_EXTENSIONS):
            raise _notFound()
        candidates = [name] if os.path.isabs(name) else [os.path.join(root, name) for root in self.roots]
        for candidate in candidates:
            found = self._allowed(candidate)
            if found is not None:
                return found
        raise _notFound()

    def _allowed(self, path: str) -> str | None:
        try:
            path = _canonical(path)
            if path in self._always:
                return self._always[path]
            real = os.path.realpath(path, strict=True)
            if not stat.S_ISREG(os.stat(real).st_mode):
                return None
        except (OSError, ValueError):
            return None
        below = any(_isBelow(path, root) and self._isBelowAny(real) for root in self._realRoots)
        return path if below else None

    def _isBelowAny(self, path: str) -> bool:
        return any(_isBelow(path, root) for root in self._realRoots)


def _absolute(path: str) -> str:
    return path if isStored(path) else os.path.abspath(path)


def _canonical(path: str) -> str:
    """The path with its folders' links followed, its last part as it is."""
    folder, name = os.path.split(path)
    if name in ("", ".", ".."):
        raise ValueError("no file")
    return os.path.join(os.path.realpath(folder), name)


def _isBelow(path: str, root: str) -> bool:
    return path.startswith(root.rstrip(os.sep) + os.sep)


def _notFound() -> ProjectNotFound:
    return ProjectNotFound("there is no such project")
