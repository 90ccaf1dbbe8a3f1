"""GetFeature, from the request to the answer's bytes."""

from __future__ import annotations

import json
from dataclasses import replace

import pyarrow as pa
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.crs import CRS
from ogctwist.project.layers import FieldSettings, WfsPublication
from ogctwist.sources.query import SourceError
from tests.doubles.access import FixedAccess
from tests.services.wfs.served import PLACES, SPACES, ServedWfs, ids, points


class ServedCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.wfs = ServedWfs()
        self.wfs.add("my places", points(3), points(2, first=4))

    def features(self, **parameters) -> list[str]:
        """The numbers of the features that are found."""
        options = {"REQUEST": "GetFeature", "VERSION": "1.1.0", "TYPENAME": "my_places", **parameters}
        return [i.rpartition(".")[2] for i in ids(self.wfs.root(**options))]

    def refused(self, **parameters) -> tuple[int, str, str]:
        options = {"REQUEST": "GetFeature", "VERSION": "1.1.0", "TYPENAME": "my_places", **parameters}
        return self.wfs.refusal(**options)


class WhichTests(ServedCase):
    """Which features are found."""

    def test_all(self) -> None:
        """Without conditions all, in the order of the source, whatever the version."""
        for version in ("1.0.0", "1.1.0"):
            self.assertEqual(self.features(VERSION=version), ["1", "2", "3", "4", "5"])

    def test_page(self) -> None:
        """STARTINDEX and MAXFEATURES, in both versions."""
        self.assertEqual(self.features(STARTINDEX="1", MAXFEATURES="3"), ["2", "3", "4"])
        self.assertEqual(self.features(VERSION="1.0.0", STARTINDEX="4"), ["5"])
        self.assertEqual(self.features(MAXFEATURES="0"), [])

    def test_ids(self) -> None:
        """FEATUREID names type and number; what does not exist finds nothing."""
        self.assertEqual(self.features(FEATUREID="my_places.2,my_places.77,my_places.x"), ["2"])
        self.assertEqual(self.features(FEATUREID="my_places.4", TYPENAME=""), ["4"])
        self.assertEqual(self.features(FEATUREID="my_places.x"), [])

    def test_box(self) -> None:
        """BBOX: in the layer's system, in that of SRSNAME, in its own; axis order by the spelling."""
        self.assertEqual(self.features(BBOX="1.5,3.5,3.5,6.5"), ["2", "3"])
        self.assertEqual(
            self.features(BBOX="3.5,1.5,6.5,3.5", SRSNAME="urn:ogc:def:crs:EPSG::4326"), ["2", "3"]
        )
        self.assertEqual(self.features(BBOX="3.5,1.5,6.5,3.5,urn:ogc:def:crs:EPSG::4326"), ["2", "3"])
        box = "166979,389900,389619,725000,EPSG:3857"
        self.assertEqual(self.features(BBOX=box), ["2", "3"])

    def test_expression(self) -> None:
        """EXP_FILTER is an expression over the attributes."""
        self.assertEqual(self.features(EXP_FILTER="\"pop\" > 20 and name <> 'p4'"), ["3", "5"])
        self.assertEqual(self.features(EXP_FILTER="pop > 20", BBOX="0,0,4,8"), ["3", "4"])

    def test_filter(self) -> None:
        """FILTER is an OGC filter, with prefixes declared or not."""
        condition = (
            "<PropertyIsLessThan><PropertyName>pop</PropertyName><Literal>25</Literal></PropertyIsLessThan>"
        )
        self.assertEqual(self.features(FILTER=f"<Filter>{condition}</Filter>"), ["1", "2"])
        fids = '<ogc:Filter><ogc:FeatureId fid="my_places.3"/><ogc:FeatureId fid="5"/></ogc:Filter>'
        self.assertEqual(self.features(FILTER=fids), ["3", "5"])

    def test_order(self) -> None:
        """SORTBY in the ways that clients spell it."""
        for text in ("pop D", "pop DESC", "pop+D"):
            self.assertEqual(self.features(SORTBY=text), ["5", "4", "3", "2", "1"])
        self.assertEqual(self.features(SORTBY="name A,pop D", MAXFEATURES="2"), ["1", "2"])

    def test_severalTypes(self) -> None:
        """Features of one type after those of another; the page is shared out among them."""
        self.wfs.add("towns", points(3, first=10))
        both = "my_places,towns"
        self.assertEqual(self.features(TYPENAME=both), ["1", "2", "3", "4", "5", "10", "11", "12"])
        self.assertEqual(self.features(TYPENAME=both, STARTINDEX="3", MAXFEATURES="3"), ["4", "5", "10"])
        self.assertEqual(self.features(TYPENAME=both, STARTINDEX="6"), ["11", "12"])
        self.assertEqual(self.features(TYPENAME=both, EXP_FILTER="pop=10;pop>100"), ["1", "11", "12"])
        self.assertEqual(self.features(TYPENAME=both, SORTBY="pop D", MAXFEATURES="1"), ["5"])

    def test_post(self) -> None:
        """XML with several queries, each with its conditions."""
        body = b"""<wfs:GetFeature xmlns:wfs="http://www.opengis.net/wfs" xmlns:ogc="http://www.opengis.net/ogc"
            service="WFS" version="1.0.0" maxFeatures="3">
          <wfs:Query typeName="qgs:my_places"><ogc:PropertyName>name</ogc:PropertyName>
            <ogc:Filter><ogc:PropertyIsGreaterThan><ogc:PropertyName>pop</ogc:PropertyName>
              <ogc:Literal>30</ogc:Literal></ogc:PropertyIsGreaterThan></ogc:Filter>
            <ogc:SortBy><ogc:SortProperty><ogc:PropertyName>name</ogc:PropertyName>
              <ogc:SortOrder>DESC</ogc:SortOrder></ogc:SortProperty></ogc:SortBy></wfs:Query>
          <wfs:Query typeName="my_places"><ogc:Filter><ogc:BBOX><ogc:PropertyName>geometry</ogc:PropertyName>
            <gml:Envelope xmlns:gml="http://www.opengis.net/gml"><gml:lowerCorner>0 0</gml:lowerCorner>
              <gml:upperCorner>9 5</gml:upperCorner></gml:Envelope></ogc:BBOX></ogc:Filter></wfs:Query>
        </wfs:GetFeature>"""
        root = self.wfs.root(body)
        self.assertEqual(ids(root), ["my_places.5", "my_places.4", "my_places.1"])
        first, _second, third = root.findall("gml:featureMember/qgs:my_places", SPACES)
        self.assertEqual([e.tag.rpartition("}")[2] for e in first], ["name"])
        self.assertEqual(
            [e.tag.rpartition("}")[2] for e in third], ["boundedBy", "geometry", "fid", "name", "pop"]
        )

    def test_hits(self) -> None:
        """RESULTTYPE=hits: the number, within MAXFEATURES, and the time."""
        self.wfs.double.clock.advance(86400)
        for limit, number in (("", "5"), ("2", "2")):
            root = self.wfs.root(
                REQUEST="GetFeature", TYPENAME="my_places", RESULTTYPE="hits", MAXFEATURES=limit
            )
            self.assertEqual(root.get("numberOfFeatures"), number)
            self.assertEqual(root.get("timeStamp"), "1970-01-02T00:00:00Z")
            self.assertEqual(len(root), 0)
        answer = self.wfs.get(
            REQUEST="GetFeature", TYPENAME="my_places", RESULTTYPE="hits", OUTPUTFORMAT="geojson"
        )
        self.assertEqual(json.loads(answer.body)["numberOfFeatures"], 5)


