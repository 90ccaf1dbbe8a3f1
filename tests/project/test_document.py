"""Tests for L{ogctwist.project.document}."""

import os
import zipfile
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.document import (
    ProjectLimits,
    filesVersion,
    fileVersion,
    parseProject,
    readDocument,
)
from ogctwist.project.errors import ProjectError

LIMITS = ProjectLimits()
PROJECT = (
    b"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
    b"<qgis version='3.22'><title>\xc3\xa9</title></qgis>"
)


class ParseTests(SynchronousTestCase):
    def refused(self, data: bytes, reason: str, limits: ProjectLimits = LIMITS) -> None:
        error = self.assertRaises(ProjectError, parseProject, data, limits)
        self.assertIn(reason, error.reason)

    def test_prologs(self) -> None:
        """What QGIS and others write before the root element."""
        for prolog in (
            b"",
            b"\xef\xbb\xbf",
            b"<?xml version='1.0' encoding='UTF-8'?>\n",
            b"<?xml version='1.0' encoding=\"utf-8\" standalone='yes'?>\n<!-- a - b -->\n",
            b"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n",
            b'<!DOCTYPE qgis SYSTEM "http://example.org/a[b]>c">',
            b"<!DOCTYPE qgis>",
        ):
            root = parseProject(prolog + b"<qgis><title>\xc3\xa9</title></qgis>", LIMITS)
            self.assertEqual(root.findtext("title"), "é")

    def test_declarations(self) -> None:
        """A document type with declarations of its own is refused before anything is expanded."""
        bomb = b"<!DOCTYPE qgis [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'>]><qgis t='&b;'>&b;</qgis>"
        self.refused(bomb, "document type")
        self.refused(
            b"<!DOCTYPE qgis SYSTEM 'a' [ <!ENTITY x SYSTEM 'file:///etc/passwd'>]><qgis>&x;</qgis>",
            "document type",
        )
        self.refused(b"<!DOCTYPE qgis PUBLIC 'a' 'b' [\n]><qgis/>", "document type")

    def test_entities(self) -> None:
        """Only XML's own entities are known."""
        self.refused(b"<qgis>&nbsp;</qgis>", "not well-formed")
        self.assertEqual(parseProject(b"<qgis>&amp;&#233;</qgis>", LIMITS).text, "&é")

    def test_encodings(self) -> None:
        """Anything but UTF-8 could hide what the prolog is searched for."""
        self.refused("<?xml version='1.0' encoding='UTF-16'?><qgis/>".encode("utf-16"), "not XML")
        self.refused(b"<?xml version='1.0' encoding='UTF-7'?><qgis/>", "not in UTF-8")
        self.refused(b"<qgis><title>\xff</title></qgis>", "not well-formed")

    def test_garbage(self) -> None:
        """No project."""
        self.refused(b"", "not XML")
        self.refused(b"hello", "not XML")
        self.refused(b"<qgis><title></qgis>", "not well-formed")
        self.refused(b"<html/>", "not a QGIS project")

    def test_nodes(self) -> None:
        """The number of nodes is bounded before the tree is built."""
        limits = replace(LIMITS, nodes=10)
        parseProject(b"<qgis>" + b"<a/>" * 5 + b"</qgis>", limits)
        self.refused(b"<qgis>" + b"<a/>" * 100 + b"</qgis>", "more than 10 nodes", limits)

    def test_depth(self) -> None:
        """Nesting is bounded by the parser."""
        self.refused(b"<qgis>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</qgis>", "not well-formed")

    def test_comments(self) -> None:
        """Comments and processing instructions are no part of the tree, nor of texts."""
        root = parseProject(b"<qgis><title>a<!-- b -->c</title><?pi x?></qgis>", LIMITS)
        self.assertEqual(root.findtext("title"), "ac")
        self.assertEqual(len(root), 1)

    def test_prefixes(self) -> None:
        """The name of a property may hold a colon that is no namespace."""
        root = parseProject(b"<qgis><a:b type='int'>3</a:b></qgis>", LIMITS)
        self.assertEqual(root[0].text, "3")
        self.refused(b"<qgis><a:b></qgis>", "not well-formed")

    def test_longProlog(self) -> None:
        """A prolog without end takes no time."""
        self.refused(b" " * 2_000_000 + b"x", "not XML")
        self.refused(b"<!-- " + b"- " * 500_000, "not XML")

    @given(st.binary(max_size=200))
    def test_anything(self, data: bytes) -> None:
        """Bytes are a project or a ProjectError."""
        try:
            self.assertEqual(parseProject(data, LIMITS).tag, "qgis")
        except ProjectError:
            pass


class FileTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.folder = self.mktemp()
        os.makedirs(self.folder)

    def path(self, name: str, data: bytes = PROJECT) -> str:
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def archive(self, **members: bytes) -> str:
        path = os.path.join(self.folder, "a.qgz")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                archive.writestr(name.replace("_", "."), data)
        return path

    def refused(self, path: str, reason: str, limits: ProjectLimits = LIMITS) -> None:
        error = self.assertRaises(ProjectError, readDocument, path, limits)
        self.assertIn(reason, error.reason)
        self.assertEqual(error.path, path)

    def test_qgs(self) -> None:
        """A plain project."""
        self.assertEqual(readDocument(self.path("a.qgs"), LIMITS).root.findtext("title"), "é")

    def test_qgz(self) -> None:
        """The project in an archive, whatever its order; sidecars are named, not read."""
        found = readDocument(self.archive(x_qgd=b"not a database", p_qgs=PROJECT, other_txt=b""), LIMITS)
        self.assertEqual(found.root.findtext("title"), "é")
        self.assertEqual(found.sidecars, ("x.qgd",))

    def test_badArchives(self) -> None:
        """Archives without a project, with a broken one, with too much."""
        self.refused(self.archive(x_qgd=b""), "holds no project")
        self.refused(self.path("b.qgz", b"PK\3\4 and then nothing"), "archive cannot be read")
        self.refused(self.archive(p_qgs=b"<qgis>"), "not well-formed")
        self.refused(self.archive(p_qgs=PROJECT, x_qgd=b"", y_qgd=b""), "members", replace(LIMITS, members=2))
        self.assertEqual(os.listdir(self.folder).count("p.qgs"), 0)

    def test_size(self) -> None:
        """Too large a project is refused before it is inflated or parsed."""
        limits = replace(LIMITS, size=1000)
        large = b"<qgis>" + b" " * 10_000_000 + b"</qgis>"
        self.refused(self.archive(p_qgs=large), "more than 1000 bytes", limits)
        self.refused(self.path("l.qgs", large), "more than 1000 bytes", limits)

    def test_lyingArchive(self) -> None:
        """The size in an archive's directory is not believed."""
        path = self.archive(p_qgs=b"<qgis>" + b" " * 100_000 + b"</qgis>")
        with open(path, "rb") as file:
            data = file.read()
        real = (100_013).to_bytes(4, "little")
        self.assertEqual(data.count(real), 2)
        self.path("a.qgz", data.replace(real, (10).to_bytes(4, "little")))
        error = self.assertRaises(ProjectError, readDocument, path, replace(LIMITS, size=1000))
        self.assertTrue(error.reason)

    def test_notThere(self) -> None:
        """Missing files and folders."""
        self.refused(os.path.join(self.folder, "none.qgs"), "cannot be read")
        self.refused(self.folder, "cannot be read")

    def test_versions(self) -> None:
        """The version of a file changes with it."""
        path = self.path("a.qgs")
        first = fileVersion(path)
        self.assertEqual(readDocument(path, LIMITS).version, first)
        self.assertEqual(fileVersion(path), first)
        os.utime(path, ns=(1, 1))
        self.assertNotEqual(fileVersion(path), first)
        self.assertEqual(fileVersion(path + "x"), "")
        self.assertEqual(filesVersion((path, path + "x")), fileVersion(path) + "+")
