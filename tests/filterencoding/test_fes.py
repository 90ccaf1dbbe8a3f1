# -*- test-case-name: tests.filterencoding.test_fes -*-
"""Tests of L{ogctwist.filterencoding.fes}: OGC filters of all versions."""

from __future__ import annotations

import time

import numpy as np
import pyarrow as pa
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression import Expression
from ogctwist.expression.column import Kind
from ogctwist.filterencoding import FilterTarget, filterFromText, filterFromXml, likePattern
from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.crs import CRS
from ogctwist.geo.geometry import GeometryColumn
from ogctwist.ows.exceptions import InvalidParameterValue, OWSException

OGC, FES = "http://www.opengis.net/ogc", "http://www.opengis.net/fes/2.0"

TARGET = FilterTarget(
    fields={
        "id": Kind.INTEGER,
        "name": Kind.TEXT,
        "height": Kind.REAL,
        "day": Kind.DATE,
        "moment": Kind.DATETIME,
        "flag": Kind.BOOLEAN,
        "my field": Kind.TEXT,
        "any": None,
    },
    published={"my_field": "my field"},
    crs=CRS.fromAuthid("EPSG:4326"),
)


def expressionOf(inner: str, target: FilterTarget = TARGET) -> str:
    """The expression of a filter's content, as text."""
    texts = set()
    for space in (OGC, FES):
        root = etree.fromstring(
            f'<Filter xmlns="{space}" xmlns:gml="http://www.opengis.net/gml">{inner}</Filter>'
        )
        texts.add(str(filterFromXml(root, target).expression))
    assert len(texts) == 1
    return texts.pop()


def compared(name: str, field: str, value: str, attributes: str = "") -> str:
    return f"<{name} {attributes}><PropertyName>{field}</PropertyName><Literal>{value}</Literal></{name}>"


ELEMENT_NAMES = st.sampled_from(
    [
        "Filter",
        "And",
        "Or",
        "Not",
        "PropertyIsEqualTo",
        "PropertyIsLike",
        "PropertyName",
        "Literal",
        "BBOX",
        "Within",
        "Box",
        "coordinates",
        "Point",
        "pos",
        "Distance",
        "DWithin",
        "FeatureId",
        "Function",
        "PropertyIsBetween",
        "LowerBoundary",
        "UpperBoundary",
        "PropertyIsNull",
        "Envelope",
        "lowerCorner",
        "During",
        "Add",
        "Polygon",
    ]
)
ELEMENTS = st.recursive(
    st.builds(
        lambda n, t: f"<{n}>{t}</{n}>",
        ELEMENT_NAMES,
        st.sampled_from(["id", "geometry", "1", "1 2", "1,2 3,4", ""]),
    ),
    lambda inner: st.builds(
        lambda n, parts: f"<{n}>{''.join(parts)}</{n}>", ELEMENT_NAMES, st.lists(inner, max_size=3)
    ),
    max_leaves=12,
)


