# -*- test-case-name: tests.qgiscompat.test_qt_devices -*-
"""QIODevice, QBuffer, QFile and the files that are gone afterwards; QTextStream."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from typing import Any

from ogctwist.qgiscompat.qt.bytearrays import QByteArray, asBytes
from ogctwist.qgiscompat.qt.enums import flags, member
from ogctwist.qgiscompat.qt.objects import QObject

OpenModeFlag = flags(
    "OpenModeFlag",
    NotOpen=0, ReadOnly=1, WriteOnly=2, ReadWrite=3, Append=4, Truncate=8, Text=16, Unbuffered=32, NewOnly=64,
    ExistingOnly=128,
)  # fmt: skip


@member(OpenModeFlag)
class QIODevice(QObject):
    """Something to read from and write to; its place moves with both."""

    OpenMode = OpenModeFlag

    def __init__(self, *parents: Any):
        super().__init__()
        self._mode = OpenModeFlag.NotOpen
        self._place = 0

    # What the kinds have of their own: all their bytes.

    def _content(self) -> bytes:
        return b""

    def _put(self, place: int, data: bytes) -> None:
        raise NotImplementedError

    def open(self, mode: int = OpenModeFlag.ReadWrite) -> bool:
        self._mode = OpenModeFlag(int(mode))
        self._place = len(self._content()) if self._mode & OpenModeFlag.Append else 0
        return True

    def close(self) -> None:
        self._mode = OpenModeFlag.NotOpen

    def openMode(self) -> Any:
        return self._mode

    def isOpen(self) -> bool:
        return bool(self._mode)

    def isReadable(self) -> bool:
        return bool(self._mode & OpenModeFlag.ReadOnly)

    def isWritable(self) -> bool:
        return bool(self._mode & (OpenModeFlag.WriteOnly | OpenModeFlag.Append))

    def pos(self) -> int:
        return self._place

    def seek(self, place: int) -> bool:
        self._place = place
        return True

    def reset(self) -> bool:
        return self.seek(0)

    def size(self) -> int:
        return len(self._content())

    def atEnd(self) -> bool:
        return self._place >= self.size()

    def bytesAvailable(self) -> int:
        return max(self.size() - self._place, 0)

    def peek(self, length: int) -> bytes:
        return self._content()[self._place : self._place + length] if self.isReadable() else b""

    def read(self, length: int) -> bytes:
        data = self.peek(length)
        self._place += len(data)
        return data

    def readAll(self) -> QByteArray:
        return QByteArray(self.read(max(self.size() - self._place, 0)))

    def readLine(self, *length: Any) -> QByteArray:
        rest = self._content()[self._place :] if self.isReadable() else b""
        end = rest.find(b"\n")
        return QByteArray(self.read(len(rest) if end < 0 else end + 1))

    def canReadLine(self) -> bool:
        return b"\n" in self._content()[self._place :]

    def write(self, data: Any) -> int:
        """@return: how many bytes were written; -1: the device is not open for that."""
        if not self.isWritable():
            return -1
        written = asBytes(data)
        self._put(self._place, written)
        self._place += len(written)
        return len(written)

    def putChar(self, character: Any) -> bool:
        return self.write(asBytes(character)) == 1

    def errorString(self) -> str:
        return ""


class QBuffer(QIODevice):
    """A QByteArray as a device; what is written is in the array that it was made with."""

    def __init__(self, *arguments: Any):
        super().__init__()
        given = next((a for a in arguments if isinstance(a, (QByteArray, bytearray))), None)
        self._array: Any = QByteArray() if given is None else given

    def setBuffer(self, array: Any) -> None:
        self._array = array

    def setData(self, data: Any) -> None:
        self._array = QByteArray(data)

    def buffer(self) -> Any:
        return self._array

    def data(self) -> QByteArray:
        return QByteArray(bytes(self._array))

    def open(self, mode: int = OpenModeFlag.ReadWrite) -> bool:
        if int(mode) & OpenModeFlag.Truncate:
            del self._array[:]
        return super().open(mode)

    def _content(self) -> bytes:
        return bytes(self._array)

    def _put(self, place: int, data: bytes) -> None:
        if place > len(self._array):
            self._array.extend(b"\0" * (place - len(self._array)))
        self._array[place : place + len(data)] = data


class QFile(QIODevice):
    """A file."""

    def __init__(self, name: Any = "", *parents: Any):
        super().__init__()
        self._name = name if isinstance(name, str) else ""
        self._file: Any = None
        self._error = ""

    def fileName(self) -> str:
        return self._name

    def setFileName(self, name: str) -> None:
        self._name = name

    def open(self, mode: int = OpenModeFlag.ReadWrite) -> bool:
        mode = OpenModeFlag(int(mode))
        wanted = os.O_RDONLY
        if mode & (OpenModeFlag.WriteOnly | OpenModeFlag.Append):
            wanted = os.O_RDWR | os.O_CREAT
            reads = mode & OpenModeFlag.ReadOnly
            if mode & OpenModeFlag.Truncate or not (reads or mode & OpenModeFlag.Append):
                wanted |= os.O_TRUNC
        try:
            self._file = os.fdopen(
                os.open(self._name, wanted, 0o666), "rb" if wanted == os.O_RDONLY else "r+b"
            )
        except OSError as error:
            self._error = error.strerror or str(error)
            return False
        return super().open(mode)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
        super().close()

    def flush(self) -> bool:
        if self._file is not None:
            self._file.flush()
        return True

    def size(self) -> int:
        if self._file is not None:
            self._file.flush()
        return os.path.getsize(self._name) if os.path.exists(self._name) else 0

    def peek(self, length: int) -> bytes:
        if self._file is None or not self.isReadable():
            return b""
        self._file.seek(self._place)
        return bytes(self._file.read(length))

    def _content(self) -> bytes:
        if self._file is None:
            return b""
        self._file.seek(0)
        return bytes(self._file.read())

    def _put(self, place: int, data: bytes) -> None:
        self._file.seek(place)
        self._file.write(data)

    def exists(self: Any) -> bool:  # called on the class with a name too, as in Qt
        return os.path.exists(self if isinstance(self, str) else self._name)

    def remove(self: Any) -> bool:
        return _tried(os.remove, self if isinstance(self, str) else self._name)

    def rename(self, *names: str) -> bool:
        if not isinstance(self, QFile):
            return _tried(os.rename, self, names[0])
        done = not os.path.exists(names[0]) and _tried(os.rename, self._name, names[0])
        if done:
            self._name = names[0]
        return done

    def copy(self, *names: str) -> bool:
        source = self if isinstance(self, str) else self._name
        return not os.path.exists(names[0]) and _tried(shutil.copyfile, source, names[0])

    def errorString(self) -> str:
        return self._error


def _tried(function: Any, *arguments: Any) -> bool:
    try:
        function(*arguments)
    except OSError:
        return False
    return True


class QTemporaryFile(QFile):
    """A file that is removed with the object."""

    def __init__(self, template: Any = "", *parents: Any):
        super().__init__()
        self._template = template if isinstance(template, str) else ""
        self._isKept = False

    def open(self, mode: int = OpenModeFlag.ReadWrite) -> bool:
        if not self._name:
            folder, _, name = self._template.rpartition("/")
            before, _, after = (name or "qt_temp.XXXXXX").partition("XXXXXX")
            handle, self._name = tempfile.mkstemp(after, before, folder or None)
            os.close(handle)
        return super().open(OpenModeFlag.ReadWrite)

    def setAutoRemove(self, remove: bool) -> None:
        self._isKept = not remove

    def __del__(self) -> None:
        if getattr(self, "_name", "") and not self._isKept:
            with contextlib.suppress(OSError):
                os.remove(self._name)


class QTemporaryDir:
    """A folder that is removed with the object."""

    def __init__(self, template: str = ""):
        self._path = tempfile.mkdtemp(prefix=template.replace("XXXXXX", "") or "qt_temp-")
        self._isKept = False

    def isValid(self) -> bool:
        return os.path.isdir(self._path)

    def path(self) -> str:
        return self._path

    def filePath(self, name: str) -> str:
        return os.path.join(self._path, name)

    def setAutoRemove(self, remove: bool) -> None:
        self._isKept = not remove

    def remove(self) -> bool:
        shutil.rmtree(self._path, ignore_errors=True)
        return not os.path.exists(self._path)

    def __del__(self) -> None:
        if not self._isKept:
            self.remove()


class QTextStream:
    """Text on a device, or on a QByteArray."""

    def __init__(self, target: Any = None, *mode: Any):
        self._device: Any = target
        if isinstance(target, bytearray):
            self._device = QBuffer(target)
            self._device.open(QIODevice.ReadWrite)
        self._codec = "utf-8"

    def setCodec(self, codec: Any) -> None:
        self._codec = codec if isinstance(codec, str) else codec.name().data().decode()

    def readAll(self) -> str:
        return bytes(self._device.readAll()).decode(self._codec, "replace")

    def readLine(self, *length: Any) -> str:
        return bytes(self._device.readLine()).decode(self._codec, "replace").rstrip("\r\n")

    def atEnd(self) -> bool:
        return bool(self._device.atEnd())

    def __lshift__(self, text: Any) -> QTextStream:
        self._device.write(str(text).encode(self._codec))
        return self

    def flush(self) -> None:
        if hasattr(self._device, "flush"):
            self._device.flush()