class WhatTests(ServedCase):
    """What is written of them."""

    def names(self, **parameters) -> list[str]:
        options = {"REQUEST": "GetFeature", "TYPENAME": "my_places", "MAXFEATURES": "1", **parameters}
        (feature,) = self.wfs.root(**options).findall("gml:featureMember/*", SPACES)
        return [element.tag.rpartition("}")[2] for element in feature]

    def test_properties(self) -> None:
        """PROPERTYNAME: those, in that order; the geometry is one of them; C{*} is all."""
        self.assertEqual(self.names(PROPERTYNAME="pop,name"), ["pop", "name"])
        self.assertEqual(self.names(PROPERTYNAME="qgs:pop,geometry"), ["boundedBy", "geometry", "pop"])
        everything = ["boundedBy", "geometry", "fid", "name", "pop"]
        self.assertEqual(self.names(PROPERTYNAME="*"), everything)
        self.assertEqual(self.names(PROPERTYNAME="(name)"), ["name"])

    def test_excluded(self) -> None:
        """An attribute that the project excludes from WFS is not there, nor can it be asked about."""
        secret = FieldSettings("pop", excludeWfs=True)
        self.wfs.add("secretive", points(1), fields=(secret,))
        self.assertEqual(self.names(TYPENAME="secretive"), ["boundedBy", "geometry", "fid", "name"])
        for parameters in ({"PROPERTYNAME": "pop"}, {"EXP_FILTER": "pop=10"}, {"SORTBY": "pop"}):
            status, code, _text = self.refused(TYPENAME="secretive", **parameters)
            self.assertEqual((status, code), (400, "InvalidParameterValue"), parameters)

    def test_geometryName(self) -> None:
        """GEOMETRYNAME: extent, centroid, none."""
        self.assertEqual(self.names(GEOMETRYNAME="none"), ["fid", "name", "pop"])
        root = self.wfs.root(
            REQUEST="GetFeature", TYPENAME="my_places", MAXFEATURES="1", GEOMETRYNAME="extent"
        )
        self.assertIsNotNone(root.find(".//gml:Polygon", SPACES))

    def test_formats(self) -> None:
        """Every name of every format; the version's own by default."""
        types = {
            "text/xml; subtype=gml/2.1.2; charset=utf-8": ("GML2", "text/xml; subtype=gml/2.1.2"),
            "text/xml; subtype=gml/3.1.1; charset=utf-8": ("", "gml3", "text/xml; subtype=gml/3.1.1"),
            "application/vnd.geo+json; charset=utf-8": (
                *("GeoJSON", "application/json", "application/geo+json"),
                *("application/vnd.geo+json", "application/vnd.geo json"),
            ),
            "text/csv; charset=utf-8; header=present": ("csv", "text/csv"),
        }
        for contentType, names in types.items():
            for name in names:
                answer = self.wfs.get(
                    REQUEST="GetFeature", VERSION="1.1.0", TYPENAME="my_places", OUTPUTFORMAT=name
                )
                self.assertEqual(answer.headers["Content-Type"], contentType, name)

    def test_widgets(self) -> None:
        """A range widget fixes digits in GML."""
        widget = FieldSettings("pop").editWidget
        settings = FieldSettings("pop", editWidget=replace(widget, kind="Range", config={"Precision": "2"}))
        self.wfs.add("ranged", points(1), fields=(settings,))
        root = self.wfs.root(REQUEST="GetFeature", TYPENAME="ranged")
        self.assertEqual(root.findtext(".//qgs:pop", namespaces=SPACES), "10.00")


