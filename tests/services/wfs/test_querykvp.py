"""Parameters of GetFeature."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.encoders.featuretype import GeometryForm
from ogctwist.geo.box import Box
from ogctwist.ows.exceptions import OWSException
from ogctwist.ows.parameters import Parameters
from ogctwist.services.wfs.queries import BoxFilter, GetFeature, SortTerm
from ogctwist.services.wfs.querykvp import getFeatureFromParameters, groups, splitOutsideQuotes
from ogctwist.services.wfs.versions import WFS_1_1_0


def read(**parameters: str) -> GetFeature:
    return getFeatureFromParameters(Parameters({"TYPENAME": "a", **parameters}), WFS_1_1_0)


class ParameterTests(SynchronousTestCase):
    """L{getFeatureFromParameters}."""

    def test_types(self) -> None:
        """One query for each type, in either way of listing them."""
        for text in ("a,b", "(a)(b)", " a , b "):
            self.assertEqual([q.typeName for q in read(TYPENAME=text).queries], ["a", "b"])
        self.assertEqual([q.typeName for q in read(TYPENAME="", TYPENAMES="a,b").queries], ["a", "b"])
        self.assertEqual([q.typeName for q in read(TYPENAME="L_(copy)").queries], ["L_(copy)"])

    def test_lists(self) -> None:
        """Lists of names, one for all types or one for each."""
        self.assertEqual(
            [q.properties for q in read(TYPENAME="a,b", PROPERTYNAME="x,y").queries], [("x", "y")] * 2
        )
        split = read(TYPENAME="a,b", PROPERTYNAME="(x)(*)").queries
        self.assertEqual([q.properties for q in split], [("x",), None])
        self.assertEqual(read(PROPERTYNAME="*").queries[0].properties, None)

    def test_sort(self) -> None:
        """Terms with their direction."""
        (query,) = read(SORTBY="a D,b,my name ASC,c desc").queries
        wanted = (SortTerm("a", False), SortTerm("b"), SortTerm("my name"), SortTerm("c", False))
        self.assertEqual(query.sortBy, wanted)

    def test_box(self) -> None:
        """Four numbers, and maybe a name that may hold a comma's absence only."""
        self.assertEqual(read(BBOX="1,2,3,4").queries[0].bbox, BoxFilter(Box(1, 2, 3, 4)))
        named = read(BBOX="1,2,3,4, urn:ogc:def:crs:EPSG::4326").queries[0].bbox
        self.assertEqual(named, BoxFilter(Box(1, 2, 3, 4), "urn:ogc:def:crs:EPSG::4326"))

    def test_rest(self) -> None:
        """Numbers, hits, forms."""
        wanted = read(MAXFEATURES="5", STARTINDEX="2", RESULTTYPE="HITS", GEOMETRYNAME="Extent")
        self.assertEqual((wanted.maxFeatures, wanted.startIndex, wanted.isHits), (5, 2, True))
        self.assertEqual(wanted.queries[0].geometry, GeometryForm.EXTENT)
        self.assertEqual(read(COUNT="7").maxFeatures, 7)
        self.assertEqual(read(GEOMETRYNAME="geom").queries[0].geometry, GeometryForm.FULL)

    def test_ids(self) -> None:
        """Ids by type; expressions do not count beside them."""
        queries = read(FEATUREID="b.1,a.2,b.3", EXP_FILTER="x=1").queries
        self.assertEqual([(q.typeName, q.ids) for q in queries], [("a", ("a.2",)), ("b", ("b.1", "b.3"))])
        self.assertEqual(queries[0].expression, "")

    def test_groups(self) -> None:
        """Brackets around the members of a list."""
        cases = {
            "(a)(b,c)": ["a", "b,c"],
            "a,b": ["a,b"],
            "(f(x))(y)": ["f(x)", "y"],
            "(a)b": ["(a)b"],
            "(a": ["(a"],
        }
        for text, wanted in cases.items():
            self.assertEqual(groups(text), wanted)

    def test_expressions(self) -> None:
        """Semicolons within quotes do not part expressions."""
        self.assertEqual(splitOutsideQuotes("a=';';b=\";\"", ";"), ["a=';'", 'b=";"'])

    @given(
        st.dictionaries(
            st.sampled_from(
                [
                    "TYPENAME",
                    "PROPERTYNAME",
                    "FILTER",
                    "EXP_FILTER",
                    "SORTBY",
                    "BBOX",
                    "FEATUREID",
                    "MAXFEATURES",
                ]
            ),
            st.text("ab(),;'\"<>/=.1- *+", max_size=12),
        )
    )
    @settings(max_examples=300, deadline=None)
    def test_anyText(self, parameters: dict[str, str]) -> None:
        """Whatever the text, it is read or refused."""
        try:
            getFeatureFromParameters(Parameters(parameters), WFS_1_1_0)
        except OWSException as error:
            self.assertLess(len(error.message), 400)
