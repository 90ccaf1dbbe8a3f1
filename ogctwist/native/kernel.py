# -*- test-case-name: tests.native -*-
"""
The compiled kernel, where there is one.

C{lib} is None without it: no compiler when the package was installed, or
C{OGCTWIST_NO_KERNEL} is set in the environment.
"""

from __future__ import annotations

import os
from typing import Any

import pyarrow as pa

ffi: Any
lib: Any
try:
    if os.environ.get("OGCTWIST_NO_KERNEL"):
        raise ImportError("refused by OGCTWIST_NO_KERNEL")
    import ogctwist.native._kernel as _kernel
except ImportError:
    ffi = lib = None
else:
    ffi, lib = _kernel.ffi, _kernel.lib

#: Whether the compiled kernel is used.
AVAILABLE = lib is not None


def address(buffer: pa.Buffer | None, kind: str) -> Any:
    """The place of an Arrow buffer as a C pointer; NULL for None.  The caller keeps the buffer alive."""
    return ffi.cast(kind, 0 if buffer is None else buffer.address)


class GrowingBuffer:
    """The kernel's buffer as a context: C{.c} to pass on, C{.take()} for its bytes."""

    def __enter__(self) -> GrowingBuffer:
        self.c = ffi.new("ogt_buffer *")
        return self

    def __exit__(self, *exception: object) -> None:
        lib.ogt_release(self.c)

    def take(self) -> bytes:
        """A copy of what was written."""
        return bytes(ffi.buffer(self.c.data, self.c.length)) if self.c.length else b""

    def check(self, answer: int) -> None:
        """@raise MemoryError: when the kernel could not get more memory."""
        if answer < 0:
            raise MemoryError("the kernel's buffer cannot grow")