class ComparisonTests(SynchronousTestCase):
    """Attributes and values."""

    def test_operators(self) -> None:
        """All comparisons."""
        for name, word in (
            ("PropertyIsEqualTo", "="),
            ("PropertyIsNotEqualTo", "<>"),
            ("PropertyIsLessThan", "<"),
            ("PropertyIsGreaterThan", ">"),
            ("PropertyIsLessThanOrEqualTo", "<="),
            ("PropertyIsGreaterThanOrEqualTo", ">="),
        ):
            self.assertEqual(expressionOf(compared(name, "id", "2")), f'"id" {word} 2')

    def test_literalTypes(self) -> None:
        """A literal has the type of the attribute beside it; what does not fit stays a text."""
        for field, text, literal in (
            ("id", "2", "2"),
            ("id", "2.0", "2.0"),
            ("id", " 2 ", "2"),
            ("id", "4')); drop table point --", "'4'')); drop table point --'"),
            ("name", "2", "'2'"),
            ("name", "it's", "'it''s'"),
            ("height", "1e3", "1000.0"),
            ("height", "x", "'x'"),
            ("day", "2020-01-02", "to_date('2020-01-02')"),
            ("day", "x", "'x'"),
            ("moment", "2020-01-02T03:04:05Z", "to_datetime('2020-01-02T03:04:05.000')"),
            ("flag", "true", "TRUE"),
            ("flag", "0", "FALSE"),
            ("any", "5", "5"),
            ("any", "x", "'x'"),
        ):
            self.assertEqual(
                expressionOf(compared("PropertyIsEqualTo", field, text)), f'"{field}" = {literal}'
            )

    def test_turned(self) -> None:
        """The literal may stand first."""
        text = (
            "<PropertyIsLessThan><Literal>5</Literal><PropertyName>name</PropertyName></PropertyIsLessThan>"
        )
        self.assertEqual(expressionOf(text), "'5' < \"name\"")

    def test_names(self) -> None:
        """Prefixes, paths, published names, other cases."""
        for reference, name in (
            ("id", "id"),
            ("qgs:id", "id"),
            ("layer/id", "id"),
            ("qgs:layer/qgs:id", "id"),
            ("ID", "id"),
            ("my_field", "my field"),
        ):
            text = f"<PropertyIsNull><PropertyName>{reference}</PropertyName></PropertyIsNull>"
            self.assertEqual(expressionOf(text), f'"{name}" IS NULL')
        self.assertEqual(
            expressionOf("<PropertyIsNil><ValueReference>id</ValueReference></PropertyIsNil>"), '"id" IS NULL'
        )

    def test_unknownProperty(self) -> None:
        """An exception, never all and never nothing."""
        for name in ("nope", "", "id' OR 1=1", "@id", "id[1]", "count(id)"):
            for inner in (
                compared("PropertyIsEqualTo", name, "1"),
                f"<PropertyIsNull><PropertyName>{name}</PropertyName></PropertyIsNull>",
                f"<Or>{compared('PropertyIsEqualTo', 'id', '1')}{compared('PropertyIsEqualTo', name, '1')}</Or>",  # noqa: E501
                f"<Not>{compared('PropertyIsLike', name, '1')}</Not>",
            ):
                error = self.assertRaises(InvalidParameterValue, expressionOf, inner)
                self.assertEqual(error.code, "InvalidParameterValue")

    def test_matchCase(self) -> None:
        """Case may be ignored."""
        text = compared("PropertyIsEqualTo", "name", "Abc", "matchCase='false'")
        self.assertEqual(expressionOf(text), "lower(\"name\") = lower('Abc')")

    def test_between(self) -> None:
        """Both ends belong to it."""
        self.assertEqual(
            expressionOf(
                "<PropertyIsBetween><PropertyName>name</PropertyName><LowerBoundary><Literal>1</Literal></LowerBoundary>"
                "<UpperBoundary><Literal>5</Literal></UpperBoundary></PropertyIsBetween>"
            ),
            "\"name\" >= '1' AND \"name\" <= '5'",
        )

    def test_like(self) -> None:
        """Wildcards are those that the filter names."""
        for attributes, pattern, expected in (
            ("wildCard='*' singleChar='.' escapeChar='!'", "a*b.c", "'a%b_c'"),
            ("wildCard='*' singleChar='.' escape='!'", "a!*b!.c!!", "'a*b.c!'"),
            ("wildCard='%' singleChar='_' escapeChar='\\'", "a%b_c\\%", "'a%b_c\\\\%'"),
            ("wildCard='*' singleChar='#' escapeChar='!'", "50%_*", "'50\\\\%\\\\_%'"),
            ("", "a%_", "'a%_'"),
        ):
            text = compared("PropertyIsLike", "name", pattern, attributes)
            self.assertEqual(expressionOf(text), f'"name" LIKE {expected}')
        text = compared(
            "PropertyIsLike", "name", "a*", "wildCard='*' singleChar='.' escapeChar='!' matchCase='false'"
        )
        self.assertEqual(expressionOf(text), "\"name\" ILIKE 'a%'")

    @given(st.text(alphabet="a%_*.!\\", max_size=8), st.text(alphabet="a%_*.!\\", max_size=8))
    @settings(max_examples=300)
    def test_likeMeansTheSame(self, pattern: str, text: str) -> None:
        """A pattern with wildcards of its own matches what it should, character by character."""

        def matches(p: str, t: str) -> bool:
            if not p:
                return not t
            if p[0] == "!" and len(p) > 1:
                if p[1] in "*.!":
                    return t[:1] == p[1] and matches(p[2:], t[1:])
                return t[:2] == p[:2] and matches(p[2:], t[2:])
            if p[0] == "*":
                return any(matches(p[1:], t[k:]) for k in range(len(t) + 1))
            return bool(t) and p[0] in (".", t[0]) and matches(p[1:], t[1:])

        expression = Expression.binary(
            "LIKE", Expression.literal(text), Expression.literal(likePattern(pattern, "*", ".", "!"))
        )
        if (
            "\\*" not in pattern and "\\." not in pattern
        ):  # a backslash before a wildcard cannot be said in LIKE
            self.assertEqual(bool(expression.evaluateScalar()), matches(pattern, text), str(expression))

    def test_calculations(self) -> None:
        """Arithmetic and functions."""
        self.assertEqual(
            expressionOf(
                "<PropertyIsGreaterThan><Add><PropertyName>height</PropertyName><Mul><Literal>2</Literal>"
                "<PropertyName>id</PropertyName></Mul></Add><Literal>5</Literal></PropertyIsGreaterThan>"
            ),
            '"height" + 2 * "id" > 5',
        )
        self.assertEqual(
            expressionOf(
                "<PropertyIsEqualTo><Function name='Upper'><PropertyName>name</PropertyName></Function>"
                "<Literal>A</Literal></PropertyIsEqualTo>"
            ),
            "upper(\"name\") = 'A'",
        )
        for name in ("eval", "env", "nope", "file_exists", "upper' OR '"):
            self.assertRaises(
                InvalidParameterValue,
                expressionOf,
                f'<PropertyIsEqualTo><Function name="{name}"><Literal>1</Literal></Function><Literal>A</Literal></PropertyIsEqualTo>',  # noqa: E501
            )

    def test_temporal(self) -> None:
        """FES 2.0: after, before, during."""
        instant = (
            "<gml:TimeInstant><gml:timePosition>2020-01-02T00:00:00</gml:timePosition></gml:TimeInstant>"
        )
        period = (
            "<gml:TimePeriod><gml:beginPosition>2020-01-02</gml:beginPosition>"
            "<gml:endPosition>2020-02-03</gml:endPosition></gml:TimePeriod>"
        )
        moment = "to_datetime('2020-01-02T00:00:00.000')"
        for inner, expected in (
            (f"<After><ValueReference>moment</ValueReference>{instant}</After>", f'"moment" > {moment}'),
            (f"<Before><ValueReference>moment</ValueReference>{instant}</Before>", f'"moment" < {moment}'),
            (f"<TEquals><ValueReference>moment</ValueReference>{instant}</TEquals>", f'"moment" = {moment}'),
            (
                f"<During><ValueReference>day</ValueReference>{period}</During>",
                "\"day\" > to_date('2020-01-02') AND \"day\" < to_date('2020-02-03')",
            ),
        ):
            self.assertEqual(expressionOf(inner), expected)


