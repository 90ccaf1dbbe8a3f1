"""Tests of style XML."""

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.symbology.markup import Properties, StyleError, optionValue, parseStyle
from tests.symbology.drawing import oldProp, parsed, prop


class PropertiesTests(SynchronousTestCase):
    def test_bothForms(self):
        for text in (prop(a="1", b="x,y"), oldProp(a="1", b="x,y")):
            properties = Properties.of(parsed(f"<layer>{text}</layer>"))
            self.assertEqual(dict(properties), {"a": "1", "b": "x,y"})

    def test_values(self):
        properties = Properties(
            {"n": "1.5", "bad": "inf", "yes": "1", "no": "0", "pair": "1,-2", "none": None}
        )
        self.assertEqual(properties.number("missing", "n"), 1.5)
        self.assertEqual(properties.number("bad", default=7), 7)
        self.assertTrue(properties.flag("yes"))
        self.assertFalse(properties.flag("no", True))
        self.assertTrue(properties.flag("missing", True))
        self.assertEqual(properties.pair("pair"), (1, -2))
        self.assertEqual(properties.pair("n", (3, 4)), (3, 4))
        self.assertEqual(properties["none"], "")

    def test_typedOptions(self):
        element = parsed(
            '<Option type="Map"><Option name="i" type="int" value="3"/>'
            '<Option name="b" type="bool" value="true"/>'
            '<Option name="l" type="List"><Option type="QString" value="a"/></Option>'
            '<Option name="d" type="double" value="x"/><Option name="n"/></Option>'
        )
        self.assertEqual(optionValue(element), {"i": 3, "b": True, "l": ["a"], "d": None, "n": None})

    def test_noEntities(self):
        text = b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>'
        self.assertFalse((parseStyle(text).text or "").strip())

    def test_noXml(self):
        self.assertRaises(StyleError, parseStyle, b"<a")