class WhereTests(ServedCase):
    """Reference systems, axes, digits and boxes of the answer."""

    def answer(self, **parameters):
        options = {
            "REQUEST": "GetFeature", "VERSION": "1.1.0", "TYPENAME": "my_places", "MAXFEATURES": "1",
            **parameters,
        }  # fmt: skip
        return self.wfs.root(**options)

    def test_axisOrder(self) -> None:
        """The spelling of SRSNAME decides; without it 1.1.0 follows the authority, 1.0.0 does not."""
        cases = [
            ({}, "EPSG:4326", "2 1"),
            ({"SRSNAME": "EPSG:4326"}, "EPSG:4326", "1 2"),
            ({"SRSNAME": "urn:ogc:def:crs:EPSG::4326"}, "urn:ogc:def:crs:EPSG::4326", "2 1"),
            ({"SRSNAME": "urn:ogc:def:crs:OGC:1.3:CRS84"}, "urn:ogc:def:crs:OGC:1.3:CRS84", "1 2"),
            ({"VERSION": "1.0.0", "OUTPUTFORMAT": "GML3"}, "EPSG:4326", "1 2"),
        ]
        for parameters, name, text in cases:
            root = self.answer(**parameters)
            point = root.find(".//gml:Point", SPACES)
            self.assertEqual((point.get("srsName"), point[0].text), (name, text))
            corners = root.findall("gml:boundedBy/gml:Envelope/*", SPACES)
            wanted = ["2 1", "10 5"] if text == "2 1" else ["1 2", "5 10"]
            self.assertEqual([corner.text for corner in corners], wanted)

    def test_gml2(self) -> None:
        """GML 2 has x first and a short name, however the request spells it; its box stays the layer's."""
        root = self.answer(VERSION="1.0.0", SRSNAME="urn:ogc:def:crs:EPSG::3857")
        point = root.find(".//gml:Point", SPACES)
        self.assertEqual((point.get("srsName"), point[0].text), ("EPSG:3857", "111319.491,222684.209"))
        box = root.find("gml:boundedBy/gml:Box", SPACES)
        self.assertEqual((box.get("srsName"), box[0].text), ("EPSG:4326", "1,2 5,10"))

    def test_boundsOfBox(self) -> None:
        """An answer that is limited to a box has that box as its bounds."""
        root = self.answer(BBOX="0,0,7,7", SRSNAME="EPSG:4326")
        self.assertEqual([e.text for e in root.find("gml:boundedBy/gml:Envelope", SPACES)], ["0 0", "7 7"])

    def test_boundsOfSeveral(self) -> None:
        """Several types: their extents together, in degrees."""
        self.wfs.add("towns", points(1, first=50))
        root = self.answer(TYPENAME="my_places,towns", VERSION="1.0.0")
        self.assertEqual(root.findtext("gml:boundedBy/gml:Box/*", namespaces=SPACES), "1,2 50,100")

    def test_digits(self) -> None:
        """Degrees made of metres have three digits more, at most six."""
        mercator = CRS.fromAuthid("EPSG:3857")
        self.wfs.add("metres", points(1), crs=mercator, wfs=WfsPublication(published=True, precision=2))
        root = self.answer(TYPENAME="metres", SRSNAME="EPSG:4326")
        self.assertEqual(root.findtext(".//gml:pos", namespaces=SPACES), "0.00001 0.00002")

    def test_geojson(self) -> None:
        """GeoJSON is in degrees, longitude first, whatever SRSNAME says."""
        answer = self.wfs.get(
            REQUEST="GetFeature", TYPENAME="my_places", OUTPUTFORMAT="geojson", SRSNAME="EPSG:3857"
        )
        document = json.loads(answer.body)
        self.assertEqual(document["features"][0]["geometry"]["coordinates"], [1, 2])
        self.assertEqual(document["bbox"], [1, 2, 5, 10])

    def test_empty(self) -> None:
        """A layer without features or geometry has no bounds, and answers all the same."""
        self.wfs.add("nothing")
        table = replace(PLACES, wkbType="NoGeometry", geometryName="")
        self.wfs.add("table", points(1).withGeometry(None), schema=table, crs=None, extent=None)
        self.assertIsNone(self.answer(TYPENAME="nothing").find("gml:boundedBy", SPACES))
        self.assertIsNotNone(
            self.answer(TYPENAME="nothing", VERSION="1.0.0").find("gml:boundedBy/gml:null", SPACES)
        )
        root = self.answer(TYPENAME="table")
        self.assertEqual(ids(root), ["table.1"])
        answer = self.wfs.get(REQUEST="GetFeature", TYPENAME="nothing", OUTPUTFORMAT="geojson")
        self.assertEqual(json.loads(answer.body), {"type": "FeatureCollection", "features": []})

    def test_schemaLocation(self) -> None:
        """It is the last thing on its line, and names where the schema of the types is."""
        first = self.wfs.get(REQUEST="GetFeature", VERSION="1.0.0", TYPENAME="my_places").body.split(b"\n")[0]
        self.assertTrue(
            first.endswith(
                b"http://www.qgis.org/gml http://maps.example.org/?SERVICE=WFS&amp;VERSION=1.0.0"
                b'&amp;REQUEST=DescribeFeatureType&amp;TYPENAME=my_places&amp;OUTPUTFORMAT=XMLSCHEMA">'
            ),
            first,
        )


