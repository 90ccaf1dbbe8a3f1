"""Tests of L{ogctwist.sources.postgis.storedproject}, with a real server and the cache of projects."""

from __future__ import annotations

import io
import zipfile
from functools import partial

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.cache.projects import ProjectCache
from ogctwist.project.document import ProjectLimits
from ogctwist.project.errors import ProjectError, ProjectNotFound
from ogctwist.project.location import ProjectLocations, shownPath
from ogctwist.project.reader import readProject
from ogctwist.sources.postgis.database import PostgresDatabases
from ogctwist.sources.postgis.storedproject import LOOK_SECONDS, StoredProjects, splitStored
from tests.doubles.features import HeldPool, ImmediatePool
from tests.postgres import postgresServer


def archive(title: str) -> bytes:
    """A .qgz file of a project without layers."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        file.writestr("a.qgs", f'<qgis version="3.22"><title>{title}</title></qgis>')
    return data.getvalue()


class AddressTests(SynchronousTestCase):
    def test_everything(self) -> None:
        stored = splitStored(
            "postgresql://me:p%40ss@db.example.org:5433?sslmode=require&dbname=a%20b&schema=maps&project=one+1"
        )
        database = stored.database
        self.assertEqual((stored.name, database.schema, database.database), ("one+1", "maps", "a b"))
        self.assertEqual((database.user, database.password), ("me", "p@ss"))
        self.assertEqual(
            (database.host, database.port, database.sslMode), ("db.example.org", "5433", "require")
        )

    def test_little(self) -> None:
        stored = splitStored("postgresql://?service=here&project=a")
        self.assertEqual(
            (stored.database.service, stored.database.host, stored.database.schema), ("here", "", "public")
        )

    def test_bad(self) -> None:
        for path in (
            "postgresql://h?dbname=a",
            "/a/b.qgz",
            "postgresql://h:x?project=a",
            "postgresql://[h?project=a",
        ):
            self.assertRaises(ProjectError, splitStored, path)

    def test_whatIsShown(self) -> None:
        for path, shown in (
            ("postgresql://me:secret@h:1?project=a", "postgresql://me@h:1?project=a"),
            ("postgresql://me:se:cr@et@h:1?project=a", "postgresql://me@h:1?project=a"),
            ("postgresql://h?password=secret&project=a", "postgresql://h?&project=a"),
            ("/a:b@c.qgs", "/a:b@c.qgs"),
        ):
            self.assertEqual(shownPath(path), shown)

    def test_onlyTheAdministratorNamesThem(self) -> None:
        path = "postgresql://h?dbname=a&project=b"
        locations = ProjectLocations(path, ["/projects"], {"other": path + "2"})
        self.assertEqual((locations.locate(""), locations.locate("other")), (path, path + "2"))
        for name in (path, path + "2", path + "3", path + ".qgs"):
            self.assertRaises(ProjectNotFound, locations.locate, name)

    def test_notWithoutAReader(self) -> None:
        self.assertRaises(ProjectError, readProject, "postgresql://h?project=b")


class StoredProjectTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.server = postgresServer()
        self.server.execute(
            "DROP SCHEMA IF EXISTS maps CASCADE",
            "CREATE SCHEMA maps",
            "CREATE TABLE maps.qgis_projects (name text PRIMARY KEY, metadata jsonb, content bytea)",
        )
        self.path = (
            f"postgresql://postgres@{self.server.host}:{self.server.port}?dbname=postgres&schema=maps"
            "&project=my%20map"
        )
        self.databases = PostgresDatabases()
        self.addCleanup(self.databases.close)
        self.clock = Clock()

    def write(self, content: bytes, name: str = "my map") -> None:
        with self.server.connect() as connection:
            connection.execute(
                "INSERT INTO maps.qgis_projects VALUES (%s, '{}', %s) "
                "ON CONFLICT (name) DO UPDATE SET content = EXCLUDED.content",
                (name, content),
            )

    def cache(self, stored: StoredProjects) -> ProjectCache:
        reader = partial(readProject, stored=stored.read)
        locations = ProjectLocations(self.path)
        return ProjectCache(ImmediatePool(), reader, self.clock, locations, version=stored.version)

    def test_reading(self) -> None:
        self.write(archive("one"))
        stored = StoredProjects(self.databases)
        project = readProject(self.path, stored=stored.read)
        self.assertEqual((project.title, project.path, project.files), ("one", self.path, (self.path,)))
        self.assertEqual(project.version, stored.version(self.path))

    def test_whatIsNotThere(self) -> None:
        stored = StoredProjects(self.databases)
        self.assertRaises(ProjectError, stored.read, self.path, ProjectLimits())
        self.assertRaises(ProjectError, stored.read, self.path.replace("maps", "nosuch"), ProjectLimits())
        self.write(b"no archive")
        self.assertRaises(ProjectError, readProject, self.path, stored=stored.read)
        self.assertRaises(ProjectError, stored.read, self.path, ProjectLimits(size=5))

    def test_namesAreNotSql(self) -> None:
        self.write(archive("one"), "a' OR true --")
        stored = StoredProjects(self.databases)
        path = self.path.replace("my%20map", "a'%20OR%20true%20--")
        self.assertEqual(readProject(path, stored=stored.read).title, "one")

    def test_reloading(self) -> None:
        """A new version is served once the database was looked at again."""
        self.write(archive("one"))
        cache = self.cache(StoredProjects(self.databases, ImmediatePool(), self.clock.seconds))
        first = self.successResultOf(cache.project(self.path))
        self.assertEqual(first.title, "one")
        self.assertIs(self.successResultOf(cache.project(self.path)), first)
        self.write(archive("two"))
        self.clock.advance(LOOK_SECONDS)
        titles = [self.successResultOf(cache.project(self.path)).title for _ in range(2)]
        self.assertEqual(titles[1], "two")

    def test_theReactorDoesNotWait(self) -> None:
        """Looking is done in the pool, by one at a time and not at every use."""
        self.write(archive("one"))
        pool = HeldPool()
        cache = self.cache(StoredProjects(self.databases, pool, self.clock.seconds))
        for _ in range(3):
            self.assertEqual(self.successResultOf(cache.project(self.path)).title, "one")
        self.assertEqual(len(pool.waiting), 1)

    def test_aBrokenVersion(self) -> None:
        """The last good one serves until a better one comes."""
        self.write(archive("one"))
        cache = self.cache(StoredProjects(self.databases, ImmediatePool(), self.clock.seconds))
        self.successResultOf(cache.project(self.path))
        for content, expected in ((b"broken", "one"), (archive("three"), "three")):
            self.write(content)
            for _ in range(2):
                self.clock.advance(LOOK_SECONDS)
                found = self.successResultOf(cache.project(self.path))
            self.assertEqual(found.title, expected)
        self.assertEqual(len(self.flushLoggedErrors()), 0)

    def test_aDatabaseThatIsAway(self) -> None:
        self.write(archive("one"))
        stored = StoredProjects(self.databases, ImmediatePool(), self.clock.seconds)
        cache = self.cache(stored)
        self.successResultOf(cache.project(self.path))
        self.server.execute("ALTER TABLE maps.qgis_projects RENAME TO away")
        self.clock.advance(LOOK_SECONDS)
        self.assertEqual(self.successResultOf(cache.project(self.path)).title, "one")
