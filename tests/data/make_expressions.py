"""
Ask QGIS for the values of the expressions in expressions.txt.

Run with a Python that has PyQGIS; writes expressions.json beside this file::

    QT_QPA_PLATFORM=offscreen python3 make_expressions.py

A line of expressions.txt is one expression; empty lines and lines that begin
with # are skipped.  All are evaluated with the feature and the variables that
tests/expression/test_answers.py describes, in UTC.
"""

import json
import os
import sys

os.environ["TZ"] = "UTC"

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextScope,
    QgsFeature,
    QgsField,
    QgsFields,
    QgsGeometry,
    QgsInterval,
)
from qgis.PyQt.QtCore import QByteArray, QDate, QDateTime, QTime, QVariant

HERE = os.path.dirname(os.path.abspath(__file__))


def shown(value):
    """A value as JSON can hold it; what JSON does not know is a text with its type before it."""
    if value is None or (isinstance(value, QVariant) and value.isNull()):
        return None
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, QByteArray):
        return "bytes " + bytes(value).hex()
    if isinstance(value, QDate):
        return "date " + value.toString("yyyy-MM-dd")
    if isinstance(value, QTime):
        return "time " + value.toString("HH:mm:ss.zzz")
    if isinstance(value, QDateTime):
        return "datetime " + value.toString("yyyy-MM-ddTHH:mm:ss.zzz")
    if isinstance(value, QgsInterval):
        return f"interval {value.seconds()!r}"
    if isinstance(value, QgsGeometry):
        return "geometry " + value.asWkt(6)
    if isinstance(value, list):
        return [shown(item) for item in value]
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    if isinstance(value, float):
        return "real " + repr(value)
    if isinstance(value, (int, str)):
        return value
    raise TypeError(type(value))


def feature():
    """The feature that the expressions see."""
    fields = QgsFields()
    for name, kind in (
        ("number", QVariant.Int),
        ("height", QVariant.Double),
        ("name", QVariant.String),
        ("code", QVariant.String),
        ("nothing", QVariant.String),
        ("day", QVariant.Date),
        ("moment", QVariant.DateTime),
        ("flag", QVariant.Bool),
    ):
        fields.append(QgsField(name, kind))
    made = QgsFeature(fields, 7)
    made.setAttributes(
        [
            12,
            3.5,
            "Ärmel tree",
            "0815",
            None,
            QDate(2021, 3, 14),
            QDateTime(QDate(2021, 3, 14), QTime(15, 9, 26)),
            True,
        ]
    )
    made.setGeometry(QgsGeometry.fromWkt("Polygon ((0 0, 4 0, 4 3, 0 3, 0 0))"))
    return made


def main():
    """Write expressions.json."""
    application = QgsApplication([], False)
    application.initQgis()
    scope = QgsExpressionContextScope()
    scope.setVariable("answer", 42)
    scope.setVariable("word", "wood")
    context = QgsExpressionContext()
    context.appendScope(scope)
    context.setFeature(feature())
    context.setFields(feature().fields())
    answers = []
    with open(os.path.join(HERE, "expressions.txt"), encoding="utf-8") as file:
        texts = [line.rstrip("\n") for line in file if line.strip() and not line.startswith("#")]
    for text in texts:
        expression = QgsExpression(text)
        if expression.hasParserError():
            answers.append({"expression": text, "parses": False})
            continue
        value = expression.evaluate(context)
        if expression.hasEvalError():
            answers.append({"expression": text, "fails": True})
        else:
            answers.append({"expression": text, "value": shown(value)})
    with open(os.path.join(HERE, "expressions.json"), "w", encoding="utf-8") as file:
        rows = ",\n".join(json.dumps(answer, ensure_ascii=False) for answer in answers)
        file.write(f'{{"qgis": {json.dumps(Qgis.QGIS_VERSION)}, "answers": [\n{rows}\n]}}\n')


if __name__ == "__main__":
    sys.exit(main())
