"""Capabilities."""

from __future__ import annotations

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.access.permissions import LayerPermissions
from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.project.layers import LayerDescription, LayerKind, MetadataUrl, WfsPublication
from ogctwist.project.publication import ServiceIdentification, WmsPublication
from ogctwist.services.wfs.editing import Editing
from tests.doubles.access import FixedAccess
from tests.doubles.features import ImmediatePool
from tests.services.wfs.served import SPACES, EditedInMemory, ServedWfs, points, waited

ORGANISED = ServiceIdentification(
    title="Maps & more",
    abstract="All <maps>",
    keywords=("one", "two"),
    onlineResource="http://online.example/",
    contactOrganization="Org",
    contactPerson="Person",
    contactPosition="Pos",
    fees="none",
    accessConstraints="open",
)
DESCRIBED = LayerDescription(
    title="My title",
    abstract="My abstract",
    keywords="a, b",
    metadataUrls=(MetadataUrl("http://meta.example/", "TC211", "text/xml"),),
)


class CapabilitiesCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.wfs = ServedWfs(
            editing=Editing(ImmediatePool(), EditedInMemory(), waited),
            service=ORGANISED,
            wms=WmsPublication(crsList=("EPSG:4326", "EPSG:3857", "EPSG:2154")),
        )
        rights = WfsPublication(published=True, insert=True, delete=True)
        self.wfs.add("my places", points(1), description=DESCRIBED, wfs=rights)
        self.wfs.add("metres", points(1), crs=CRS.fromAuthid("EPSG:3857"), extent=Box(-1.23456, 0, 10.5, 20))

    def document(self, version: str, **parameters: str) -> etree._Element:
        return self.wfs.root(REQUEST="GetCapabilities", VERSION=version, **parameters)

    def names(self, version: str) -> list[str]:
        return [e.text for e in self.document(version).iterfind(".//wfs:FeatureType/wfs:Name", SPACES)]


class Version10Tests(CapabilitiesCase):
    """OGC 02-058, 12."""

    def test_service(self) -> None:
        """Who offers it."""
        service = self.document("1.0.0").find("wfs:Service", SPACES)
        self.assertEqual(
            [(e.tag.rpartition("}")[2], e.text) for e in service],
            [
                ("Name", "WFS"),
                ("Title", "Maps & more"),
                ("Abstract", "All <maps>"),
                ("Keywords", "one, two"),
                ("OnlineResource", "http://online.example/"),
                ("Fees", "none"),
                ("AccessConstraints", "open"),
            ],
        )

    def test_types(self) -> None:
        """The types with their operations; the box is in the system of the type, rounded outwards."""
        first, second = self.document("1.0.0").iterfind(".//wfs:FeatureType", SPACES)
        self.assertEqual(first.findtext("wfs:Name", namespaces=SPACES), "my_places")
        self.assertEqual(first.findtext("wfs:Title", namespaces=SPACES), "My title")
        self.assertEqual(first.findtext("wfs:Keywords", namespaces=SPACES), "a, b")
        self.assertEqual(first.find("wfs:MetadataURL", SPACES).get("format"), "XML")
        operations = [e.tag.rpartition("}")[2] for e in first.find("wfs:Operations", SPACES)]
        self.assertEqual(operations, ["Query", "Insert", "Delete"])
        box = second.find("wfs:LatLongBoundingBox", SPACES)
        self.assertEqual(dict(box.attrib), {"minx": "-1.235", "miny": "0", "maxx": "10.5", "maxy": "20"})

    def test_url(self) -> None:
        """Where the service answers; formats in elements without prefix."""
        root = self.document("1.0.0")
        urls = {e.get("onlineResource") for e in root.iterfind(".//wfs:HTTP/*", SPACES)}
        self.assertEqual(urls, {"http://maps.example.org/"})
        self.assertEqual(
            [e.tag.rpartition("}")[2] for e in root.find(".//wfs:GetFeature/wfs:ResultFormat", SPACES)],
            ["GML2", "GML3", "GeoJSON"],
        )


