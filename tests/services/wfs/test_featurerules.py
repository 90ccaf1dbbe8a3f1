"""Defaults and constraints of new and changed features."""

from __future__ import annotations

import datetime
from typing import Any

import shapely
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression import ExpressionContext
from ogctwist.project.layers import FieldSettings
from ogctwist.services.wfs.editedfeature import EditedFeature
from ogctwist.services.wfs.featurerules import FeatureRules, RuleBroken, converted
from ogctwist.services.wfs.givenvalues import Unfit
from ogctwist.sources.query import FieldType, SourceField, SourceSchema
from tests.services.wfs.served import layerOf

SCHEMA = SourceSchema(
    (
        SourceField("fid", FieldType.LONG, isNullable=False),
        SourceField("name", FieldType.STRING, isNullable=False),
        SourceField("pop", FieldType.INTEGER),
        SourceField("note", FieldType.STRING),
    ),
    keyFields=("fid",),
    wkbType="Point",
    geometryName="geom",
)


def rules(*fields: FieldSettings) -> FeatureRules:
    return FeatureRules(layerOf("a", fields=fields), "a", SCHEMA, ExpressionContext())


class DefaultTests(SynchronousTestCase):
    def defaults(self, *fields: FieldSettings, isNew: bool = True, **given: Any) -> dict[str, Any]:
        feature = EditedFeature(7, {"name": "n", **given}, shapely.Point(3, 4))
        return rules(*fields).defaults(feature, given, isNew)

    def test_expressions(self) -> None:
        """A default may look at the feature, and at defaults before it."""
        found = self.defaults(
            FieldSettings("pop", default="$x * 2"), FieldSettings("note", default='"name" || \' \' || "pop"')
        )
        self.assertEqual(found, {"pop": 6, "note": "n 6"})

    def test_given(self) -> None:
        """What is given, also NULL, is not replaced."""
        self.assertEqual(self.defaults(FieldSettings("pop", default="1"), pop=None), {})

    def test_updates(self) -> None:
        fields = (
            FieldSettings("pop", default="1"),
            FieldSettings("note", default="'x'", applyDefaultOnUpdate=True),
        )
        self.assertEqual(self.defaults(*fields, isNew=False), {"note": "x"})
        self.assertEqual([rules(f).concernUpdates for f in fields], [False, True])

    def test_keys(self) -> None:
        """The source numbers its features; virtual fields are nobody's."""
        self.assertEqual(self.defaults(FieldSettings("fid", default="9")), {})
        self.assertEqual(self.defaults(FieldSettings("pop", default="9", expression="1")), {})

    def test_broken(self) -> None:
        for text in ("1 +", "no_such_function()", "'many'"):
            self.assertRaises(RuleBroken, self.defaults, FieldSettings("pop", default=text))


class ConstraintTests(SynchronousTestCase):
    def test_notNull(self) -> None:
        """Only what the source declares, and only what is given."""
        checked = rules(FieldSettings("pop", constraints=3, hardConstraints=3))
        checked.check({"pop": None})
        checked.check({})
        checked.check({"name": ""})
        with self.assertRaises(RuleBroken) as caught:
            checked.check({"name": None})
        self.assertEqual(str(caught.exception), "NOT NULL constraint error on layer 'a', field 'name'")


class ConvertedTests(SynchronousTestCase):
    def test_values(self) -> None:
        moment = datetime.datetime(2024, 5, 6, 7, 8)
        for value, kind, expected in (
            (None, FieldType.STRING, None),
            (1.6, FieldType.INTEGER, 2),
            (2.0, FieldType.STRING, "2"),
            (2.5, FieldType.STRING, "2.5"),
            (True, FieldType.BOOLEAN, True),
            (True, FieldType.STRING, "true"),
            (moment, FieldType.DATETIME, moment),
            (moment, FieldType.DATE, moment.date()),
            ("7", FieldType.INTEGER, 7),
        ):
            self.assertEqual(converted(value, SourceField("x", kind)), expected)
        self.assertRaises(Unfit, converted, float("inf"), SourceField("x", FieldType.INTEGER))