class RefusedTests(ServedCase):
    """What makes no sense is refused; it never means all."""

    def test_values(self) -> None:
        """Values that cannot be read, names that there are not."""
        cases = [
            ({"TYPENAME": "nosuch"}, "RequestNotWellFormed"),
            ({"TYPENAME": "my_places,nosuch"}, "RequestNotWellFormed"),
            ({"TYPENAME": ""}, "RequestNotWellFormed"),
            ({"TYPENAME": "MY_PLACES"}, "RequestNotWellFormed"),
            ({"PROPERTYNAME": "nosuch"}, "InvalidParameterValue"),
            ({"PROPERTYNAME": "(name)(pop)"}, "RequestNotWellFormed"),
            ({"SORTBY": "nosuch"}, "InvalidParameterValue"),
            ({"SRSNAME": "EPSG:99999"}, "InvalidParameterValue"),
            ({"SRSNAME": "nonsense"}, "InvalidParameterValue"),
            ({"OUTPUTFORMAT": "nosuch"}, "InvalidParameterValue"),
            ({"RESULTTYPE": "nosuch"}, "RequestNotWellFormed"),
            ({"MAXFEATURES": "many"}, "Invalid Parameter"),
            ({"MAXFEATURES": "-1"}, "Invalid Parameter"),
            ({"STARTINDEX": "-1"}, "Invalid Parameter"),
            ({"BBOX": "1,2,3"}, "Invalid Parameter"),
            ({"BBOX": "1,2,3,nan"}, "Invalid Parameter"),
            ({"BBOX": "5,5,1,1"}, "Invalid Parameter"),
            ({"BBOX": "1,2,3,4,EPSG:99999"}, "InvalidParameterValue"),
            ({"FEATUREID": "7"}, "RequestNotWellFormed"),
            ({"FEATUREID": "nosuch.7"}, "RequestNotWellFormed"),
            ({"FEATUREID": "my_places.1", "BBOX": "1,2,3,4"}, "RequestNotWellFormed"),
            ({"FILTER": "<Filter/>", "BBOX": "1,2,3,4"}, "RequestNotWellFormed"),
            ({"FILTER": "<Filter><Nonsense/></Filter>"}, "InvalidParameterValue"),
            ({"FILTER": "nonsense"}, "RequestNotWellFormed"),
            ({"EXP_FILTER": "name = "}, "RequestNotWellFormed"),
            ({"EXP_FILTER": "nosuch = 1"}, "InvalidParameterValue"),
            ({"EXP_FILTER": "nosuch(1)"}, "RequestNotWellFormed"),
        ]
        for parameters, code in cases:
            self.assertEqual(self.refused(**parameters)[:2], (400, code), parameters)

    def test_unpublished(self) -> None:
        """A layer that is not published is as good as none."""
        self.wfs.add("hidden", points(1), wfs=WfsPublication(published=False))
        self.assertEqual(self.refused(TYPENAME="hidden")[1], "RequestNotWellFormed")
        self.assertEqual(self.refused(FEATUREID="hidden.1")[1], "RequestNotWellFormed")

    def test_documents(self) -> None:
        """Documents that are no request."""
        cases = [
            b"<wfs:GetFeature xmlns:wfs='http://www.opengis.net/wfs' service='WFS'/>",
            b"<GetFeature service='WFS'><Query/></GetFeature>",
            b"<GetFeature service='WFS'><Query typeName='a,b'/></GetFeature>",
            b"<GetFeature service='WFS'><Query typeName='my_places'><Filter/><Filter/></Query></GetFeature>",
        ]
        for body in cases:
            self.assertEqual(self.wfs.refusal(body)[:2], (400, "RequestNotWellFormed"), body)

    def test_manyTypes(self) -> None:
        """A request has so many queries and no more."""
        self.assertEqual(self.refused(TYPENAME=",".join(["my_places"] * 201))[0], 400)

    def test_broken(self) -> None:
        """A source that fails is told of without its words; what the log says is another matter."""
        layer = self.wfs.add("broken")
        self.wfs.layers.broken[layer.id] = SourceError("/secret/path")
        status, code, text = self.refused(TYPENAME="broken")
        self.assertEqual((status, code), (500, "NoApplicableCode"))
        self.assertNotIn("secret", text)


