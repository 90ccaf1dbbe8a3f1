"""Schemas of feature types."""

from __future__ import annotations

import json
from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.access.permissions import LayerPermissions
from ogctwist.project.layers import EditWidget, FieldSettings
from ogctwist.sources.query import FieldType, SourceError, SourceField, SourceSchema
from tests.doubles.access import FixedAccess
from tests.services.wfs.served import PLACES, SPACES, ServedWfs, points

TYPES = SourceSchema(
    (*(SourceField(kind.value, kind) for kind in FieldType), SourceField("my field", FieldType.STRING)),
    wkbType="MultiPolygon",
    geometryName="g",
)


class SchemaCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.wfs = ServedWfs()
        self.wfs.add("my places", points(1))

    def elements(self, **parameters) -> dict[str, dict[str, str]]:
        """The attributes of the elements of the one type that is described."""
        options = {"REQUEST": "DescribeFeatureType", "VERSION": "1.1.0", **parameters}
        (sequence,) = self.wfs.root(**options).iterfind(".//xsd:sequence", SPACES)
        return {e.get("name"): dict(e.attrib) for e in sequence}

    def described(self, **parameters) -> list[str]:
        root = self.wfs.root(REQUEST="DescribeFeatureType", **parameters)
        return [e.get("name") for e in root.iterfind("xsd:element", SPACES)]


class ElementTests(SchemaCase):
    """What the elements say."""

    def test_places(self) -> None:
        """Geometry first, then the attributes; a key is never missing."""
        elements = self.elements()
        self.assertEqual(list(elements), ["geometry", "fid", "name", "pop"])
        self.assertEqual(elements["geometry"]["type"], "gml:PointPropertyType")
        self.assertEqual(elements["fid"], {"name": "fid", "type": "long"})
        self.assertEqual(elements["name"], {"name": "name", "type": "string", "nillable": "true"})

    def test_types(self) -> None:
        """Every type of attribute."""
        self.wfs.add("types", schema=TYPES)
        elements = self.elements(TYPENAME="types")
        kinds = {name: element["type"] for name, element in elements.items()}
        self.assertEqual(
            kinds,
            {
                "geometry": "gml:MultiSurfacePropertyType",
                "int": "int",
                "qlonglong": "long",
                "double": "decimal",
                "QString": "string",
                "bool": "boolean",
                "QDate": "date",
                "QTime": "time",
                "QDateTime": "dateTime",
                "QByteArray": "string",
                "QVariantMap": "string",
                "QStringList": "string",
                "QVariantList": "string",
                "my_field": "string",
            },
        )

    def test_geometryTypes(self) -> None:
        """The property type by geometry type and version of GML."""
        cases = [
            ("MultiPolygon", "1.0.0", "MultiPolygonPropertyType"),
            ("MultiLineString", "1.1.0", "MultiCurvePropertyType"),
            ("Polygon", "1.1.0", "PolygonPropertyType"),
            ("PointZ", "1.1.0", "GeometryPropertyType"),
            ("CompoundCurve", "1.0.0", "GeometryPropertyType"),
        ]
        for number, (wkbType, version, kind) in enumerate(cases):
            self.wfs.add(f"g{number}", schema=replace(PLACES, wkbType=wkbType))
            elements = self.elements(TYPENAME=f"g{number}", VERSION=version)
            self.assertEqual(elements["geometry"]["type"], f"gml:{kind}")
        self.wfs.add("table", schema=replace(PLACES, wkbType="NoGeometry"))
        self.assertNotIn("geometry", self.elements(TYPENAME="table"))

    def test_widgets(self) -> None:
        """Date and range widgets change the type; a constraint forbids nil."""

        def settings(name: str, kind: str, **config: str) -> FieldSettings:
            return FieldSettings(name, editWidget=EditWidget(kind, config))

        fields = (
            settings("QString", "DateTime", field_format="yyyy-MM-dd"),
            settings("QDateTime", "DateTime", field_format="HH:mm:ss"),
            settings("QDate", "DateTime", field_format="yyyy"),
            settings("int", "Range", Precision="2"),
            settings("double", "Range", Min="0"),
            FieldSettings("qlonglong", constraints=1),
        )
        self.wfs.add("types", schema=TYPES, fields=fields)
        elements = self.elements(TYPENAME="types")
        kinds = [elements[name]["type"] for name in ("QString", "QDateTime", "QDate", "int", "double")]
        self.assertEqual(kinds, ["date", "time", "dateTime", "decimal", "decimal"])
        self.assertNotIn("nillable", elements["qlonglong"])

    def test_imports(self) -> None:
        """The schema builds on the GML of the version, or of OUTPUTFORMAT."""
        cases = [
            ("1.0.0", "", "gml/2.1.2/feature.xsd"),
            ("1.0.0", "XMLSCHEMA", "gml/2.1.2/feature.xsd"),
            ("1.1.0", "", "gml/3.1.1/base/gml.xsd"),
            ("1.1.0", "text/xml; subtype=gml/2.1.2", "gml/2.1.2/feature.xsd"),
        ]
        for version, form, schema in cases:
            root = self.wfs.root(REQUEST="DescribeFeatureType", VERSION=version, OUTPUTFORMAT=form)
            place = root.find("xsd:import", SPACES).get("schemaLocation")
            self.assertEqual(place, f"http://schemas.opengis.net/{schema}")
        refusal = self.wfs.refusal(REQUEST="DescribeFeatureType", OUTPUTFORMAT="csv")
        self.assertEqual(refusal[:2], (400, "InvalidParameterValue"))

    def test_json(self) -> None:
        """The same as JSON."""
        answer = self.wfs.get(REQUEST="DescribeFeatureType", OUTPUTFORMAT="application/json")
        (kind,) = json.loads(answer.body)["featureTypes"]
        self.assertEqual(kind["typeName"], "my_places")
        self.assertEqual([p["name"] for p in kind["properties"]], ["geometry", "fid", "name", "pop"])
        self.assertEqual(kind["properties"][3]["type"], "xsd:int")


