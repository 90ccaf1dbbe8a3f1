"""The values of questions and descriptions."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.sources.query import FieldType, SourceError, SourceField, SourceSchema, UnknownField


class QueryTests(SynchronousTestCase):
    def test_fieldsByName(self) -> None:
        schema = SourceSchema((SourceField("a", FieldType.LONG),))
        self.assertEqual(schema.field("a").type, FieldType.LONG)
        self.assertIsNone(schema.field("A"))

    def test_unknownField(self) -> None:
        error = UnknownField("secret")
        self.assertIsInstance(error, SourceError)
        self.assertEqual(error.field, "secret")