class AccessTests(ServedCase):
    """What access control takes away."""

    def restrict(self, **options) -> FixedAccess:
        access = FixedAccess(**options)
        self.wfs.double.interface.registerAccessControl(access, 0)
        return access

    def test_denied(self) -> None:
        """A layer that may not be read: 403, whatever else is asked for."""
        from ogctwist.access.permissions import LayerPermissions

        self.wfs.add("towns", points(1))
        self.restrict(permissions=lambda layer: LayerPermissions(canRead=layer.name != "towns"))
        self.assertEqual(self.refused(TYPENAME="towns")[:2], (403, "Security"))
        self.assertEqual(self.refused(TYPENAME="my_places,towns")[:2], (403, "Security"))
        self.assertEqual(len(self.features()), 5)

    def test_rows(self) -> None:
        """Hidden rows do not exist: not in answers, counts, pages or bounds."""
        self.restrict(expression="pop > 30")
        self.assertEqual(self.features(), ["4", "5"])
        self.assertEqual(self.features(STARTINDEX="1"), ["5"])
        self.assertEqual(self.features(FEATUREID="my_places.1"), [])
        root = self.wfs.root(REQUEST="GetFeature", TYPENAME="my_places", VERSION="1.0.0")
        # what the project says of the layer, not what its hidden rows are
        self.assertEqual(root.findtext("gml:boundedBy/gml:Box/*", namespaces=SPACES), "0,0 10,20")
        hits = self.wfs.root(REQUEST="GetFeature", TYPENAME="my_places", RESULTTYPE="hits")
        self.assertEqual(hits.get("numberOfFeatures"), "2")

    def test_attributes(self) -> None:
        """A hidden attribute does not exist: not in answers, filters, orders or lists."""
        self.restrict(attributes=lambda layer, names: [name for name in names if name != "pop"])
        (feature,) = self.wfs.root(REQUEST="GetFeature", TYPENAME="my_places", MAXFEATURES="1").findall(
            "gml:featureMember/*", SPACES
        )
        self.assertNotIn("pop", [element.tag.rpartition("}")[2] for element in feature])
        for parameters in (
            {"PROPERTYNAME": "pop"},
            {"EXP_FILTER": "pop = 10"},
            {"SORTBY": "pop"},
            {"FILTER": "<Filter><PropertyIsNull><PropertyName>pop</PropertyName></PropertyIsNull></Filter>"},
        ):
            known, unknown = self.refused(**parameters), self.refused(**_renamed(parameters))
            self.assertEqual(known[:2], (400, "InvalidParameterValue"))
            self.assertEqual(known[2].replace("pop", "zzz"), unknown[2])


def _renamed(parameters: dict[str, str]) -> dict[str, str]:
    return {name: value.replace("pop", "zzz") for name, value in parameters.items()}


class LargeTests(ServedCase):
    """Batches that become several chunks."""

    def test_everyRowOnce(self) -> None:
        """Rows are neither lost nor doubled where batches are cut into chunks."""
        self.wfs.add("many", points(1300), points(512, first=1301), points(1, first=1813))
        numbers = [int(number) for number in self.features(TYPENAME="many")]
        self.assertEqual(numbers, list(range(1, 1814)))

    def test_types(self) -> None:
        """Columns of nothing but nulls are nil."""
        empty = points(2).withColumns(
            {"fid": pa.array([1, 2]), "name": pa.nulls(2, pa.string()), "pop": pa.nulls(2, pa.int32())}
        )
        self.wfs.add("hollow", empty)
        root = self.wfs.root(REQUEST="GetFeature", TYPENAME="hollow")
        nil = "{http://www.w3.org/2001/XMLSchema-instance}nil"
        self.assertEqual([e.get(nil) for e in root.iterfind(".//qgs:name", SPACES)], ["true", "true"])
