"""Tests for L{ogctwist.project.options}."""

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.errors import ProjectError
from ogctwist.project.options import customProperties, optionValue, scalar
from tests.project.samples import element


class OptionTests(SynchronousTestCase):
    def test_values(self) -> None:
        """All types of values, nested."""
        value = optionValue(
            element(
                '<Option type="Map"><Option name="a" type="QString" value="x"/>'
                '<Option name="b" type="int" value="-3"/>'
                '<Option name="c" type="double" value="1.5"/><Option name="d" type="bool" value="true"/>'
                '<Option name="e" type="bool" value="false"/><Option name="f"/>'
                '<Option name="g" type="List"><Option type="Map">'
                '<Option name="h" type="QString" value=""/></Option></Option>'
                '<Option name="i" type="StringList"><Option type="QString" value="1"/></Option>'
                '<Option name="j" type="invalid"/><Option name="k" type="int" value="none"/></Option>'
            )
        )
        expected = {
            "a": "x",
            "b": -3,
            "c": 1.5,
            "d": True,
            "e": False,
            "f": None,
            "g": [{"h": ""}],
            "i": ["1"],
        }
        self.assertEqual(value, {**expected, "j": None, "k": "none"})

    def test_scalar(self) -> None:
        """Text that does not fit its type stays text; unknown types are text."""
        self.assertEqual(scalar("int", "x"), "x")
        self.assertEqual(scalar("QColor", "1,2,3"), "1,2,3")
        self.assertEqual(scalar("ULongLong", "18446744073709551615"), 18446744073709551615)
        self.assertIs(scalar("bool", "0"), False)

    def test_depth(self) -> None:
        """Nesting has an end."""
        text = '<Option type="Map">' * 200 + "</Option>" * 200
        self.assertRaises(ProjectError, optionValue, element(text))


class CustomPropertyTests(SynchronousTestCase):
    def test_new(self) -> None:
        """3.x: options; lists are tuples."""
        found = customProperties(
            element(
                '<customproperties><Option type="Map"><Option name="a" type="QString" value="1"/>'
                '<Option name="b" type="StringList"><Option type="QString" value="x"/></Option></Option>'
                "</customproperties>"
            )
        )
        self.assertEqual(found, {"a": "1", "b": ("x",)})

    def test_old(self) -> None:
        """2.x: properties."""
        found = customProperties(
            element(
                '<customproperties><property key="a" value="1"/><property key="b">'
                '<value>x</value><value>y</value></property><property key="c"/></customproperties>'
            )
        )
        self.assertEqual(found, {"a": "1", "b": ("x", "y"), "c": ""})

    def test_none(self) -> None:
        """Nothing, in each of its forms."""
        self.assertEqual(customProperties(None), {})
        self.assertEqual(customProperties(element("<customproperties><Option/></customproperties>")), {})