class Version11Tests(CapabilitiesCase):
    """OGC 04-094, 13."""

    def test_provider(self) -> None:
        """Who offers it."""
        root = self.document("1.1.0")
        self.assertEqual(root.findtext("ows:ServiceProvider/ows:ProviderName", namespaces=SPACES), "Org")
        words = [e.text for e in root.iterfind("ows:ServiceIdentification/ows:Keywords/*", SPACES)]
        self.assertEqual(words, ["one", "two"])

    def test_types(self) -> None:
        """Systems, the type's own first; the box in degrees."""
        _first, second = self.document("1.1.0").iterfind(".//wfs:FeatureType", SPACES)
        self.assertEqual(second.findtext("wfs:DefaultSRS", namespaces=SPACES), "EPSG:3857")
        others = [e.text for e in second.iterfind("wfs:OtherSRS", SPACES)]
        self.assertEqual(others, ["EPSG:4326", "EPSG:2154"])
        corners = [e.text for e in second.find("ows:WGS84BoundingBox", SPACES)]
        self.assertEqual(corners, ["-0.000012 0", "0.000095 0.00018"])

    def test_operations(self) -> None:
        """The operations that there are."""
        names = [e.get("name") for e in self.document("1.1.0").iterfind(".//ows:Operation", SPACES)]
        self.assertEqual(names[:3], ["GetCapabilities", "DescribeFeatureType", "GetFeature"])


class WhichTests(CapabilitiesCase):
    """Which layers are told of, and in which version."""

    def test_unpublished(self) -> None:
        """Neither what is not published nor what has no features."""
        self.wfs.add("hidden", wfs=WfsPublication(published=False))
        self.wfs.add("picture", kind=LayerKind.RASTER)
        for version in ("1.0.0", "1.1.0"):
            self.assertEqual(self.names(version), ["my_places", "metres"])

    def test_denied(self) -> None:
        """What may not be read is not there; what may not be changed is only queried."""
        access = FixedAccess(
            permissions=lambda layer: LayerPermissions(
                canRead=layer.name != "metres", canInsert=False, canDelete=True
            )
        )
        self.wfs.double.interface.registerAccessControl(access, 0)
        self.assertEqual(self.names("1.1.0"), ["my_places"])
        (kind,) = self.document("1.1.0").iterfind(".//wfs:FeatureType", SPACES)
        self.assertEqual([e.text for e in kind.find("wfs:Operations", SPACES)], ["Query", "Delete"])

    def test_unchangeable(self) -> None:
        """Data that cannot be changed are only queried, whatever the project allows."""
        for editing in (None, Editing(ImmediatePool(), EditedInMemory(isEditable=False), waited)):
            wfs = ServedWfs(editing=editing)
            wfs.add("a", points(1), wfs=WfsPublication(published=True, insert=True))
            root = wfs.root(REQUEST="GetCapabilities", VERSION="1.1.0")
            (kind,) = root.iterfind(".//wfs:FeatureType", SPACES)
            self.assertEqual([e.text for e in kind.find("wfs:Operations", SPACES)], ["Query"])
            names = [e.get("name") for e in root.iterfind(".//ows:Operation", SPACES)]
            self.assertEqual("Transaction" in names, editing is not None)

    def test_noSystem(self) -> None:
        """A table has no system and no box."""
        self.wfs.add("table", crs=None, extent=None, wkbType="NoGeometry")
        for version in ("1.0.0", "1.1.0"):
            kind = self.document(version).findall(".//wfs:FeatureType", SPACES)[-1]
            self.assertIsNone(kind.find("ows:WGS84BoundingBox", SPACES))
            self.assertIsNone(kind.find("wfs:LatLongBoundingBox", SPACES))

    def test_measured(self) -> None:
        """An extent that the project does not know is asked of the source."""
        self.wfs.add("unknown", points(2), extent=None)
        kind = self.document("1.1.0").findall(".//wfs:FeatureType", SPACES)[-1]
        self.assertEqual([e.text for e in kind.find("ows:WGS84BoundingBox", SPACES)], ["1 2", "2 4"])

    def test_versions(self) -> None:
        """VERSION, ACCEPTVERSIONS, or neither."""
        cases = [
            ({}, "1.1.0"),
            ({"VERSION": "1.0.0"}, "1.0.0"),
            ({"VERSION": "1.1.1"}, "1.0.0"),
            ({"ACCEPTVERSIONS": "9.9.9,1.0.0"}, "1.0.0"),
        ]
        for parameters, version in cases:
            self.assertEqual(self.wfs.root(REQUEST="GetCapabilities", **parameters).get("version"), version)
        refusal = self.wfs.refusal(REQUEST="GetCapabilities", ACCEPTVERSIONS="9.9.9")
        self.assertEqual(refusal[:2], (400, "VersionNegotiationFailed"))

    def test_kept(self) -> None:
        """A document is made once for the same project and rights."""
        first = self.wfs.get(REQUEST="GetCapabilities").body
        self.assertEqual(self.wfs.get(REQUEST="GetCapabilities").body, first)
        self.assertEqual(self.wfs.documents.memory.counts.hits, 1)
