"""WFS 2.0: collections, pages, values and the stored query."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.layers import LayerDescription, MetadataUrl, WfsPublication
from ogctwist.services.wfs.editing import Editing
from tests.doubles.access import FixedAccess
from tests.doubles.features import ImmediatePool
from tests.services.wfs.served import EditedInMemory, ServedWfs, points, waited

SPACES = {
    "wfs": "http://www.opengis.net/wfs/2.0",
    "gml": "http://www.opengis.net/gml/3.2",
    "fes": "http://www.opengis.net/fes/2.0",
    "ows": "http://www.opengis.net/ows/1.1",
    "qgs": "http://www.qgis.org/gml",
    "xlink": "http://www.w3.org/1999/xlink",
}
ID = f"{{{SPACES['gml']}}}id"
BY_ID = "urn:ogc:def:query:OGC-WFS::GetFeatureById"


class TwoCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.wfs = ServedWfs()
        self.wfs.add("my places", points(5))
        self.wfs.add("others", points(3))

    def features(self, body: bytes = b"", **parameters: str) -> etree._Element:
        options = {} if body else {"REQUEST": "GetFeature", "VERSION": "2.0.0"}
        return self.wfs.root(body, **{**options, **parameters})


def ids(root: etree._Element) -> list[str]:
    return [feature.get(ID) for feature in root.iterfind("wfs:member/qgs:*", SPACES)]


def counts(root: etree._Element) -> tuple[str | None, str | None]:
    return root.get("numberMatched"), root.get("numberReturned")


def query(link: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}


class GetFeatureTests(TwoCase):
    def test_collection(self) -> None:
        """GML 3.2 with numbers and latitude first."""
        delivery = self.wfs.get(REQUEST="GetFeature", VERSION="2.0.2", TYPENAMES="qgs:my_places")
        self.assertEqual(delivery.headers["Content-Type"], "application/gml+xml; version=3.2")
        root = etree.fromstring(delivery.body)
        self.assertEqual(root.tag, f"{{{SPACES['wfs']}}}FeatureCollection")
        self.assertEqual(counts(root), ("5", "5"))
        self.assertTrue(root.get("timeStamp").endswith("Z"))
        self.assertEqual(ids(root), [f"my_places.{i}" for i in range(1, 6)])
        point = root.find(".//gml:Point", SPACES)
        self.assertEqual(point.get("srsName"), "urn:ogc:def:crs:EPSG::4326")
        self.assertEqual(point.findtext("gml:pos", namespaces=SPACES), "2 1")

    def test_pages(self) -> None:
        """Following the links one meets each feature once, and comes back."""
        root = self.features(TYPENAMES="my_places", COUNT="2", STARTINDEX="0", EXP_FILTER="pop > 10")
        self.assertIsNone(root.get("previous"))
        seen = ids(root)
        while root.get("next"):
            last = root
            root = self.features(**{k: v for k, v in query(root.get("next")).items() if k != "SERVICE"})
            seen += ids(root)
            back = self.features(**{k: v for k, v in query(root.get("previous")).items() if k != "SERVICE"})
            self.assertEqual(ids(back), ids(last))
        self.assertEqual(seen, [f"my_places.{i}" for i in range(2, 6)])
        self.assertEqual(counts(root), ("4", "2"))

    def test_noLinks(self) -> None:
        """Nothing before or after the whole; and a posted request has no URL."""
        root = self.features(TYPENAMES="my_places")
        self.assertEqual((root.get("next"), root.get("previous")), (None, None))
        body = self.document('<wfs:Query typeNames="others"/>', 'count="1"')
        self.assertIsNone(self.features(body).get("next"))

    def test_hits(self) -> None:
        root = self.features(TYPENAMES="my_places", RESULTTYPE="hits")
        self.assertEqual(counts(root), ("5", "0"))
        self.assertEqual(len(root), 0)
        self.assertNotIn("RESULTTYPE", query(root.get("next")))

    def test_severalQueries(self) -> None:
        """A collection for each, the page shared out among them."""
        for start, count, shares in ((0, 10, [5, 3]), (0, 2, [2, 0]), (4, 3, [1, 2]), (6, 5, [0, 2])):
            root = self.features(TYPENAMES="my_places,others", COUNT=str(count), STARTINDEX=str(start))
            self.assertEqual(counts(root), ("8", str(sum(shares))))
            inner = root.findall("wfs:member/wfs:FeatureCollection", SPACES)
            self.assertEqual([counts(part) for part in inner], [("5", str(shares[0])), ("3", str(shares[1]))])
            self.assertEqual([len(ids(part)) for part in inner], shares)

    def document(self, inner: str, attributes: str = "") -> bytes:
        return (
            f'<wfs:GetFeature xmlns:wfs="{SPACES["wfs"]}" xmlns:fes="{SPACES["fes"]}" service="WFS" '
            f'version="2.0.0" {attributes}>{inner}</wfs:GetFeature>'
        ).encode()

    def test_document(self) -> None:
        """Filter Encoding 2.0 in a posted request."""
        body = self.document(
            '<wfs:Query typeNames="qgs:my_places" xmlns:qgs="x"><wfs:PropertyName>name</wfs:PropertyName>'
            "<fes:Filter><fes:PropertyIsGreaterThan><fes:ValueReference>pop</fes:ValueReference>"
            "<fes:Literal>20</fes:Literal></fes:PropertyIsGreaterThan></fes:Filter><fes:SortBy>"
            "<fes:SortProperty><fes:ValueReference>pop</fes:ValueReference><fes:SortOrder>DESC</fes:SortOrder>"
            "</fes:SortProperty></fes:SortBy></wfs:Query>"
        )
        root = self.features(body)
        self.assertEqual(ids(root), ["my_places.5", "my_places.4", "my_places.3"])
        feature = root.find("wfs:member/qgs:my_places", SPACES)
        self.assertEqual([etree.QName(e).localname for e in feature][-1], "name")

    def test_resourceIds(self) -> None:
        root = self.features(RESOURCEID="my_places.2,others.3")
        inner = root.findall("wfs:member/wfs:FeatureCollection", SPACES)
        self.assertEqual([ids(part) for part in inner], [["my_places.2"], ["others.3"]])

    def test_axisOrder(self) -> None:
        """A box without a system is in the layer's URN's; with one in that."""
        for box, found in (
            ("4,2,6,3", [2, 3]),
            ("4,2,6,3,urn:ogc:def:crs:EPSG::4326", [2, 3]),
            ("2,4,3,6,EPSG:4326", [2, 3]),
        ):
            root = self.features(TYPENAMES="my_places", BBOX=box)
            self.assertEqual(ids(root), [f"my_places.{i}" for i in found])

    def test_otherFormats(self) -> None:
        """Those of the older versions, as they were; 2.0's in an older version."""
        root = self.features(TYPENAMES="others", OUTPUTFORMAT="gml3")
        self.assertEqual(root.tag, "{http://www.opengis.net/wfs}FeatureCollection")
        root = self.features(
            TYPENAMES="others", OUTPUTFORMAT="application/gml+xml; version=3.2", VERSION="1.1.0"
        )
        self.assertEqual(counts(root), ("3", "3"))
        delivery = self.wfs.get(
            REQUEST="GetFeature", VERSION="2.0.0", TYPENAMES="others", OUTPUTFORMAT="json"
        )
        self.assertIn("geo+json", delivery.headers["Content-Type"])

    def test_refused(self) -> None:
        for parameters, code in (
            ({"TYPENAMES": "nix"}, "OperationParsingFailed"),
            ({"TYPENAMES": "others", "ALIASES": "a"}, "OptionNotSupported"),
            ({"TYPENAMES": "others", "RESOLVE": "remote"}, "OptionNotSupported"),
            ({"STOREDQUERY_ID": "nix"}, "InvalidParameterValue"),
            ({"STOREDQUERY_ID": BY_ID}, "MissingParameterValue"),
            ({"STOREDQUERY_ID": BY_ID, "ID": "7"}, "NotFound"),
            ({"STOREDQUERY_ID": BY_ID, "ID": "others.77"}, "NotFound"),
            ({"STOREDQUERY_ID": BY_ID, "ID": "nix.1"}, "OperationParsingFailed"),
        ):
            refusal = self.wfs.refusal(REQUEST="GetFeature", VERSION="2.0.0", **parameters)
            self.assertEqual(refusal[1], code, parameters)


