"""Tests for L{ogctwist.project.properties}."""

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.errors import ProjectError
from ogctwist.project.properties import PropertyReader, readProperties
from tests.project.samples import element

SAMPLE = """<properties>
  <WMSUrl type="QString">http://a</WMSUrl>
  <WMSMaxWidth type="int">5</WMSMaxWidth>
  <Empty type="QString"/>
  <Scope><sub><flag type="bool">true</flag></sub><number type="double">2.5</number></Scope>
  <List type="QStringList"><value>a</value><value/><value>b</value></List>
  <properties name="Named"><properties name="key" type="QString">x</properties></properties>
  <properties name="1-bad name" type="int">7</properties>
</properties>"""


class ReadTests(SynchronousTestCase):
    def test_paths(self) -> None:
        """Entries by scope and key, of both spellings."""
        self.assertEqual(
            readProperties(element(SAMPLE)),
            {
                "WMSUrl": "http://a",
                "WMSMaxWidth": 5,
                "Empty": "",
                "Scope/sub/flag": True,
                "Scope/number": 2.5,
                "List": ("a", "", "b"),
                "Named/key": "x",
                "1-bad name": 7,
            },
        )

    def test_none(self) -> None:
        """No properties."""
        self.assertEqual(readProperties(None), {})

    def test_depth(self) -> None:
        """Nesting has an end."""
        self.assertRaises(ProjectError, readProperties, element("<a>" * 200 + "</a>" * 200))


class ReaderTests(SynchronousTestCase):
    reader = PropertyReader(
        {
            "t": "x",
            "n": "12",
            "i": 3,
            "d": 2.5,
            "b": True,
            "z": False,
            "l": ("a", "", "b"),
            "w": "Enabled",
            "s/k": 1,
        }
    )

    def test_text(self) -> None:
        """Everything but a list is text."""
        self.assertEqual([self.reader.text(k) for k in "tnidblo"], ["x", "12", "3", "2.5", "true", "", ""])
        self.assertEqual(self.reader.text("o", "default"), "default")

    def test_numbers(self) -> None:
        """What is no number is the default."""
        self.assertEqual([self.reader.integer(k, -1) for k in "tnidlo"], [-1, 12, 3, 2, -1, -1])
        self.assertEqual(self.reader.number("d", 0), 2.5)

    def test_flags(self) -> None:
        """As Qt understands text as a bool; some entries are compared with words."""
        self.assertEqual([self.reader.flag(k) for k in "tbzwo"], [True, True, False, True, False])
        self.assertTrue(self.reader.flag("o", True))
        self.assertEqual([self.reader.isEnabled(k) for k in "tbzwo"], [False, True, False, True, False])

    def test_lists(self) -> None:
        """Empty items are left out; text is one item."""
        self.assertEqual(self.reader.items("l"), ("a", "b"))
        self.assertEqual(self.reader.items("t"), ("x",))
        self.assertEqual(self.reader.items("o"), ())

    def test_below(self) -> None:
        """All entries of a scope."""
        self.assertEqual(self.reader.below("s"), {"k": 1})
