"""Tests of what renderers classify by."""

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression import Expression, ExpressionError
from ogctwist.symbology.attributes import Value, expressionOf, fieldsOf, unionOfFields
from tests.symbology.drawing import batchOf, frameOf


class ValueTests(SynchronousTestCase):
    def test_fieldBeforeExpression(self):
        self.assertEqual(Value.read("a b", ["a b"]), Value("a b", None))
        self.assertEqual(Value.read('"NAME"', ["name"]), Value("name", None))
        self.assertEqual(Value.read("name", []).fields, frozenset(["name"]))

    def test_expression(self):
        value = Value.read('"a" + 1', ["a", "b"])
        self.assertEqual(value.fields, frozenset(["a"]))
        self.assertEqual(value.column(batchOf("POINT (1 1)", a=[4]), frameOf()).to_pylist(), [5])

    def test_neither(self):
        self.assertRaises(ExpressionError, Value.read, "a +", ["a"])

    def test_missingField(self):
        self.assertRaises(ExpressionError, Value("gone", None).column, batchOf("POINT (1 1)"), frameOf())

    def test_spelledAsTheLayer(self):
        self.assertEqual(expressionOf("NAME = 1", ["name"]).fields, frozenset(["name"]))

    def test_allFields(self):
        self.assertIsNone(fieldsOf(Expression.parse("attribute('a')")))
        self.assertIsNone(unionOfFields([frozenset("a"), None]))
        self.assertEqual(unionOfFields([frozenset("a"), frozenset("b")]), frozenset("ab"))