class WhichTests(SchemaCase):
    """Which types are described."""

    def test_names(self) -> None:
        """Those that are named, with or without prefix; unknown ones are passed over; else all."""
        self.wfs.add("towns")
        self.assertEqual(self.described(), ["my_places", "towns"])
        self.assertEqual(self.described(TYPENAME="qgs:towns,nosuch"), ["towns"])
        self.assertEqual(self.described(TYPENAME="nosuch"), [])

    def test_document(self) -> None:
        """Names in an XML body."""
        self.wfs.add("towns")
        name = b"<TypeName>qgs:towns</TypeName>"
        body = b"<DescribeFeatureType service='WFS' version='1.1.0'>%s</DescribeFeatureType>" % name
        names = [e.get("name") for e in self.wfs.root(body).iterfind("xsd:element", SPACES)]
        self.assertEqual(names, ["towns"])

    def test_access(self) -> None:
        """One that may not be read: refused when named, else left out; hidden attributes are not there."""
        self.wfs.add("towns")
        access = FixedAccess(
            permissions=lambda layer: LayerPermissions(canRead=layer.name != "towns"),
            attributes=lambda layer, names: [name for name in names if name != "pop"],
        )
        self.wfs.double.interface.registerAccessControl(access, 0)
        self.assertEqual(self.described(), ["my_places"])
        refusal = self.wfs.refusal(REQUEST="DescribeFeatureType", TYPENAME="towns")
        self.assertEqual(refusal[:2], (403, "Security"))
        self.assertEqual(list(self.elements(TYPENAME="my_places")), ["geometry", "fid", "name"])

    def test_broken(self) -> None:
        """A source that cannot be read."""
        layer = self.wfs.add("broken")
        self.wfs.layers.broken[layer.id] = SourceError("/secret")
        status, _code, text = self.wfs.refusal(REQUEST="DescribeFeatureType", TYPENAME="broken")
        self.assertEqual(status, 500)
        self.assertNotIn("secret", text)
