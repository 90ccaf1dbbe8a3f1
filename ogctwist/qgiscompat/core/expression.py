# -*- test-case-name: tests.qgiscompat.core.test_expression -*-
"""QgsExpression, over our own expressions."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pyarrow as pa

from ogctwist.expression import Expression, ExpressionContext, ExpressionError
from ogctwist.expression.column import Column
from ogctwist.expression.errors import EvaluationFailure
from ogctwist.expression.functions.registry import FUNCTIONS
from ogctwist.expression.nodes import Binary, ColumnRef, Literal
from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.geometry import GeometryColumn
from ogctwist.qgiscompat.core import foreignfunctions
from ogctwist.qgiscompat.core.enums import enumOf, withEnums
from ogctwist.qgiscompat.core.values import NULL, fromVariant, isNull, toVariant
from ogctwist.qgiscompat.wrapper import Wrapper

_ALL = "#!allattributes!#"
_EMBEDDED = re.compile(r"\[%(.*?)%\]", re.DOTALL)


@withEnums("QgsExpression")
class QgsExpression(Wrapper):
    """An expression of a text; whether it is one says C{hasParserError}."""

    def _make(self, text: Any = "") -> None:
        self._q_evalError = ""
        if isinstance(text, QgsExpression):
            text = text._q_text
        self._q_parse(str(text or ""))

    def _q_parse(self, text: str) -> None:
        self._q_text = text
        self._q_expression: Expression | None = None
        self._q_parserError = ""
        if not text:
            return
        try:
            self._q_expression = Expression.parse(text)
        except ExpressionError as error:
            self._q_parserError = str(error)

    def setExpression(self, text: str) -> None:
        """Make it that of another text."""
        self._q_parse(text)

    def expression(self) -> str:
        """Its text."""
        return self._q_text

    def dump(self) -> str:
        """Its text in the usual spelling."""
        return "" if self._q_expression is None else str(self._q_expression)

    def isValid(self) -> bool:
        """Whether it can be evaluated."""
        return self._q_expression is not None

    def hasParserError(self) -> bool:
        """Whether the text is none."""
        return bool(self._q_parserError)

    def parserErrorString(self) -> str:
        """Why."""
        return self._q_parserError

    def hasEvalError(self) -> bool:
        """Whether the last evaluation failed."""
        return bool(self._q_evalError)

    def evalErrorString(self) -> str:
        """Why."""
        return self._q_evalError

    def setEvalErrorString(self, text: str) -> None:
        """Say that it failed."""
        self._q_evalError = str(text)

    def prepare(self, context: Any = None) -> bool:
        """Whether it can be evaluated; there is nothing to prepare."""
        self._q_evalError = ""
        if self._q_expression is None:
            self._q_evalError = "No root node! Parsing failed?"
        return self._q_expression is not None

    def evaluate(self, context: Any = None) -> Any:
        """The value, for the feature of the context; null when it fails."""
        self._q_evalError = ""
        if self._q_expression is None:
            self._q_evalError = "No root node! Parsing failed?"
            return None
        try:
            value = _evaluated(self._q_expression, context)
        except (ExpressionError, EvaluationFailure) as error:
            self._q_evalError = str(error)
            return None
        if value is None:
            # A null of a field has its type; what is computed has none.
            return NULL if self._q_expression.columnName is not None else None
        return toVariant(value)

    # -- asking

    def _q_set(self, name: str) -> set[str]:
        return set() if self._q_expression is None else set(getattr(self._q_expression, name))

    def referencedColumns(self) -> set[str]:
        """Attributes that it mentions."""
        if self._q_expression is not None and self._q_expression.needsAllFields:
            return self._q_set("fields") | {_ALL}
        return self._q_set("fields")

    def referencedAttributeIndexes(self, fields: Any) -> set[int]:
        """Their places."""
        if _ALL in self.referencedColumns():
            return set(range(len(fields)))
        return {i for i in map(fields.lookupField, self._q_set("fields")) if i >= 0}

    def referencedVariables(self) -> set[str]:
        """Variables that it mentions."""
        return self._q_set("variables")

    def referencedFunctions(self) -> set[str]:
        """Functions that it calls."""
        return self._q_set("functions")

    def needsGeometry(self) -> bool:
        """Whether it looks at geometries."""
        return self._q_expression is not None and self._q_expression.needsGeometry

    def isField(self) -> bool:
        """Whether it is an attribute and no more."""
        return self._q_expression is not None and self._q_expression.columnName is not None

    def rootNode(self) -> Any:
        """The root of our own tree, None when the text is no expression."""
        return None if self._q_expression is None else self._q_expression.node

    # Lengths and areas of "$length" and so on are taken in the project's units.

    def setGeomCalculator(self, calculator: Any) -> None:
        """Nothing to set: lengths on the ellipsoid are the context's."""

    def setDistanceUnits(self, unit: Any) -> None:
        """Nothing to set."""

    def setAreaUnits(self, unit: Any) -> None:
        """Nothing to set."""

    # -- static

    @staticmethod
    def quotedString(text: str) -> str:
        """A text, as one writes it."""
        text = str(text).replace("'", "''").replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
        return f"'{text}'"

    @staticmethod
    def quotedColumnRef(name: str) -> str:
        """An attribute, as one writes it."""
        return '"' + str(name).replace('"', '""') + '"'

    @staticmethod
    def quotedValue(value: Any, type: Any = None) -> str:
        """A value, as one writes it."""
        if isNull(value):
            return "NULL"
        value = fromVariant(value)
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, (int, float)):
            from ogctwist.expression.values import toText

            return toText(value)
        if isinstance(value, list):
            return "array( " + ", ".join(QgsExpression.quotedValue(v) for v in value) + " )"
        if isinstance(value, dict):
            pairs = (
                f"{QgsExpression.quotedString(k)}, {QgsExpression.quotedValue(v)}" for k, v in value.items()
            )
            return "map( " + ", ".join(pairs) + " )"
        return QgsExpression.quotedString(value if isinstance(value, str) else str(value))

    @staticmethod
    def createFieldEqualityExpression(name: str, value: Any, fieldType: Any = None) -> str:
        """C{"name" = value}."""
        if isNull(value):
            return f"{QgsExpression.quotedColumnRef(name)} IS NULL"
        return f"{QgsExpression.quotedColumnRef(name)} = {QgsExpression.quotedValue(value)}"

    @staticmethod
    def isFieldEqualityExpression(text: str) -> tuple[bool, str, Any]:
        """Whether it is C{"name" = value}, and of what."""
        node = QgsExpression(text).rootNode()
        if not (isinstance(node, Binary) and node.operator == "="):
            return False, "", None
        if isinstance(node.left, ColumnRef) and isinstance(node.right, Literal):
            return True, node.left.name, toVariant(node.right.value)
        return False, "", None

    @staticmethod
    def checkExpression(text: str, context: Any = None) -> tuple[bool, str]:
        """Whether a text is an expression, and why not."""
        made = QgsExpression(text)
        return not made.hasParserError(), made.parserErrorString()

    @staticmethod
    def replaceExpressionText(text: str, context: Any, distanceArea: Any = None) -> str:
        """A text with what stands between C{[%} and C{%]} evaluated."""

        def evaluated(found: re.Match[str]) -> str:
            from ogctwist.expression.values import toText

            made = QgsExpression(found.group(1).strip())
            if made.hasParserError():
                return found.group()
            value = made.evaluate(context)
            return found.group() if made.hasEvalError() else toText(fromVariant(value))

        return _EMBEDDED.sub(evaluated, text)

    @staticmethod
    def evaluateToDouble(text: str, fallback: float) -> float:
        """A number that a text spells or computes."""
        value = fromVariant(QgsExpression(text).evaluate())
        return float(value) if isinstance(value, (int, float)) else fallback

    @staticmethod
    def isFunctionName(name: str) -> bool:
        """Whether there is such a function."""
        return name.lower() in FUNCTIONS

    @staticmethod
    def functionCount() -> int:
        """How many functions there are."""
        return len(FUNCTIONS)

    @staticmethod
    def registerFunction(function: Any, transferOwnership: bool = False) -> bool:
        """Make a plugin's function known; False when the name is taken."""
        return foreignfunctions.register(function)

    @staticmethod
    def unregisterFunction(name: str) -> bool:
        """Forget a plugin's function."""
        return foreignfunctions.unregister(name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QgsExpression) and self._q_text == other._q_text

    def __hash__(self) -> int:
        return hash(self._q_text)

    def __repr__(self) -> str:
        return f"<QgsExpression: '{self._q_text}'>"


SpatialOperator = enumOf("QgsExpression", "SpatialOperator")


def _evaluated(expression: Expression, context: Any) -> Any:
    ours = ExpressionContext() if context is None else context._q_context()
    feature = None if context is None else context._q_feature()
    if feature is None:
        return expression.evaluateScalar(ours)
    value = feature._q_value()
    batch = FeatureBatch(
        np.array([value.id], np.int64),
        GeometryColumn.fromShapes(np.array([value.geometry], object)),
        {name: _array(item) for name, item in value.attributes.items()},
    )
    column: Column = expression.evaluateColumn(batch, ours)
    if column.failed is not None and column.failed[0]:
        raise EvaluationFailure(column.failure)
    return column.values()[0]


def _array(value: Any) -> pa.Array:
    if isinstance(value, (list, dict)):
        import json

        return pa.array([json.dumps(value, default=str)])
    return pa.array([value])