class StoredQueryTests(TwoCase):
    def test_byId(self) -> None:
        """The feature itself is the document."""
        root = self.features(STOREDQUERY_ID=BY_ID, ID="others.2")
        self.assertEqual((root.tag, root.get(ID)), (f"{{{SPACES['qgs']}}}others", "others.2"))

    def test_document(self) -> None:
        body = (
            f'<wfs:GetFeature xmlns:wfs="{SPACES["wfs"]}" service="WFS" version="2.0.0"><wfs:StoredQuery '
            f'id="{BY_ID}"><wfs:Parameter name="ID">others.2</wfs:Parameter></wfs:StoredQuery>'
            "</wfs:GetFeature>"
        )
        self.assertEqual(self.features(body.encode()).get(ID), "others.2")

    def test_invisible(self) -> None:
        """What access control hides is not found."""
        self.wfs.double.interface.registerAccessControl(FixedAccess(expression="pop <> 20"), 0)
        parameters = {"REQUEST": "GetFeature", "VERSION": "2.0.0", "STOREDQUERY_ID": BY_ID}
        self.assertEqual(self.wfs.refusal(**parameters, ID="others.2")[:2], (404, "NotFound"))

    def test_lists(self) -> None:
        root = self.wfs.root(REQUEST="ListStoredQueries", VERSION="2.0.0")
        (listed,) = root.findall("wfs:StoredQuery", SPACES)
        self.assertEqual(listed.get("id"), BY_ID)
        types = [e.text for e in listed.iterfind("wfs:ReturnFeatureType", SPACES)]
        self.assertEqual(types, ["qgs:my_places", "qgs:others"])
        root = self.wfs.root(REQUEST="DescribeStoredQueries", VERSION="2.0.0", STOREDQUERY_ID=BY_ID)
        (parameter,) = root.iterfind("wfs:StoredQueryDescription/wfs:Parameter", SPACES)
        self.assertEqual((parameter.get("name"), parameter.get("type")), ("ID", "xsd:string"))
        refusal = self.wfs.refusal(REQUEST="DescribeStoredQueries", VERSION="2.0.0", STOREDQUERY_ID="nix")
        self.assertEqual(refusal[1], "InvalidParameterValue")

    def test_onlyInTwo(self) -> None:
        """Older versions have none of that."""
        for name in ("ListStoredQueries", "DescribeStoredQueries", "GetPropertyValue"):
            self.assertEqual(self.wfs.refusal(REQUEST=name, VERSION="1.1.0")[1], "OperationNotSupported")


