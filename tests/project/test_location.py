"""Tests for L{ogctwist.project.location}."""

import os

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.errors import ProjectNotFound
from ogctwist.project.location import ProjectLocations


class LocationTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.base = os.path.realpath(self.mktemp())
        for folder in ("root/sub", "second", "secret"):
            os.makedirs(os.path.join(self.base, folder))
        for name in (
            "root/a.qgs",
            "root/sub/b.QGZ",
            "root/notes.txt",
            "second/c.qgs",
            "secret/s.qgs",
            "default.qgs",
        ):
            with open(os.path.join(self.base, name), "w"):
                pass
        self.locations = ProjectLocations(
            self.path("default.qgs"),
            [self.path("root"), self.path("second")],
            {"named": self.path("secret/s.qgs")},
        )

    def path(self, name: str) -> str:
        return os.path.join(self.base, name)

    def test_default(self) -> None:
        """No name; and the default by its own path."""
        self.assertEqual(self.locations.locate(""), self.path("default.qgs"))
        self.assertEqual(self.locations.locate(self.path("default.qgs")), self.path("default.qgs"))
        self.assertEqual(ProjectLocations().locate(""), "")

    def test_found(self) -> None:
        """With the root's path and without, in any root, with steps back inside a root."""
        for name, found in (
            ("a.qgs", "root/a.qgs"),
            ("sub/b.QGZ", "root/sub/b.QGZ"),
            ("sub/../a.qgs", "root/a.qgs"),
            ("c.qgs", "second/c.qgs"),
            (self.path("root/a.qgs"), "root/a.qgs"),
            (self.path("root/../second/c.qgs"), "second/c.qgs"),
            ("../second/c.qgs", "second/c.qgs"),
        ):
            self.assertEqual(self.locations.locate(name), self.path(found))

    def test_alias(self) -> None:
        """An alias stands for a file anywhere, which may then be named by its path too."""
        self.assertEqual(self.locations.locate("named"), self.path("secret/s.qgs"))
        self.assertEqual(self.locations.locate(self.path("secret/s.qgs")), self.path("secret/s.qgs"))

    def test_refused(self) -> None:
        """Outside, missing, no project, no file: one and the same answer."""
        os.symlink(self.path("secret"), self.path("root/link"))
        os.symlink("/etc/passwd", self.path("root/passwd.qgs"))
        os.symlink(self.path("root/loop.qgs"), self.path("root/loop.qgs"))
        os.makedirs(self.path("root/folder.qgs"))
        os.mkfifo(self.path("root/pipe.qgs"))
        with open(self.path("rootless.qgs"), "w"):
            pass
        locations = ProjectLocations(None, [self.path("root")], {})
        words = set()
        for name in (
            self.path("secret/s.qgs"),
            "../secret/s.qgs",
            "../default.qgs",
            "../rootless.qgs",
            "link/s.qgs",
            "passwd.qgs",
            "loop.qgs",
            "folder.qgs",
            "pipe.qgs",
            "notes.txt",
            "none.qgs",
            "a",
            "a.qgs/",
            "a.qgs\0",
            "a.qgs/../none.qgs",
            ".qgs",
            "x" * 5000 + ".qgs",
            "/etc/passwd",
            "~/a.qgs",
            "file:///" + self.path("root/a.qgs"),
            "postgresql://host?project=x.qgs",
            "\ud800.qgs",
        ):
            error = self.assertRaises(ProjectNotFound, locations.locate, name)
            words.add(str(error))
        self.assertEqual(len(words), 1)

    def test_oneNameForOneFile(self) -> None:
        """Links between folders do not make new names of a project."""
        os.symlink(self.path("root"), self.path("root/again"))
        for name in ("again/a.qgs", "again/again/a.qgs", "./again/./a.qgs"):
            self.assertEqual(self.locations.locate(name), self.path("root/a.qgs"))

    def test_linkedProject(self) -> None:
        """A project that is a link keeps its place, since its data lie beside it; it must lead into a "
        "root."""
        os.symlink(self.path("second/c.qgs"), self.path("root/current.qgs"))
        self.assertEqual(self.locations.locate("current.qgs"), self.path("root/current.qgs"))

    def test_rootIsALink(self) -> None:
        """A root may be a link itself."""
        os.symlink(self.path("second"), self.path("linked"))
        locations = ProjectLocations(None, [self.path("linked")])
        self.assertEqual(locations.locate("c.qgs"), self.path("second/c.qgs"))
        self.assertEqual(locations.locate(self.path("linked/c.qgs")), self.path("second/c.qgs"))

    @given(st.text(max_size=50))
    def test_anything(self, name: str) -> None:
        """Any text names nothing or something allowed."""
        locations = ProjectLocations(None, ["/nonexistent-root"])
        if name:
            self.assertRaises(ProjectNotFound, locations.locate, name)
