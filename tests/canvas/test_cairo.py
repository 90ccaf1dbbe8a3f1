"""Tests of the way to the cairo library."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.canvas import cairo as door

#: Hides the system's cairo from a new interpreter, as on a machine without it.
HIDDEN = """
    import ctypes.util, cffi.api
    find = ctypes.util.find_library
    ctypes.util.find_library = lambda name: None if "cairo" in name else find(name)
    opened = cffi.api.FFI.dlopen
    def dlopen(self, name, flags=0):
        if name and "libcairo" in name:
            raise OSError("hidden")
        return opened(self, name, flags)
    cffi.api.FFI.dlopen = dlopen
"""
ROOT = Path(door.__file__).parents[2]


def run(code: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(HIDDEN) + textwrap.dedent(code)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
    )


class CairoTests(SynchronousTestCase):
    def test_draws(self):
        surface = door.cairo.ImageSurface(door.cairo.FORMAT_ARGB32, 2, 2)
        context = door.cairo.Context(surface)
        context.set_source_rgb(1, 1, 1)
        context.paint()
        self.assertEqual(bytes(surface.get_data()[:4]), b"\xff\xff\xff\xff")

    def test_nothingFound(self):
        result = run(
            """
            import importlib.util
            spec = importlib.util.find_spec
            importlib.util.find_spec = lambda name, *a: None if name == "mapnik" else spec(name, *a)
            import ogctwist.canvas.cairo
            """
        )
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("libcairo2", result.stderr)
        self.assertIn('pip install "ogctwist[cairo]"', result.stderr)

    def test_libraryOutOfAWheel(self):
        if door.bundledLibrary() is None:
            self.skipTest("no wheel that carries cairo is installed")
        result = run(
            """
            from ogctwist.canvas.cairo import cairo
            context = cairo.Context(cairo.ImageSurface(cairo.FORMAT_ARGB32, 4, 4))
            context.paint()
            print(cairo.cairo_version() > 11400)
            """
        )
        self.assertEqual(result.stdout.strip(), "True", result.stderr)

    def test_finderIsPutBack(self):
        import ctypes.util

        before = ctypes.util.find_library
        door.loadCairo()
        self.assertIs(ctypes.util.find_library, before)