class LogicTests(SynchronousTestCase):
    """And, Or, Not, ids."""

    one, two = compared("PropertyIsEqualTo", "id", "1"), compared("PropertyIsEqualTo", "name", "x")

    def test_joined(self) -> None:
        """As trees, brackets where they are needed."""
        self.assertEqual(expressionOf(f"<And>{self.one}{self.two}</And>"), '"id" = 1 AND "name" = \'x\'')
        self.assertEqual(
            expressionOf(f"<And><Or>{self.one}{self.two}</Or><Not>{self.one}</Not></And>"),
            '("id" = 1 OR "name" = \'x\') AND NOT "id" = 1',
        )

    def test_ids(self) -> None:
        """Of all versions."""
        for inner in (
            "<FeatureId fid='a.1'/><FeatureId fid='a.2'/>",
            "<GmlObjectId xmlns:g='http://www.opengis.net/gml' g:id='a.1'/><GmlObjectId xmlns:g='http://www.opengis.net/gml' g:id='a.2'/>",  # noqa: E501
            "<ResourceId rid='a.1'/><ResourceId rid='a.2'/>",
        ):
            root = etree.fromstring(f'<Filter xmlns="{OGC}">{inner}</Filter>')
            found = filterFromXml(root, TARGET)
            self.assertEqual((found.expression, found.ids), (None, ("a.1", "a.2")))

    def test_refused(self) -> None:
        """What is not understood never means all."""
        for inner in (
            "",
            "<Nope/>",
            "<And/>",
            "<Or/>",
            "<Not/>",
            f"<Not>{self.one}{self.two}</Not>",
            "<PropertyIsEqualTo/>",
            "<PropertyIsEqualTo><PropertyName>id</PropertyName></PropertyIsEqualTo>",
            f"<FeatureId fid='a.1'/>{self.one}",
            "<FeatureId/>",
            "<FeatureId fid=' '/>",
            "<And><FeatureId fid='a.1'/></And>",
            "<PropertyIsEqualTo><PropertyName>id</PropertyName><Literal><a/></Literal></PropertyIsEqualTo>",
            "<PropertyIsLike><PropertyName>id</PropertyName><PropertyName>id</PropertyName></PropertyIsLike>",
            "<PropertyIsBetween><PropertyName>id</PropertyName><Literal>1</Literal><Literal>2</Literal></PropertyIsBetween>",
            "<PropertyIsNull><PropertyName>id</PropertyName><PropertyName>id</PropertyName></PropertyIsNull>",
            "<Within><PropertyName>geometry</PropertyName></Within>",
            "<BBOX/>",
            "text",
        ):
            self.assertRaises(InvalidParameterValue, expressionOf, inner)
        self.assertRaises(InvalidParameterValue, filterFromXml, etree.fromstring("<Query/>"), TARGET)

    def test_bounds(self) -> None:
        """Depth and number of elements."""
        for inner in (
            "<Not>" * 60 + self.one + "</Not>" * 60,
            "<Or>" + self.one * 2000 + "</Or>",
            "<PropertyIsEqualTo><PropertyName>id</PropertyName>"
            + "<Add><Literal>1</Literal>" * 60
            + "<Literal>1</Literal>"
            + "</Add>" * 60
            + "</PropertyIsEqualTo>",
        ):
            start = time.process_time()
            self.assertRaises(InvalidParameterValue, expressionOf, inner)
            self.assertLess(time.process_time() - start, 1.0)
        self.assertEqual(expressionOf("<Not>" * 30 + self.one + "</Not>" * 30).count("NOT"), 30)

    def test_text(self) -> None:
        """A FILTER parameter: prefixes bound or not, XML or not."""
        for text in (
            f"<Filter>{self.one}</Filter>",
            f' <Filter xmlns="{OGC}">{self.one}</Filter>',
            "<ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>id</ogc:PropertyName><ogc:Literal>1</ogc:Literal>"
            "</ogc:PropertyIsEqualTo></ogc:Filter>",
            f'<fes:Filter xmlns:fes="{FES}"><fes:PropertyIsEqualTo><fes:ValueReference>id</fes:ValueReference>'  # noqa: E501
            "<fes:Literal>1</fes:Literal></fes:PropertyIsEqualTo></fes:Filter>",
        ):
            self.assertEqual(str(filterFromText(text, TARGET).expression), '"id" = 1')
        for text in (
            "",
            "x",
            "<Filter>",
            "<!DOCTYPE x [<!ENTITY a 'b'>]><Filter>&a;</Filter>",
            "<Filter>&x;</Filter>",
            "<a:b",
        ):
            self.assertRaises(OWSException, filterFromText, text, TARGET)

    @given(ELEMENTS)
    @settings(max_examples=500, deadline=None)
    def test_fuzz(self, text: str) -> None:
        """Any elements are a filter that says something, or an L{OWSException}."""
        try:
            found = filterFromXml(etree.fromstring(f"<Filter>{text}</Filter>"), TARGET)
        except OWSException:
            return
        self.assertTrue(found.ids or found.expression is not None)


