# -*- test-case-name: tests.project.test_document -*-
"""
A project file to the root element of its XML: C{.qgs} as it is, C{.qgz} as an
archive of which only the project is read.

No DTD is read and no entity is known beyond XML's own five; the number of
nodes and the depth are bounded before anything walks the tree.
"""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

from lxml import etree

from ogctwist.project.errors import ProjectError

__all__ = [
    "ProjectDocument",
    "ProjectLimits",
    "documentOf",
    "fileVersion",
    "filesVersion",
    "parseProject",
    "readDocument",
]


@dataclass(frozen=True)
class ProjectLimits:
    """
    How large a project file may be.

    @ivar size: bytes of the XML, after inflating.
    @ivar nodes: elements, comments and their likes.
    @ivar depth: of nested groups and of nested settings.
    @ivar members: files in a .qgz archive.
    @ivar embedded: other projects that one project may draw layers from.
    """

    size: int = 200 * 1024 * 1024
    nodes: int = 20_000_000
    depth: int = 100
    members: int = 10_000
    embedded: int = 100


@dataclass(frozen=True)
class ProjectDocument:
    """
    @ivar root: the C{qgis} element.
    @ivar version: changes with the file.
    @ivar sidecars: names of the other members of a .qgz that belong to the
        project (auxiliary storage, style databases); not read.
    """

    root: etree._Element
    version: str
    sidecars: tuple[str, ...] = ()


def fileVersion(path: str) -> str:
    """
    @return: text that changes when the file does: modification time, size and
        inode; '' when there is no such file.
    """
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return ""
    return f"{status.st_mtime_ns:x}-{status.st_size:x}-{status.st_ino:x}"


def filesVersion(paths: Iterable[str]) -> str:
    """The versions of several files in one; see L{Project.files<ogctwist.project.model.Project>}."""
    return "+".join(map(fileVersion, paths))


def readDocument(path: str, limits: ProjectLimits) -> ProjectDocument:
    """
    @param path: a .qgs or .qgz file.
    @raise ProjectError: when it cannot be read or is not a project.
    """
    try:
        version = fileVersion(path)
        with open(path, "rb") as file:
            return documentOf(file, version, limits)
    except OSError as error:
        raise ProjectError(f"the project cannot be read: {error.strerror or error}", path) from error
    except ProjectError as error:
        raise ProjectError(error.reason, path) from error


def documentOf(file: BinaryIO, version: str, limits: ProjectLimits) -> ProjectDocument:
    """
    @param file: the bytes of a .qgs or .qgz file.
    @raise ProjectError: when it is not a project.
    """
    isArchive = file.read(4).startswith(b"PK")
    file.seek(0)
    if isArchive:
        data, sidecars = _readArchive(file, limits)
    else:
        data, sidecars = _bounded(file.read(limits.size + 1), limits), ()
    return ProjectDocument(parseProject(data, limits), version, sidecars)


def _bounded(data: bytes, limits: ProjectLimits) -> bytes:
    if len(data) > limits.size:
        raise ProjectError(f"the project has more than {limits.size} bytes")
    return data


_SIDECARS = (".qgd", "_styles.db", ".db", ".zip")


def _readArchive(file, limits: ProjectLimits) -> tuple[bytes, tuple[str, ...]]:
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            if len(members) > limits.members:
                raise ProjectError(f"the archive has more than {limits.members} members")
            projects = [m for m in members if m.filename.lower().endswith(".qgs") and not m.is_dir()]
            if not projects:
                raise ProjectError("the archive holds no project")
            member = projects[0]
            if member.file_size > limits.size:
                raise ProjectError(f"the project has more than {limits.size} bytes")
            with archive.open(member) as inflating:
                data = _bounded(inflating.read(limits.size + 1), limits)
            sidecars = tuple(m.filename for m in members if m.filename.lower().endswith(_SIDECARS))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ProjectError(f"the archive cannot be read: {error}") from error
    return data, sidecars


#: All that may stand before the root element.  A document type is accepted by its
#: name, as QGIS writes one, but never with declarations of its own.
_prolog = re.compile(
    rb"""(?:\xef\xbb\xbf)?\s*+
    (?:<\?xml\s[^?]*+\?>)?+
    (?:\s|<!--(?:[^-]|-[^-])*+-->)*+
    (?:<!DOCTYPE\s+[A-Za-z:_-]+
       (?:\s+(?:PUBLIC\s+(?:"[^"]*"|'[^']*')|SYSTEM)(?:\s+(?:"[^"]*"|'[^']*'))?)?\s*>)?+
    (?:\s|<!--(?:[^-]|-[^-])*+-->)*+
    (?=<[A-Za-z])""",
    re.VERBOSE,
)
_encoding = re.compile(rb"""encoding\s*=\s*["']\s*([A-Za-z0-9._-]+)""")


def parseProject(data: bytes, limits: ProjectLimits) -> etree._Element:
    """
    @param data: the XML of a project, in UTF-8.
    @return: its root element, C{qgis}.
    @raise ProjectError: when it is no project, or over a limit.
    """
    prolog = _prolog.match(data)
    if prolog is None:
        raise ProjectError("the project is not XML, or its document type has declarations")
    encoding = _encoding.search(prolog.group())
    if encoding and encoding.group(1).lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
        raise ProjectError("the project is not in UTF-8")
    # every node begins with a bracket, so that this bounds the tree before it is built
    if data.count(b"<") > 2 * limits.nodes:
        raise ProjectError(f"the project has more than {limits.nodes} nodes")
    root = _parsed(data)
    if root.tag != "qgis":
        raise ProjectError(f"the document is a {str(root.tag)[:50]}, not a QGIS project")
    return root


def _parsed(data: bytes) -> etree._Element:
    parser = _parser()
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if not _onlyPrefixes(parser):
            raise ProjectError(f"the project is not well-formed XML: {error.msg}") from error
    # QGIS makes elements of the names of properties: "a:b" is no namespace there
    parser = _parser(recover=True)
    root = etree.fromstring(data, parser)
    if root is None or not _onlyPrefixes(parser):
        raise ProjectError("the project is not well-formed XML")
    return root


def _parser(recover: bool = False) -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
        # half of all nodes are the line breaks between elements; those alone in an element stay
        remove_blank_text=True,
        recover=recover,
    )


def _onlyPrefixes(parser: etree.XMLParser) -> bool:
    """Whether nothing was wrong but undeclared prefixes."""
    return all(entry.domain == etree.ErrorDomains.NAMESPACE for entry in parser.error_log)
