"""Capabilities against the schemas of OGC: WMS 1.3.0 with SLD and QGIS's operations, and the DTD of 1.1.1."""

from __future__ import annotations

from pathlib import Path

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.services.wms.getcapabilities import capabilitiesDocument
from ogctwist.services.wms.getschemaextension import schemaExtension
from ogctwist.services.wms.versions import WMS_1_1_1, WMS_1_3_0
from tests.endtoend.running import ServerTestCase
from tests.services.wms.projects import project

SCHEMAS = Path(__file__).resolve().parents[2] / "data" / "schemas"
ALL = frozenset(
    ("getcapabilities", "getmap", "getfeatureinfo", "getlegendgraphic", "describelayer", "getstyles")
)
BOTH = """<schema xmlns="http://www.w3.org/2001/XMLSchema">
<import namespace="http://www.opengis.net/wms" schemaLocation="wms/1.3.0/capabilities_1_3_0.xsd"/>
<import namespace="http://www.opengis.net/sld" schemaLocation="sld/1.1.0/sld_capabilities.xsd"/>
<import namespace="http://www.qgis.org/wms" schemaLocation="memory:extension"/>
</schema>"""


class Extension(etree.Resolver):
    """Our own schema, importing that of WMS from beside instead of from the network."""

    def resolve(self, url, identifier, context):
        if not url.endswith("memory:extension"):
            return None
        local = (SCHEMAS / "wms/1.3.0/capabilities_1_3_0.xsd").as_uri()
        published = b"http://schemas.opengis.net/wms/1.3.0/capabilities_1_3_0.xsd"
        return self.resolve_string(schemaExtension().replace(published, local.encode()), context)


def schema130() -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Extension())
    return etree.XMLSchema(etree.fromstring(BOTH, parser, base_url=SCHEMAS.as_uri() + "/all.xsd"))


def dtd111() -> etree.DTD:
    return etree.DTD(str(SCHEMAS / "wms/1.1.1/WMS_MS_Capabilities.dtd"))


def problems(check, text: bytes) -> list[str]:
    """
    What a document does wrong, but for the sizes of legends: to know them every
    legend would have to be drawn, and QGIS does not tell them either.
    """
    check.validate(etree.fromstring(text))
    found = [entry.message for entry in check.error_log]
    return [m for m in found if not m.startswith("Element LegendURL does not carry attribute")]


class ValidityTests(SynchronousTestCase):
    def test_130(self) -> None:
        made = project()
        schema = schema130()
        text = capabilitiesDocument(made, made.layers, WMS_1_3_0, "http://maps.example/?", ALL)
        self.assertEqual(problems(schema, text), [])

    def test_theSchemaFindsMistakes(self) -> None:
        made = project()
        text = capabilitiesDocument(made, made.layers, WMS_1_3_0, "http://maps.example/?", ALL)
        self.assertNotEqual(problems(schema130(), text.replace(b"CRS>", b"SRS>")), [])

    def test_111(self) -> None:
        made, dtd = project(), dtd111()
        text = capabilitiesDocument(made, made.layers, WMS_1_1_1, "http://maps.example/?", ALL)
        self.assertEqual(problems(dtd, text), [])


class DemoTests(ServerTestCase):
    async def test_theDemoProject(self) -> None:
        for version, check in (("1.3.0", schema130()), ("1.1.1", dtd111())):
            _, body = await self.ask(SERVICE="WMS", REQUEST="GetCapabilities", VERSION=version)
            self.assertEqual(problems(check, body), [])
