"""Tests of QgsExpression, its contexts, and of functions that plugins add."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression import Expression, ExpressionError
from ogctwist.qgiscompat.core import (
    NULL,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextScope,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsFeatureRequest,
    QgsField,
    QgsFields,
    QgsGeometry,
    QgsMessageLog,
    QgsProject,
)
from ogctwist.qgiscompat.core.foreignfunctions import qgsfunction, unregister
from ogctwist.qgiscompat.core.messages import MESSAGE_LOG
from tests.qgiscompat.core.test_project import FILE, POINTS


def featureWith(**values):
    fields = QgsFields()
    for name in values:
        fields.append(QgsField(name, 10))
    feature = QgsFeature(fields, 7)
    feature.setAttributes(list(values.values()))
    return feature


class Expressions(SynchronousTestCase):
    def test_parsing(self):
        self.assertTrue(QgsExpression("x +").hasParserError())
        self.assertTrue(QgsExpression("x +").parserErrorString())
        self.assertTrue(QgsExpression('"x"').isField())
        self.assertEqual(QgsExpression('"x" + y').referencedColumns(), {"x", "y"})
        self.assertTrue(QgsExpression("$area > 1").needsGeometry())

    def test_evaluate(self):
        for text, expected in (
            ("1+1", 2),
            ("'a'||'b'", "ab"),
            ("array(1,2)", [1, 2]),
            ("1/0", None),
            ("true", True),
        ):
            self.assertEqual(QgsExpression(text).evaluate(QgsExpressionContext()), expected)
        made = QgsExpression('"nope"')
        self.assertIsNone(made.evaluate(QgsExpressionContext()))
        self.assertTrue(made.hasEvalError())
        point = QgsExpression("make_point(1,2)").evaluate()
        self.assertIsInstance(point, QgsGeometry)

    def test_context(self):
        """Later scopes hide earlier ones; the feature counts."""
        context = QgsExpressionContext()
        project = QgsProject()
        project.read(FILE)
        context.appendScope(QgsExpressionContextUtils.projectScope(project))
        scope = QgsExpressionContextScope()
        scope.setVariable("place", "there")
        context.appendScope(scope)
        context.setFeature(featureWith(a="x", b=NULL))
        self.assertEqual(
            QgsExpression("@project_title || @place || a").evaluate(context), "A full projecttherex"
        )
        self.assertEqual(QgsExpression("$id").evaluate(context), 7)
        self.assertEqual(QgsExpression("b is null").evaluate(context), 1)
        self.assertEqual(QgsExpression("b").evaluate(context), NULL)

    def test_quoting(self):
        quoted = [QgsExpression.quotedValue(v) for v in (1, 1.5, "a'b\\c\n", True, None, NULL, [1, "a"])]
        self.assertEqual(quoted, ["1", "1.5", "'a''b\\\\c\\n'", "TRUE", "NULL", "NULL", "array( 1, 'a' )"])
        equality = QgsExpression.createFieldEqualityExpression
        self.assertEqual([equality("a", "b"), equality("a", NULL)], ["\"a\" = 'b'", '"a" IS NULL'])
        replaced = QgsExpression.replaceExpressionText("a [% 1+1 %] b [% bad( %]", QgsExpressionContext())
        self.assertEqual(replaced, "a 2 b [% bad( %]")


class Functions(SynchronousTestCase):
    def register(self, function, *arguments, **options):
        made = qgsfunction(*(arguments or ("auto", "Custom")), **options)(function)
        self.addCleanup(unregister, made.name())
        return made

    def test_auto(self):
        """Arguments one by one, then feature and parent."""

        def weigh(value, factor, feature, parent):
            return value * factor + feature.id()

        self.register(weigh)
        context = QgsExpressionContext()
        context.setFeature(featureWith(a=3))
        self.assertEqual(QgsExpression("weigh(a, 2)").evaluate(context), 13)
        self.assertTrue(QgsExpression("weigh(1)").hasParserError())

    def test_list(self):
        """With a number of arguments they come as a list."""
        self.register(lambda values, feature, parent: "-".join(values), 2, "Custom", name="joined_up")
        self.assertEqual(QgsExpression("joined_up('a', 'b')").evaluate(), "a-b")

    def test_inLayer(self):
        """It is known to requests for features of plugins, with all attributes at hand."""
        self.register(lambda feature, parent: feature["name"] == "two", name="is_two")
        project = QgsProject()
        project.read(FILE)
        found = project.mapLayer(POINTS).getFeatures(QgsFeatureRequest().setFilterExpression("is_two()"))
        self.assertEqual([f.id() for f in found], [2])

    def test_failure(self):
        """One that raises makes the value null, and says why."""

        def fail(value, feature, parent):
            raise ValueError("no such thing")

        self.register(fail)
        made = QgsExpression("fail(1)")
        self.assertIsNone(made.evaluate())
        self.assertEqual(made.evalErrorString(), "no such thing")
        self.assertEqual(len(self.flushLoggedErrors(ValueError)), 1)

    def test_untrusted(self):
        """An expression of a request may not call it, nor anything any more when it is forgotten."""
        self.register(lambda values, feature, parent: 1, 0, "Custom", name="mine_only")
        self.assertEqual(QgsExpression("mine_only()").evaluate(), 1)
        error = self.assertRaises(ExpressionError, Expression.parseUntrusted, "mine_only()")
        self.assertIn("may not be used in a request", str(error))
        self.assertTrue(QgsExpression.unregisterFunction("mine_only"))
        self.assertRaises(ExpressionError, Expression.parse, "mine_only()")

    def test_names(self):
        """Names of QGIS's functions, and of those refused, are not to be had."""
        for name in ("round", "env", "load_layer"):
            self.assertRaises(TypeError, qgsfunction("auto", "x", name=name), lambda a, feature, parent: 1)
        self.assertFalse(QgsExpression.unregisterFunction("round"))


class Messages(SynchronousTestCase):
    def test_heard(self):
        """What is connected hears message, tag and level."""
        heard = []

        def hear(*parts):
            heard.append(parts)

        MESSAGE_LOG.messageReceived.connect(hear)
        self.addCleanup(MESSAGE_LOG.messageReceived.disconnect, hear)
        QgsMessageLog.logMessage("hello", "plugin", 0)
        self.assertEqual(heard, [("hello", "plugin", 0)])