class SpatialTests(SynchronousTestCase):
    """Geometries."""

    def setUp(self) -> None:
        points = shapely.points([[8.0, 44.0], [8.5, 44.5], [20.0, 60.0]])
        self.batch = FeatureBatch(
            np.arange(3), GeometryColumn.fromShapes(points), {name: pa.nulls(3) for name in TARGET.fields}
        )

    def selected(self, inner: str, target: FilterTarget = TARGET) -> list[int]:
        root = etree.fromstring(
            f'<Filter xmlns="{OGC}" xmlns:gml="http://www.opengis.net/gml">{inner}</Filter>'
        )
        found = filterFromXml(root, target)
        assert found.expression is not None
        return np.flatnonzero(found.expression.mask(self.batch)).tolist()

    envelope = "<gml:lowerCorner>{}</gml:lowerCorner><gml:upperCorner>{}</gml:upperCorner></gml:Envelope>"

    def test_boxes(self) -> None:
        """BBOX in all spellings of its CRS, with and without property."""
        for srs, low, high in (
            ("", "7 43", "8.2 44.2"),
            (" srsName='EPSG:4326'", "7 43", "8.2 44.2"),
            (" srsName='urn:ogc:def:crs:EPSG::4326'", "43 7", "44.2 8.2"),
            (" srsName='http://www.opengis.net/def/crs/EPSG/0/4326'", "43 7", "44.2 8.2"),
            (" srsName='http://www.opengis.net/gml/srs/epsg.xml#4326'", "7 43", "8.2 44.2"),
            (" srsName='EPSG:3857'", "800000 5400000", "900000 5500000"),
        ):
            for name in (
                "",
                "<PropertyName>geometry</PropertyName>",
                "<PropertyName>qgs:boundedBy</PropertyName>",
            ):
                inner = f"<BBOX>{name}<gml:Envelope{srs}>" + self.envelope.format(low, high) + "</BBOX>"
                self.assertEqual(self.selected(inner), [0], inner)

    def test_requestCrs(self) -> None:
        """Without srsName that of the request holds, its axes too."""
        inner = "<BBOX><gml:Envelope>" + self.envelope.format("43 7", "44.2 8.2") + "</BBOX>"
        target = FilterTarget(TARGET.fields, crs=TARGET.crs, requestCrs=(CRS.fromAuthid("EPSG:4326"), True))
        self.assertEqual(self.selected(inner, target), [0])
        mercator = FilterTarget(
            TARGET.fields, crs=TARGET.crs, requestCrs=(CRS.fromAuthid("EPSG:3857"), False)
        )
        inner = "<BBOX><gml:Envelope>" + self.envelope.format("800000 5400000", "900000 5500000") + "</BBOX>"
        self.assertEqual(self.selected(inner, mercator), [0])

    def test_relations(self) -> None:
        """Each relation."""
        area = (
            "<gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>7 43 9 43 9 45 7 45 7 43</gml:posList>"
            "</gml:LinearRing></gml:exterior></gml:Polygon>"
        )
        point = "<gml:Point><gml:pos>8 44</gml:pos></gml:Point>"
        for name, geometry, expected in (
            ("Intersects", area, [0, 1]),
            ("Within", area, [0, 1]),
            ("Disjoint", area, [2]),
            ("Contains", area, []),
            ("Touches", area, []),
            ("Crosses", area, []),
            ("Overlaps", area, []),
            ("Equals", point, [0]),
            ("Contains", point, [0]),
            ("Intersects", point, [0]),
        ):
            inner = f"<{name}><PropertyName>geometry</PropertyName>{geometry}</{name}>"
            self.assertEqual(self.selected(inner), expected, inner)

    def test_distances(self) -> None:
        """In units of the layer, or in those that are named."""
        point = "<gml:Point><gml:pos>8 44</gml:pos></gml:Point>"
        for name, distance, unit, expected in (
            ("DWithin", "1", "", [0, 1]),
            ("DWithin", "0.1", "", [0]),
            ("Beyond", "1", "", [2]),
            ("DWithin", "100", "units='km'", [0, 1]),
            ("DWithin", "1000", "uom='m'", [0]),
            ("DWithin", "1", "uom='deg'", [0, 1]),
            ("DWithin", "1000", "uom='urn:ogc:def:uom:EPSG::9001'", [0]),
        ):
            inner = f"<{name}><PropertyName>geometry</PropertyName>{point}<Distance {unit}>{distance}</Distance></{name}>"  # noqa: E501
            self.assertEqual(self.selected(inner), expected, inner)
        for distance, unit in (("x", ""), ("-1", ""), ("nan", ""), ("1", "uom='parsec'")):
            inner = f"<DWithin><PropertyName>geometry</PropertyName>{point}<Distance {unit}>{distance}</Distance></DWithin>"  # noqa: E501
            self.assertRaises(InvalidParameterValue, self.selected, inner)

    def test_boundingBox(self) -> None:
        """What an index can use."""
        box = "<BBOX><gml:Envelope>" + self.envelope.format("7 43", "8 44") + "</BBOX>"
        one = compared("PropertyIsEqualTo", "id", "1")
        for inner, bounds in (
            (box, (7, 43, 8, 44)),
            (f"<And>{one}{box}</And>", (7, 43, 8, 44)),
            (f"<Or>{one}{box}</Or>", None),
            (f"<Or>{box}{box.replace('7 43', '5 40')}</Or>", (5, 40, 8, 44)),
            (f"<Not>{box}</Not>", None),
            (box.replace("BBOX", "Disjoint"), None),
            (
                "<DWithin><PropertyName>geometry</PropertyName><gml:Point><gml:pos>1 2</gml:pos></gml:Point>"
                "<Distance>3</Distance></DWithin>",
                (-2, -1, 4, 5),
            ),
        ):
            root = etree.fromstring(
                f'<Filter xmlns="{OGC}" xmlns:gml="http://www.opengis.net/gml">{inner}</Filter>'
            )
            found = filterFromXml(root, TARGET).bbox
            self.assertEqual(found.bounds if found else None, bounds, inner)

    def test_refused(self) -> None:
        """Unknown CRS, unknown geometry, too many vertices."""
        for inner in (
            "<BBOX><PropertyName>id</PropertyName><gml:Envelope>"
            + self.envelope.format("1 2", "3 4")
            + "</BBOX>",
            "<BBOX><PropertyName>nope</PropertyName><gml:Envelope>"
            + self.envelope.format("1 2", "3 4")
            + "</BBOX>",
            "<BBOX><gml:Envelope srsName='EPSG:1'>" + self.envelope.format("1 2", "3 4") + "</BBOX>",
            "<BBOX><gml:Envelope>" + self.envelope.format("1 nan", "3 4") + "</BBOX>",
            "<Intersects><PropertyName>geometry</PropertyName><gml:LineString><gml:posList>"
            + "1 2 " * 100_001
            + "</gml:posList></gml:LineString></Intersects>",
            "<Intersects><PropertyName>geometry</PropertyName><gml:Arc/></Intersects>",
        ):
            self.assertRaises(InvalidParameterValue, self.selected, inner)
