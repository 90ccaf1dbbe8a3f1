"""Virtual and joined fields."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression import Expression, ExpressionContext, ExpressionError
from ogctwist.project.layers import FieldSettings, Join, Layer
from ogctwist.sources.catalogue import SourceCatalogue
from ogctwist.sources.query import UNRESTRICTED, FeatureQuery, FieldType, OrderBy, Restriction, UnknownField
from tests.conformance.featuresource import POPS
from tests.doubles.features import ImmediatePool
from tests.sources.sample import layerOf, sampleTable, writeOgr

VIRTUAL = (
    FieldSettings("name"),
    FieldSettings("twice", expression='"pop" * 2', typeCode=2, typeName="integer"),
    FieldSettings("label", expression='coalesce("name", \'?\') || "twice"', typeCode=10),
    FieldSettings("area", expression="$area", typeCode=6),
    FieldSettings("who", expression="@who", typeCode=10),
    FieldSettings("broken", expression="nosuch(", typeCode=4),
    FieldSettings("lost", expression='"nosuch" + 1', typeCode=4),
    FieldSettings("snake", expression='"snake" + 1', typeCode=2),
)


class ComputedCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.path = str(Path(self.mktemp()).absolute()) + ".gpkg"
        writeOgr(self.path, "GPKG", layer="a")
        self.catalogue = SourceCatalogue(ImmediatePool())
        self.addCleanup(self.catalogue.close)

    def column(self, source: Any, name: str, **query: Any) -> list[Any]:
        batches = source.read(FeatureQuery(fields=(name,), **query), lambda: False)
        return [value for batch in batches for value in batch.columns[name].to_pylist()]

    def ids(self, source: Any, text: str, **query: Any) -> list[int]:
        query["filter"] = Expression.parse(text)
        batches = source.read(FeatureQuery(fields=(), **query), lambda: False)
        return [i for batch in batches for i in batch.ids.tolist()]


class VirtualFieldTests(ComputedCase):
    def source(self, **restriction: Any) -> Any:
        layer = layerOf(self.path, fields=VIRTUAL)
        return self.catalogue.features(layer, Restriction(**restriction))

    def test_theyComeLast(self) -> None:
        fields = self.source().features.schema().fields
        self.assertEqual([f.name for f in fields][5:], [f.name for f in VIRTUAL[1:]])
        self.assertEqual((fields[5].type, fields[5].typeName), (FieldType.INTEGER, "integer"))

    def test_values(self) -> None:
        twice = self.column(self.source(), "twice")
        self.assertEqual(twice, [None if pop is None else pop * 2 for pop in POPS])

    def test_theyMayReferToEachOther(self) -> None:
        self.assertEqual(self.column(self.source(), "label")[:4], ["alpha10", "Beta6", "gamma16", "?2"])

    def test_whatDoesNotWorkIsNull(self) -> None:
        for name in ("broken", "lost", "snake"):
            self.assertEqual(self.column(self.source(), name), [None] * 12)

    def test_variables(self) -> None:
        context = ExpressionContext({"who": "me"})
        self.assertEqual(set(self.column(self.source(), "who", context=context)), {"me"})

    def test_inConditionsAndOrders(self) -> None:
        self.assertEqual(self.ids(self.source(), '"twice" = 16'), [3, 8])
        self.assertEqual(self.ids(self.source(), '"label" = \'alpha10\' and "pop" = 5'), [1])
        order = (OrderBy(Expression.parse('"twice"'), False),)
        self.assertEqual(self.column(self.source(), "fid", orderBy=order, limit=3), [6, 10, 9])

    def test_conditionsCount(self) -> None:
        source = self.source()
        query = FeatureQuery(filter=Expression.parse('"twice" = 16'))
        self.assertEqual(self.successResultOf(source.count(query)), 2)

    def test_hiddenOnes(self) -> None:
        source = self.source(hiddenFields=frozenset({"twice"}))
        self.assertRaises(UnknownField, self.column, source, "twice")
        self.assertRaises(ExpressionError, self.ids, source, '"twice" = 16')
        self.assertEqual(self.column(source, "label")[0], "alpha10")

    def test_aRowFilterOnOne(self) -> None:
        source = self.source(
            rowFilter=Expression.parse('"twice" = 16'), hiddenFields=frozenset({"twice", "pop"})
        )
        self.assertEqual(self.column(source, "fid"), [3, 8])

    def test_inPlaceOfAFieldOfTheData(self) -> None:
        layer = layerOf(self.path, fields=(FieldSettings("pop", expression="'x'", typeCode=10),))
        source = self.catalogue.features(layer)
        self.assertEqual([f.name for f in source.features.schema().fields].count("pop"), 1)
        self.assertEqual(set(self.column(source, "pop")), {"x"})


class JoinTests(ComputedCase):
    def setUp(self) -> None:
        super().setUp()
        table = sampleTable(
            {
                "code": pa.array([5, 3, 8, 5, 99], pa.int64()),
                "text": ["five", "three", "eight", "five again", "none"],
                "secret": [1, 2, 3, 4, 5],
            },
            [None] * 5,
        ).drop("geom")
        writeOgr(self.path, "GPKG", table, None, layer="codes", append=True)
        codes = layerOf(f"{self.path}|layername=codes")
        self.layers = {"codes": Layer("codes", "Codes", codes.kind, codes.source)}
        self.restrictions: dict[str, Restriction] = {}
        self.asked: list[str] = []

    def neighbour(self, layerId: str) -> tuple[Layer, Restriction] | None:
        self.asked.append(layerId)
        if layerId not in self.layers:
            return None
        return self.layers[layerId], self.restrictions.get(layerId, UNRESTRICTED)

    def source(self, join: Join, **settings: Any) -> Any:
        layer = layerOf(f"{self.path}|layername=a", joins=(join,), **settings)
        return self.catalogue.features(layer, UNRESTRICTED, self.neighbour)

    def names(self, source: Any) -> list[str]:
        return [f.name for f in source.features.schema().fields][5:]

    def test_names(self) -> None:
        self.assertEqual(
            self.names(self.source(Join("codes", "pop", "code"))), ["Codes_fid", "Codes_text", "Codes_secret"]
        )
        self.assertEqual(
            self.names(self.source(Join("codes", "pop", "code", "c_"))), ["c_fid", "c_text", "c_secret"]
        )
        self.assertEqual(self.names(self.source(Join("codes", "pop", "code", ""))), ["text", "secret"])
        self.assertEqual(self.names(self.source(Join("codes", "pop", "code", "", ("text",)))), ["text"])

    def test_values(self) -> None:
        source = self.source(Join("codes", "pop", "code", ""))
        self.assertEqual(self.column(source, "text")[:6], ["five", "three", "eight", None, None, None])

    def test_keysOfOtherTypes(self) -> None:
        source = self.source(Join("codes", "height", "code", ""))
        self.assertEqual(self.column(source, "text"), [None] * 12)
        source = self.source(Join("codes", "name", "text", "j_"))
        self.assertEqual(self.column(source, "j_code"), [None] * 12)
        source = self.source(Join("codes", "name", "code", "j_"))
        self.assertEqual(self.column(source, "j_text"), [None] * 12)

    def test_manyKeys(self) -> None:
        writeOgr(
            self.path,
            "GPKG",
            sampleTable({"k": list(range(1000))}, [None] * 1000).drop("geom"),
            None,
            layer="many",
            append=True,
        )
        layer = layerOf(f"{self.path}|layername=many", joins=(Join("codes", "k", "code", ""),))
        source = self.catalogue.features(layer, UNRESTRICTED, self.neighbour)
        texts = self.column(source, "text")
        self.assertEqual([n for n, text in enumerate(texts) if text is not None], [3, 5, 8, 99])

    def test_conditions(self) -> None:
        source = self.source(Join("codes", "pop", "code", ""))
        self.assertEqual(self.ids(source, '"text" = \'eight\' and "pop" > 0'), [3, 8])

    def test_virtualFieldsOfJoinedOnes(self) -> None:
        fields = (FieldSettings("loud", expression='upper("text")', typeCode=10),)
        source = self.source(Join("codes", "pop", "code", ""), fields=fields)
        self.assertEqual(self.column(source, "loud")[0], "FIVE")

    def test_asTheRequestMaySeeTheOtherLayer(self) -> None:
        self.restrictions["codes"] = Restriction(
            rowFilter=Expression.parse("\"text\" <> 'five'"), hiddenFields=frozenset({"secret"})
        )
        source = self.source(Join("codes", "pop", "code", ""))
        self.assertEqual(self.names(source), ["text"])
        self.assertEqual(self.column(source, "text")[:3], ["five again", "three", "eight"])

    def test_aLayerThatIsNotThere(self) -> None:
        self.assertEqual(self.names(self.source(Join("nosuch", "pop", "code", ""))), [])
        self.layers["lost"] = layerOf("/no/such.gpkg")
        self.assertEqual(self.names(self.source(Join("lost", "pop", "code", ""))), [])
        self.assertEqual(self.names(self.source(Join("codes", "nosuch", "code", ""))), [])

    def test_withoutNeighbours(self) -> None:
        layer = layerOf(f"{self.path}|layername=a", joins=(Join("codes", "pop", "code", ""),))
        self.assertEqual(self.names(self.catalogue.features(layer)), [])
