# -*- test-case-name: tests.canvas.test_cairo -*-
"""
The one door to cairo: everything that draws imports C{cairocffi} from here.

C{cairocffi} binds whatever libcairo it finds by name.  A machine without that
system library is served by the wheel C{mapnik}, whose C{libmapnik.so} carries
the whole of cairo and exports it: the file is found without importing (or
running) anything of mapnik.
"""

from __future__ import annotations

import ctypes.util
import importlib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

__all__ = ["CairoMissing", "cairo", "ffi", "library"]

#: Libraries that carry cairo, below the folder of the distribution named first.
BUNDLES = (("mapnik", "lib/libmapnik.so"), ("mapnik", "lib/libmapnik.dylib"))


class CairoMissing(ImportError):
    """There is no cairo on this machine."""


def bundledLibrary() -> str | None:
    """The path of a cairo that came in a wheel, or None."""
    for distribution, relative in BUNDLES:
        spec = importlib.util.find_spec(distribution)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            candidate = Path(folder) / relative
            if candidate.is_file():
                return str(candidate)
    return None


def loadCairo(bundled: Callable[[], str | None] = bundledLibrary) -> ModuleType:
    """
    Import C{cairocffi} with the system's cairo, else with one from a wheel.

    @raise CairoMissing: when there is neither; the message says what to install.
    """
    try:
        return importlib.import_module("cairocffi")
    except OSError:
        path = bundled()
    if path is None:
        raise CairoMissing(_REMEDY)
    # cairocffi asks ctypes for the library's file while it is being imported: for
    # that moment the answer is ours.
    for name in [name for name in sys.modules if name.partition(".")[0] == "cairocffi"]:
        del sys.modules[name]
    find = ctypes.util.find_library
    ctypes.util.find_library = lambda name: path if "cairo" in name else find(name)
    try:
        return importlib.import_module("cairocffi")
    except OSError as error:
        raise CairoMissing(f"{_REMEDY} ({error})") from error
    finally:
        ctypes.util.find_library = find


_REMEDY = (
    "The cairo library was not found. Install the system package (Debian and Ubuntu: libcairo2), "
    'or the wheel that carries it: pip install "ogctwist[cairo]".'
)

#: The module C{cairocffi}.
cairo = loadCairo()
#: Its cffi interface, for what is called without wrappers.
ffi = cairo.ffi
#: The loaded library.
library = cairo.cairo
