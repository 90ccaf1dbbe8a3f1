"""Values of dimensions as conditions."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression import ExpressionContext
from ogctwist.geo.batch import FeatureBatch
from ogctwist.ows.exceptions import InvalidParameterValue
from ogctwist.ows.parameters import Parameters
from ogctwist.project.layers import Dimension
from ogctwist.services.wms.dimensionfilters import dimensionCondition, requestedValue
from ogctwist.sources.query import FieldType

HEIGHT = Dimension("elevation", "h")
SPAN = Dimension("elevation", "h", "top")
BATCH = FeatureBatch(
    np.arange(4), None, {"h": pa.array([1.0, 2.0, 5.0, None]), "top": pa.array([3.0, 6.0, 9.0, 9.0])}
)


def passing(dimension: Dimension, text: str, kind: FieldType = FieldType.DOUBLE) -> list[int]:
    condition = dimensionCondition(dimension, text, kind)
    return np.flatnonzero(condition.mask(BATCH, ExpressionContext({}))).tolist()


class DimensionTests(SynchronousTestCase):
    def test_values(self) -> None:
        self.assertEqual(passing(HEIGHT, "2"), [1])
        self.assertEqual(passing(HEIGHT, "1,5"), [0, 2])
        self.assertEqual(passing(HEIGHT, "1/2,5"), [0, 1, 2])
        self.assertEqual(passing(HEIGHT, "1/3/0.5"), [0, 1])

    def test_spans(self) -> None:
        """Two fields: a value within them, a range that meets them."""
        self.assertEqual(passing(SPAN, "3"), [0, 1])
        self.assertEqual(passing(SPAN, "4/5"), [1, 2])

    def test_textIsQuoted(self) -> None:
        self.assertEqual(
            str(dimensionCondition(Dimension("d", 'a"b'), "x' OR 1=1", FieldType.STRING)).count("OR"), 1
        )

    def test_malformed(self) -> None:
        for text, kind in (("x", FieldType.DOUBLE), ("1/", FieldType.LONG), ("May", FieldType.DATE)):
            self.assertRaises(InvalidParameterValue, dimensionCondition, HEIGHT, text, kind)
        self.assertRaises(
            InvalidParameterValue, dimensionCondition, HEIGHT, ",".join("1" * 201), FieldType.LONG
        )

    def test_names(self) -> None:
        parameters = Parameters({"ELEVATION": "1", "DIM_DEPTH": "2", "DEPTH": "3"})
        self.assertEqual(requestedValue(parameters, HEIGHT), "1")
        self.assertEqual(requestedValue(parameters, Dimension("depth", "d")), "2")