class GetPropertyValueTests(TwoCase):
    def values(self, reference: str, **parameters: str) -> etree._Element:
        return self.wfs.root(
            REQUEST="GetPropertyValue",
            VERSION="2.0.0",
            **{"TYPENAMES": "others", "VALUEREFERENCE": reference, **parameters},
        )

    def texts(self, reference: str, **parameters: str) -> list[Any]:
        return ["".join(e.itertext()) for e in self.values(reference, **parameters)]

    def test_attributes(self) -> None:
        for reference in ("name", "qgs:name", "qgs:others/qgs:name", "valueOf(name)"):
            self.assertEqual(self.texts(reference), ["p1", "p2", "p3"])
        root = self.values("pop", COUNT="2", STARTINDEX="1")
        self.assertEqual(([e.text for e in root], counts(root)), (["20", "30"], ("3", "2")))

    def test_others(self) -> None:
        self.assertEqual(self.texts("geometry"), ["2 1", "4 2", "6 3"])
        self.assertEqual(self.texts("@gml:id"), ["others.1", "others.2", "others.3"])

    def test_nothing(self) -> None:
        """What is NULL has no value, and is not counted; others' values are not told."""
        self.wfs.add("gaps", points(3), points(1, 7).withGeometry(None))
        self.assertEqual(counts(self.values("geometry", TYPENAMES="gaps")), ("3", "3"))
        hits = self.values("name", RESULTTYPE="hits")
        self.assertEqual((len(hits), counts(hits)), (0, ("3", "0")))

    def test_refused(self) -> None:
        for reference, code in (
            ("", "MissingParameterValue"),
            ("nix", "InvalidParameterValue"),
            ("name[1]", "InvalidParameterValue"),
            ("@nix", "InvalidParameterValue"),
            ("count(name)", "InvalidParameterValue"),
        ):
            refusal = self.wfs.refusal(
                REQUEST="GetPropertyValue", VERSION="2.0.0", TYPENAMES="others", VALUEREFERENCE=reference
            )
            self.assertEqual(refusal[1], code, reference)
        self.assertEqual(
            self.wfs.refusal(
                REQUEST="GetPropertyValue",
                VERSION="2.0.0",
                TYPENAMES="others,my_places",
                VALUEREFERENCE="name",
            )[1],
            "OperationParsingFailed",
        )

    def test_hidden(self) -> None:
        access = FixedAccess(attributes=lambda layer, names: [n for n in names if n != "pop"])
        self.wfs.double.interface.registerAccessControl(access, 0)
        refusal = self.wfs.refusal(
            REQUEST="GetPropertyValue", VERSION="2.0.0", TYPENAMES="others", VALUEREFERENCE="pop"
        )
        self.assertEqual(refusal[0], 400)

    def test_document(self) -> None:
        body = (
            f'<wfs:GetPropertyValue xmlns:wfs="{SPACES["wfs"]}" service="WFS" version="2.0.0" '
            'valueReference="name" count="1"><wfs:Query typeNames="others"/></wfs:GetPropertyValue>'
        )
        self.assertEqual([e.text for e in self.wfs.root(body.encode())], ["p1"])


