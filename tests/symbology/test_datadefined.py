"""Tests of the values of data-defined properties."""

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.canvas.ink import Color
from ogctwist.symbology.attributes import Value
from ogctwist.symbology.datadefined import DataDefined, factored, readDataDefined, toColor, toNumber
from tests.symbology.drawing import batchOf, frameOf, parsed

OPTION = '<Option name="{}" value="{}" type="{}"/>'


def definition(name: str, *options: str) -> str:
    return (
        '<layer><data_defined_properties><Option type="Map"><Option name="properties" type="Map">'
        f'<Option name="{name}" type="Map">{"".join(options)}</Option></Option></Option>'
        "</data_defined_properties></layer>"
    )


ACTIVE = OPTION.format("active", "true", "bool")


class DataDefinedTests(SynchronousTestCase):
    def read(self, name: str, *options: str):
        problems: list[str] = []
        found = readDataDefined(parsed(definition(name, *options)), ["Name"], problems)
        self.assertEqual(problems, [])
        return found

    def test_field(self):
        found = self.read(
            "size", ACTIVE, OPTION.format("type", 2, "int"), OPTION.format("field", "name", "QString")
        )
        self.assertEqual(found["size"].fields, frozenset(["Name"]))

    def test_static(self):
        found = self.read(
            "size", ACTIVE, OPTION.format("type", 1, "int"), OPTION.format("val", "7", "double")
        )
        self.assertEqual(list(found["size"].column(batchOf("POINT (1 1)"), frameOf())), [7.0])

    def test_inactive(self):
        off = OPTION.format("active", "false", "bool")
        self.assertEqual(self.read("size", off, OPTION.format("type", 1, "int")), {})

    @given(
        st.lists(
            st.tuples(st.sampled_from("ab"), st.one_of(st.none(), st.integers(0, 2))), min_size=1, max_size=12
        )
    )
    def test_factoredIsComplete(self, rows):
        batch = batchOf(*["POINT (1 1)"] * len(rows), a=[r[0] for r in rows], b=[r[1] for r in rows])
        properties = {n: DataDefined(Value(n, None)) for n in "ab"}
        combinations, codes = factored(properties, batch, frameOf())
        self.assertEqual([(combinations[c]["a"], combinations[c]["b"]) for c in codes], rows)

    def test_conversions(self):
        self.assertEqual(
            [toNumber(v) for v in (1, "2.5", True, None, "x", float("nan"))], [1, 2.5, 1, None, None, None]
        )
        self.assertEqual(toColor("0,0,255"), Color(0, 0, 1))
        self.assertIsNone(toColor("nonsense"))
        self.assertIsNone(toColor(5))

    def test_scalar(self):
        from ogctwist.expression import Expression

        self.assertEqual(DataDefined(Value(None, Expression.parse("1 + 1"))).scalar(frameOf()), 2)
        self.assertEqual(DataDefined(Value("v", None)).scalar(frameOf(), 5), 5)
