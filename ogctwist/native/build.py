"""
Builds the native kernel, C{ogctwist.native._kernel}, with cffi in API mode.

setup.py names C{ffibuilder}; C{python -m ogctwist.native.build} builds in place for a checkout.
Every C{NAME.h} below is what Python sees of C{NAME.c}: cffi reads it, so it holds plain
declarations only.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from cffi import FFI  # type: ignore[import-untyped]

#: The kernel's parts, each a C{.c} file and the C{.h} file of what Python calls.
PARTS = ("number", "shape", "rows", "wkb", "paint", "image")


def kernel(folder: Path, sources: Path) -> FFI:
    """
    The builder of the kernel.

    @param folder: where the headers are, to be read now.
    @param sources: the same folder as the compiler is told of it.
    """
    builder = FFI()
    headers = [(folder / f"{name}.h").read_text(encoding="utf-8") for name in ("buffer", *PARTS)]
    builder.cdef("\n".join(headers))
    includes = "".join(f'#include "{name}.h"\n' for name in PARTS)
    builder.set_source(
        "ogctwist.native._kernel",
        f'#include <stddef.h>\n#include <stdint.h>\n#include "grow.h"\n{includes}',
        sources=[str(sources / f"{name}.c") for name in PARTS],
        include_dirs=[str(sources)],
        extra_compile_args=[] if sys.platform == "win32" else ["-O3", "-std=c11", "-Wall", "-Wextra"],
    )
    return builder


HERE = Path(__file__).resolve().parent

#: For setup.py: it runs in the folder above the package and wants paths from there.
ffibuilder = kernel(HERE, Path("ogctwist") / "native")


def buildInPlace() -> Path:
    """Compile beside the sources.  @return: the path of the module."""
    with tempfile.TemporaryDirectory() as folder:
        built = Path(kernel(HERE, HERE).compile(tmpdir=folder))
        target = HERE / built.name
        # a process that has the old one loaded keeps it
        fresh = target.with_suffix(".new")
        shutil.copy(built, fresh)
        os.replace(fresh, target)
    return target


if __name__ == "__main__":
    print(buildInPlace())