class CapabilitiesTests(SynchronousTestCase):
    def document(self, editing: bool = False) -> etree._Element:
        wfs = ServedWfs(editing=Editing(ImmediatePool(), EditedInMemory(), waited) if editing else None)
        description = LayerDescription(keywords="a, b", metadataUrls=(MetadataUrl("http://meta.example/"),))
        rights = WfsPublication(published=True, insert=True)
        wfs.add("1 my places", points(1), description=description, wfs=rights)
        wfs.add("table", crs=None, extent=None, wkbType="NoGeometry")
        return wfs.root(REQUEST="GetCapabilities", VERSION="2.0.0")

    def test_types(self) -> None:
        """Names are qualified, systems are URNs."""
        first, second = self.document().iterfind(".//wfs:FeatureType", SPACES)
        self.assertEqual(first.findtext("wfs:Name", namespaces=SPACES), "qgs:_1_my_places")
        self.assertEqual(first.findtext("wfs:DefaultCRS", namespaces=SPACES), "urn:ogc:def:crs:EPSG::4326")
        self.assertEqual(first.findtext("wfs:OtherCRS", namespaces=SPACES), "urn:ogc:def:crs:EPSG::3857")
        self.assertEqual(
            first.find("wfs:MetadataURL", SPACES).get(f"{{{SPACES['xlink']}}}href"), "http://meta.example/"
        )
        self.assertEqual(first.findtext("ows:WGS84BoundingBox/ows:UpperCorner", namespaces=SPACES), "10 20")
        self.assertIsNotNone(second.find("wfs:NoCRS", SPACES))

    def test_operations(self) -> None:
        """What is offered, and what is said of it."""
        for editing in (False, True):
            root = self.document(editing)
            names = {e.get("name") for e in root.iterfind(".//ows:Operation", SPACES)}
            self.assertLessEqual({"GetFeature", "GetPropertyValue", "ListStoredQueries"}, names)
            self.assertEqual("Transaction" in names, editing)
            constraints = {
                e.get("name"): e.findtext("ows:DefaultValue", namespaces=SPACES)
                for e in root.iterfind("ows:OperationsMetadata/ows:Constraint", SPACES)
            }
            self.assertEqual(constraints["ImplementsTransactionalWFS"], "TRUE" if editing else "FALSE")
            self.assertEqual(constraints["ImplementsBasicWFS"], "TRUE")

    def test_typeByItsElement(self) -> None:
        """The name of the capabilities is understood in requests."""
        wfs = ServedWfs()
        wfs.add("1 my places", points(1))
        for parameters in ({"TYPENAMES": "qgs:_1_my_places"}, {"RESOURCEID": "_1_my_places.1"}):
            root = wfs.root(REQUEST="GetFeature", VERSION="2.0.0", **parameters)
            self.assertEqual(ids(root), ["_1_my_places.1"])
        schema = wfs.root(REQUEST="DescribeFeatureType", VERSION="2.0.0", TYPENAMES="qgs:_1_my_places")
        self.assertEqual([e.get("name") for e in schema.iterfind("{*}element")], ["_1_my_places"])
