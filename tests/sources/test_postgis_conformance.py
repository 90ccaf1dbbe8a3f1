"""The suite of IFeatureSource over tables, views and queries of a real PostgreSQL."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.sources.catalogue import SourceCatalogue
from ogctwist.sources.query import UNRESTRICTED, FeatureQuery, Restriction
from tests.conformance.featuresource import FeatureSourceSuite
from tests.doubles.features import ImmediatePool
from tests.postgres import postgresServer
from tests.sources.postgressample import writePostgres
from tests.sources.sample import LAMBERT, layerOf


class PostgresSuite(FeatureSourceSuite):
    """Layers on the suite's features in PostgreSQL, written once for each class."""

    #: Class -> the URI of what it wrote.
    written: dict[type, str] = {}

    def setUp(self) -> None:
        self.server = postgresServer()
        self.schema = type(self).__name__.lower()
        if type(self) not in self.written:
            self.written[type(self)] = self.write()
        self.layer = layerOf(self.written[type(self)], "postgres", crs=LAMBERT)
        self.catalogue = SourceCatalogue(ImmediatePool())
        self.addCleanup(self.catalogue.close)

    def write(self) -> str:
        """Write the data.  @return: the URI."""
        return writePostgres(self.server, self.schema)

    def makeSource(self, restriction: Restriction = UNRESTRICTED) -> Any:
        return self.catalogue.features(self.layer, restriction)

    def idOf(self, row: int) -> int:
        return row + 1


class TableTests(PostgresSuite, SynchronousTestCase):
    pass


class ViewTests(PostgresSuite, SynchronousTestCase):
    def write(self) -> str:
        super().write()
        self.server.execute(f"CREATE VIEW {self.schema}.v AS SELECT * FROM {self.schema}.sample")
        return f'{self.server.uri} key=\'pk\' table="{self.schema}"."v" (geom)'


class QueryTests(PostgresSuite, SynchronousTestCase):
    def write(self) -> str:
        super().write()
        query = f"(SELECT *, '50%' AS \\\"a%s\\\" FROM {self.schema}.sample -- all\n)"
        return f"{self.server.uri} key='pk' table=\"{query}\" (geom)"


class PlacedRowTests(PostgresSuite, SynchronousTestCase):
    """A table without a key: ids are places of rows."""

    def write(self) -> str:
        return writePostgres(self.server, self.schema, "number int4")

    def idOf(self, row: int) -> int:
        return row + 1  # block 0


class NumberedRowTests(PostgresSuite, SynchronousTestCase):
    """A view without a key: ids are numbers of rows."""

    def write(self) -> str:
        super().write()
        self.server.execute(f"CREATE VIEW {self.schema}.v AS SELECT * FROM {self.schema}.sample")
        return f'{self.server.uri} table="{self.schema}"."v" (geom)'


class TextKeyTests(PostgresSuite, SynchronousTestCase):
    """Keys that are no number: ids are made of them, and stay the same."""

    columns = "code text PRIMARY KEY"

    def write(self) -> str:
        return writePostgres(self.server, self.schema, self.columns)

    def idOf(self, row: int) -> int:
        if not hasattr(self, "ids"):
            query = FeatureQuery(fields=("code",))
            (batch,) = self.catalogue.features(self.layer).read(query, lambda: False)
            codes = batch.columns["code"].to_pylist()
            self.ids = dict(zip(map(int, codes), batch.ids.tolist(), strict=True))
        return self.ids[row + 1]

    def test_orderByAnExpression(self) -> None:
        """These ids have no order that means something."""
        self.assertEqual(self.ordered(('abs("pop" - 4)', True), ('"name"', False), limit=3), [0, 1, 6])


class JoinedKeyTests(TextKeyTests):
    """Keys of two columns."""

    def write(self) -> str:
        writePostgres(self.server, self.schema, "code numeric NOT NULL")
        self.server.execute(
            f"ALTER TABLE {self.schema}.sample ADD lang text NOT NULL DEFAULT 'en', "
            "ADD PRIMARY KEY (code, lang)"
        )
        return f'{self.server.uri} table="{self.schema}"."sample" (geom)'


class EstimatedTests(PostgresSuite, SynchronousTestCase):
    """The extent from the server's statistics."""

    def write(self) -> str:
        uri = super().write()
        self.server.execute(f"ANALYZE {self.schema}.sample")
        return uri.replace(" table=", " estimatedmetadata=true table=")

    def test_extent(self) -> None:
        extent = self.successResultOf(self.makeSource().extent())
        for side, expected in zip(extent.bounds, (0, 0, 115, 25), strict=True):
            self.assertAlmostEqual(side, expected, delta=2)
