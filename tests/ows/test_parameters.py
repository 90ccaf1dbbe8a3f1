"""Parameters: names in any case, values read as what they should be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.box import Box
from ogctwist.ows.exceptions import InvalidParameterValue, MissingParameterValue
from ogctwist.ows.parameters import Parameters, finiteNumber


class MappingTests(SynchronousTestCase):
    def test_anyCase(self) -> None:
        parameters = Parameters({"Service": "WMS"})
        self.assertEqual(parameters["sErViCe"], "WMS")
        self.assertIn("service", parameters)
        self.assertNotIn(1, parameters)
        self.assertEqual(dict(parameters), {"SERVICE": "WMS"})
        self.assertEqual(list(parameters.items()), [("SERVICE", "WMS")])

    def test_theLastCounts(self) -> None:
        """As in QGIS Server."""
        self.assertEqual(Parameters([("a", "1"), ("A", "2")]).text("a"), "2")

    def test_onlyAsciiLettersChangeCase(self) -> None:
        """The upper case of long s is S: a filter would look for SERVICE in vain, the service would not."""
        self.assertEqual(Parameters({"\u017fervice": "WMS"}).text("SERVICE"), "")
        self.assertEqual(list(Parameters({"\u0131d": "1"})), ["\u0131D"])

    def test_changedCopies(self) -> None:
        parameters = Parameters({"a": "1", "b": "2"})
        self.assertEqual(dict(parameters.replaced("A", "3")), {"A": "3", "B": "2"})
        self.assertEqual(dict(parameters.without("B")), {"A": "1"})
        self.assertEqual(dict(parameters), {"A": "1", "B": "2"})

    def test_equalAndHashable(self) -> None:
        one, two = Parameters({"a": "1", "b": "2"}), Parameters({"B": "2", "A": "1"})
        self.assertEqual(one, two)
        self.assertEqual(len({one, two}), 1)


class ReaderTests(SynchronousTestCase):
    def refused(
        self, locator: str, message: str, function: object, *arguments: object, **names: object
    ) -> None:
        error = self.assertRaises(InvalidParameterValue, function, *arguments, **names)
        self.assertEqual(error.locator, locator)
        self.assertEqual(error.code, "InvalidParameterValue")
        self.assertIn(message, error.message)

    def test_absentAndEmpty(self) -> None:
        for parameters in (Parameters(), Parameters({"x": ""})):
            self.assertEqual(parameters.text("x", "d"), "d")
            self.assertEqual(parameters.integer("x", 5), 5)
            self.assertIsNone(parameters.integer("x"))
            self.assertEqual(parameters.number("x", 1.5), 1.5)
            self.assertTrue(parameters.flag("x", True))
            self.assertEqual(parameters.items("x"), [])
            self.assertIsNone(parameters.box("x"))
            self.assertIsNone(parameters.numbers("x"))
            self.assertEqual(self.assertRaises(MissingParameterValue, parameters.required, "x").locator, "X")

    def test_integers(self) -> None:
        parameters = Parameters({"width": " +12 ", "bad": "1e3", "float": "1.0", "arabic": "\u0661"})
        self.assertEqual(parameters.integer("WIDTH"), 12)
        for name in ("bad", "float", "arabic"):
            self.refused(name.upper(), "is not an integer", parameters.integer, name)
        self.refused("WIDTH", "is more than 10", parameters.integer, "width", maximum=10)
        self.refused("WIDTH", "is less than 20", parameters.integer, "width", minimum=20)

    def test_hugeIntegers(self) -> None:
        self.refused("A", "is not an integer", Parameters({"a": "9" * 5000}).integer, "a")

    def test_numbers(self) -> None:
        for text, value in (("1", 1.0), ("-1.5e-3", -0.0015), (".5", 0.5), ("2.", 2.0)):
            self.assertEqual(Parameters({"n": text}).number("n"), value)
        for text in ("nan", "inf", "-Infinity", "1e999", "0x10", "1_000", "1,5", "e5", "1e"):
            self.refused("N", "is not a number", Parameters({"n": text}).number, "n")

    def test_flags(self) -> None:
        for text, value in (("TRUE", True), ("true", True), ("1", True), ("False", False), ("0", False)):
            self.assertIs(Parameters({"f": text}).flag("f", not value), value)
        self.refused("F", "neither TRUE nor FALSE", Parameters({"f": "maybe"}).flag, "f")

    def test_items(self) -> None:
        parameters = Parameters({"layers": "a, b,,c ", "styles": ","})
        self.assertEqual(parameters.items("LAYERS"), ["a", "b", "", "c"])
        self.assertEqual(parameters.items("STYLES"), ["", ""])

    def test_boxes(self) -> None:
        self.assertEqual(Parameters({"bbox": "1, 2,3,4.5"}).box("BBOX"), Box(1, 2, 3, 4.5))
        self.assertEqual(Parameters({"bbox": "1,2,1,2"}).box("BBOX"), Box(1, 2, 1, 2))
        for text in ("1,2,3", "1,2,3,4,5", "1,2,3,nan", "a,b,c,d", "1,2,3,", "3,2,1,4"):
            self.refused("BBOX", "BBOX ('", Parameters({"bbox": text}).box, "bbox")
        self.refused("BBOX", "rectangle", Parameters({"bbox": "1,2,1,5"}).box, "bbox", area=True)

    def test_quotesAreBounded(self) -> None:
        error = self.assertRaises(InvalidParameterValue, Parameters({"w": "x" * 100_000 + "\n"}).integer, "w")
        self.assertLess(len(error.message), 300)

    @given(st.floats(allow_nan=False, allow_infinity=False))
    def test_everyFloatIsRead(self, value: float) -> None:
        self.assertEqual(finiteNumber(repr(value)), value)

    @given(st.text(max_size=30))
    def test_nothingElseEscapes(self, text: str) -> None:
        """Whatever the text: a value of the right type, or InvalidParameterValue."""
        parameters = Parameters({"p": text})
        for read in (parameters.integer, parameters.number, parameters.flag, parameters.box):
            try:
                read("p")
            except InvalidParameterValue as error:
                self.assertEqual(error.locator, "P")
