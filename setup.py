"""
Packaging of ogctwist.

The native kernel is optional: where no C compiler is at hand, or
C{OGCTWIST_NO_KERNEL} is set, the package installs without it and its pure-Python twins do the
work.
"""

from __future__ import annotations

import os
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_ext import build_ext


class OptionalBuildExt(build_ext):
    """Builds the kernel where that is possible, and says so where it is not."""

    def run(self) -> None:
        try:
            super().run()
        except Exception as error:
            self._skip(error)

    def build_extension(self, extension: object) -> None:
        try:
            super().build_extension(extension)
        except Exception as error:
            self._skip(error)

    def _skip(self, error: Exception) -> None:
        print(f"ogctwist: the native kernel was not built ({error}); the Python twins are used instead")


HERE = Path(__file__).parent
KERNEL = [] if os.environ.get("OGCTWIST_NO_KERNEL") else ["ogctwist/native/build.py:ffibuilder"]
#: What layers and projects in PostgreSQL need.
POSTGRES = "psycopg[binary]>=3.2"
#: What the tests need.
TESTS = ["twisted[conch]>=24.3", "hypothesis>=6.90", "owslib>=0.31", POSTGRES]

setup(
    name="ogctwist",
    version="0.1.0",
    description="An OGC server for QGIS projects, on Twisted, that needs no QGIS",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="MIT",
    license_files=["LICENSE"],
    python_requires=">=3.11",
    packages=[*find_packages(include=["ogctwist", "ogctwist.*"]), "twisted.plugins"],
    package_data={
        "ogctwist": ["py.typed", "**/*.c", "**/*.h", "**/*.lark", "**/*.html", "**/*.js", "**/*.json"],
        "twisted.plugins": ["ogcserver_plugin.py"],
    },
    zip_safe=False,
    cffi_modules=KERNEL,
    setup_requires=["cffi>=1.15"] if KERNEL else [],
    cmdclass={"build_ext": OptionalBuildExt},
    install_requires=[
        "twisted[tls]>=24.3",
        "treq>=24.9",
        "zope.interface>=6",
        "numpy>=1.26",
        "shapely>=2.0",
        "pyproj>=3.6",
        "pyogrio>=0.9",
        "rasterio>=1.3",
        "pillow>=10.2",
        "cairocffi>=1.6",
        "mapnik>=4; platform_system != 'Windows'",
        "cffi>=1.15",
        "lxml>=5",
        "pyarrow>=15",
        "lark>=1.1.9",
        "jinja2>=3.1",
        "regex>=2024.4",
        "orjson>=3.9",
        "cairosvg>=2.7",
        "contourpy>=1.2",
        "python-bidi>=0.6",
        "isal>=1.6",
        "uharfbuzz>=0.39",
    ],
    extras_require={
        "postgis": [POSTGRES],
        "qt": ["PyQt5>=5.15"],
        "manhole": ["twisted[conch]>=24.3"],
        "test": TESTS,
        "dev": [
            *TESTS,
            "ruff>=0.6",
            "mypy>=1.10",
            "mypy-zope>=1.0.5",
            "pytest-benchmark",
            "towncrier",
        ],
    },
    classifiers=[
        "Framework :: Twisted",
        "Intended Audience :: System Administrators",
        "License :: OSI Approved :: MIT License",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: Scientific/Engineering :: GIS",
        "Topic :: Internet :: WWW/HTTP :: HTTP Servers",
    ],
)
