# -*- test-case-name: tests.qgiscompat.test_qt_files -*-
"""QFileInfo, QDir, QDirIterator, QStandardPaths, QMimeDatabase: names of files and folders."""

from __future__ import annotations

import contextlib
import datetime
import fnmatch
import mimetypes
import os
import shutil
import tempfile
from typing import Any

from ogctwist.qgiscompat.qt.dates import QDateTime
from ogctwist.qgiscompat.qt.enums import enum, flags, member


class QFileInfo:
    """A name of a file, and what the system says of it."""

    def __init__(self, *names: Any):
        parts = [name.path() if isinstance(name, QDir) else name for name in names]
        first = parts[0] if parts else ""
        if isinstance(first, QFileInfo):
            first = first._name
        elif not isinstance(first, str):
            first = first.fileName()
        self._name = os.path.join(first, *parts[1:]) if len(parts) > 1 else first

    def filePath(self) -> str:
        return self._name

    def setFile(self, name: str) -> None:
        self._name = name

    def exists(self: Any) -> bool:  # called on the class with a name too, as in Qt
        return os.path.exists(self if isinstance(self, str) else self._name)

    def isFile(self) -> bool:
        return os.path.isfile(self._name)

    def isDir(self) -> bool:
        return os.path.isdir(self._name)

    def isSymLink(self) -> bool:
        return os.path.islink(self._name)

    def isReadable(self) -> bool:
        return os.access(self._name, os.R_OK)

    def isWritable(self) -> bool:
        return os.access(self._name, os.W_OK)

    def isAbsolute(self) -> bool:
        return os.path.isabs(self._name)

    def isRelative(self) -> bool:
        return not os.path.isabs(self._name)

    def size(self) -> int:
        return os.path.getsize(self._name) if self.exists() else 0

    def fileName(self) -> str:
        return os.path.basename(self._name)

    def baseName(self) -> str:
        return self.fileName().partition(".")[0]

    def completeBaseName(self) -> str:
        return self.fileName().rpartition(".")[0] if "." in self.fileName() else self.fileName()

    def suffix(self) -> str:
        return self.fileName().rpartition(".")[2] if "." in self.fileName() else ""

    def completeSuffix(self) -> str:
        return self.fileName().partition(".")[2]

    def path(self) -> str:
        return os.path.dirname(self._name) or "."

    def absolutePath(self) -> str:
        return os.path.dirname(self.absoluteFilePath())

    def absoluteFilePath(self) -> str:
        return os.path.abspath(self._name)

    def canonicalFilePath(self) -> str:
        return os.path.realpath(self._name) if self.exists() else ""

    def canonicalPath(self) -> str:
        return os.path.dirname(self.canonicalFilePath())

    def dir(self) -> QDir:
        return QDir(self.path())

    def absoluteDir(self) -> QDir:
        return QDir(self.absolutePath())

    def lastModified(self) -> QDateTime:
        if not self.exists():
            return QDateTime()
        return QDateTime(datetime.datetime.fromtimestamp(os.path.getmtime(self._name)))

    def refresh(self) -> None:
        """Nothing is kept."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QFileInfo) and self.absoluteFilePath() == other.absoluteFilePath()

    def __hash__(self) -> int:
        return hash(self.absoluteFilePath())


Filter = flags(
    "Filter",
    Dirs=1, Files=2, Drives=4, NoSymLinks=8, AllEntries=7, Readable=16, Writable=32, Executable=64,
    Hidden=256, System=512, AllDirs=1024, CaseSensitive=2048, NoDot=8192,
    NoDotDot=16384, NoDotAndDotDot=24576,
)  # fmt: skip
SortFlag = flags("SortFlag", Name=0, Time=1, Size=2, Unsorted=3, DirsFirst=4, Reversed=8, IgnoreCase=16)


@member(Filter, SortFlag)
class QDir:
    """A folder."""

    def __init__(self, path: Any = "", *more: Any):
        self._path = path._path if isinstance(path, QDir) else (path or ".")

    @staticmethod
    def separator() -> str:
        return "/"

    @staticmethod
    def tempPath() -> str:
        return tempfile.gettempdir()

    @staticmethod
    def temp() -> QDir:
        return QDir(tempfile.gettempdir())

    @staticmethod
    def homePath() -> str:
        return os.path.expanduser("~")

    @staticmethod
    def currentPath() -> str:
        return os.getcwd()

    @staticmethod
    def current() -> QDir:
        return QDir(os.getcwd())

    @staticmethod
    def rootPath() -> str:
        return "/"

    @staticmethod
    def cleanPath(path: str) -> str:
        return os.path.normpath(path) if path else ""

    @staticmethod
    def toNativeSeparators(path: str) -> str:
        return path

    @staticmethod
    def fromNativeSeparators(path: str) -> str:
        return path

    @staticmethod
    def isAbsolutePath(path: str) -> bool:
        return os.path.isabs(path)

    def path(self) -> str:
        return self._path

    def setPath(self, path: str) -> None:
        self._path = path

    def absolutePath(self) -> str:
        return os.path.abspath(self._path)

    def canonicalPath(self) -> str:
        return os.path.realpath(self._path) if self.exists() else ""

    def dirName(self) -> str:
        return os.path.basename(self._path.rstrip("/"))

    def filePath(self, name: str) -> str:
        return os.path.join(self._path, name) if self._path != "." else name

    def absoluteFilePath(self, name: str) -> str:
        return os.path.join(self.absolutePath(), name)

    def relativeFilePath(self, name: str) -> str:
        return os.path.relpath(name, self.absolutePath())

    def exists(self, name: str | None = None) -> bool:
        return os.path.isdir(self._path) if name is None else os.path.exists(self.filePath(name))

    def isAbsolute(self) -> bool:
        return os.path.isabs(self._path)

    def isReadable(self) -> bool:
        return os.access(self._path, os.R_OK)

    def cd(self, name: str) -> bool:
        target = os.path.normpath(os.path.join(self._path, name))
        if os.path.isdir(target):
            self._path = target
            return True
        return False

    def cdUp(self) -> bool:
        return self.cd("..")

    def mkdir(self, name: str) -> bool:
        return _done(os.mkdir, self.filePath(name))

    def mkpath(self, name: str) -> bool:
        return _done(lambda: os.makedirs(self.filePath(name), exist_ok=True))

    def rmdir(self, name: str) -> bool:
        return _done(os.rmdir, self.filePath(name))

    def remove(self, name: str) -> bool:
        return _done(os.remove, self.filePath(name))

    def rename(self, old: str, new: str) -> bool:
        return _done(os.rename, self.filePath(old), self.filePath(new))

    def removeRecursively(self) -> bool:
        shutil.rmtree(self._path, ignore_errors=True)
        return not self.exists()

    def entryList(self, *criteria: Any) -> list[str]:
        patterns, filters = [], 0
        for each in criteria:
            if isinstance(each, (list, tuple)):
                patterns = list(each)
            elif isinstance(each, Filter):
                filters = int(each)
        return sorted(_entries(self._path, patterns, filters), key=str.lower)

    def entryInfoList(self, *criteria: Any) -> list[QFileInfo]:
        return [QFileInfo(self.filePath(name)) for name in self.entryList(*criteria)]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QDir) and self.absolutePath() == other.absolutePath()

    def __hash__(self) -> int:
        return hash(self.absolutePath())


def _done(function: Any, *arguments: Any) -> bool:
    try:
        function(*arguments)
    except OSError:
        return False
    return True


def _entries(folder: str, patterns: list[str], filters: int) -> list[str]:
    """Names in a folder; without filters all but hidden ones."""
    found = [] if filters & Filter.NoDotAndDotDot or (filters and not filters & Filter.Dirs) else [".", ".."]
    with contextlib.suppress(OSError):
        found += os.listdir(folder)
    return [name for name in found if _isWanted(folder, name, patterns, filters)]


def _isWanted(folder: str, name: str, patterns: list[str], filters: int) -> bool:
    if name.startswith(".") and name not in (".", "..") and not filters & Filter.Hidden:
        return False
    isFolder = os.path.isdir(os.path.join(folder, name))
    kinds = filters & (Filter.Dirs | Filter.Files | Filter.AllDirs)
    if kinds and not kinds & (Filter.Dirs | Filter.AllDirs if isFolder else Filter.Files):
        return False
    if isFolder and filters & Filter.AllDirs:
        return True
    return not patterns or any(fnmatch.fnmatch(name, pattern) for pattern in patterns)


IteratorFlag = flags("IteratorFlag", NoIteratorFlags=0, FollowSymlinks=1, Subdirectories=2)


@member(IteratorFlag)
class QDirIterator:
    """Walks a folder, with those in it if wanted."""

    def __init__(self, path: Any, *criteria: Any):
        patterns, filters, below = [], 0, False
        for each in criteria:
            if isinstance(each, (list, tuple)):
                patterns = list(each)
            elif isinstance(each, IteratorFlag):
                below = bool(each & IteratorFlag.Subdirectories)
            elif isinstance(each, int):
                filters = int(each)
        self._paths = self._walk(path.path() if isinstance(path, QDir) else path, patterns, filters, below)
        self._next: str | None = next(self._paths, None)
        self._current = ""

    def _walk(self, folder: str, patterns: list[str], filters: int, below: bool) -> Any:
        for name in _entries(folder, patterns, filters):
            yield os.path.join(folder, name)
        if below:
            for name in sorted(os.listdir(folder) if os.path.isdir(folder) else ()):
                inner = os.path.join(folder, name)
                if os.path.isdir(inner) and not os.path.islink(inner):
                    yield from self._walk(inner, patterns, filters, True)

    def hasNext(self) -> bool:
        return self._next is not None

    def next(self) -> str:
        self._current, self._next = self._next or "", next(self._paths, None)
        return self._current

    def filePath(self) -> str:
        return self._current

    def fileName(self) -> str:
        return os.path.basename(self._current)

    def fileInfo(self) -> QFileInfo:
        return QFileInfo(self._current)


StandardLocation = enum(
    "StandardLocation",
    DesktopLocation=0, DocumentsLocation=1, TempLocation=7, HomeLocation=8, AppLocalDataLocation=9,
    CacheLocation=10, GenericDataLocation=11, ConfigLocation=13, AppDataLocation=17,
)  # fmt: skip


@member(StandardLocation)
class QStandardPaths:
    """Places of the system: a server has its temporary folder and a home."""

    @staticmethod
    def writableLocation(location: int) -> str:
        if location in (StandardLocation.TempLocation, StandardLocation.CacheLocation):
            return tempfile.gettempdir()
        return os.path.expanduser("~")


class QMimeType:
    """A MIME type."""

    def __init__(self, name: str = ""):
        self._name = name

    def name(self) -> str:
        return self._name

    def isValid(self) -> bool:
        return bool(self._name)

    def preferredSuffix(self) -> str:
        return (mimetypes.guess_extension(self._name) or "").lstrip(".")


class QMimeDatabase:
    """MIME types by the names of files."""

    def mimeTypeForFile(self, name: Any, *mode: Any) -> QMimeType:
        text = name.filePath() if isinstance(name, QFileInfo) else name
        return QMimeType(mimetypes.guess_type(text)[0] or "application/octet-stream")

    def mimeTypeForName(self, name: str) -> QMimeType:
        return QMimeType(name)
