"""The features of a collection, page by page."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import shapely
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.access.permissions import LayerPermissions
from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.geometry import GeometryColumn
from ogctwist.project.layers import FieldSettings, WfsPublication
from ogctwist.services.ogcapi.arguments import attributeFilter
from ogctwist.sources.query import FieldType, SourceError, SourceField
from tests.doubles.access import FixedAccess
from tests.services.ogcapi.served import ServedApi, identifiers
from tests.services.wfs.served import points

ITEMS = "/collections/my places/items"
BAD = (400, "Bad request error")


class ServedCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.api = ServedApi()
        self.layer = self.api.add("my places", points(3), points(2, first=4))

    def found(self, **parameters: str) -> list[str]:
        return identifiers(self.api.json(ITEMS, **parameters))


class WhichTests(ServedCase):
    """Which features are found."""

    def test_all(self) -> None:
        """Without conditions the first ten, as GeoJSON."""
        answer = self.api.ask(ITEMS)
        self.assertEqual(answer.headers["Content-Type"], "application/geo+json")
        document = self.api.json(ITEMS)
        self.assertEqual(identifiers(document), ["1", "2", "3", "4", "5"])
        self.assertEqual(document["type"], "FeatureCollection")
        self.assertEqual((document["numberMatched"], document["numberReturned"]), (5, 5))
        self.assertEqual(document["timeStamp"], "1970-01-01T00:00:00Z")
        self.assertEqual(
            document["features"][0],
            {
                "type": "Feature",
                "id": "1",
                "geometry": {"type": "Point", "coordinates": [1, 2]},
                "properties": {"fid": 1, "name": "p1", "pop": 10},
            },
        )

    def test_none(self) -> None:
        """No features are a whole document, too."""
        document = self.api.json(ITEMS, name="nobody")
        self.assertEqual((document["features"], document["numberReturned"]), ([], 0))

    def test_page(self) -> None:
        """limit and offset, with links to the pages around."""
        document = self.api.json(ITEMS, limit="2", offset="2")
        self.assertEqual(identifiers(document), ["3", "4"])
        self.assertEqual((document["numberMatched"], document["numberReturned"]), (5, 2))
        links = {link["rel"]: link["href"] for link in document["links"]}
        address = "http://maps.example.org/wfs3/collections/my%20places/items"
        self.assertEqual(links["prev"], f"{address}?offset=0&limit=2")
        self.assertEqual(links["next"], f"{address}?offset=4&limit=2")
        self.assertEqual(links["self"], f"{address}.geojson?limit=2&offset=2")
        rels = [link["rel"] for link in self.api.json(ITEMS, limit="2", offset="4")["links"]]
        self.assertEqual(rels, ["self", "alternate", "prev"])
        self.assertEqual(self.found(limit="0"), [])

    def test_pageRefused(self) -> None:
        """Pages that cannot be."""
        for parameters in (
            {"limit": "-1"},
            {"limit": "10001"},
            {"limit": "x"},
            {"offset": "-1"},
            {"offset": "6"},
        ):
            self.assertEqual(self.api.refusal(ITEMS, **parameters), BAD, parameters)

    def test_mostItems(self) -> None:
        """The greatest limit is the administrator's."""
        api = ServedApi(mostItems=3)
        api.add("a", points(5))
        self.assertEqual(len(api.json("/collections/a/items", limit="3")["features"]), 3)
        self.assertEqual(api.refusal("/collections/a/items", limit="4"), BAD)

    def test_box(self) -> None:
        """bbox, in WGS 84 or in bbox-crs, x first; heights do not count."""
        self.assertEqual(self.found(bbox="1.5,3.5,3.5,6.5"), ["2", "3"])
        self.assertEqual(self.found(bbox="1.5,3.5,0,3.5,6.5,9"), ["2", "3"])
        self.assertEqual(
            self.found(
                bbox="166979,389900,389619,725000",
                **{"bbox-crs": "http://www.opengis.net/def/crs/EPSG/9.6.2/3857"},
            ),
            ["2", "3"],
        )
        self.assertEqual(self.api.json(ITEMS, bbox="1.5,3.5,3.5,6.5")["numberMatched"], 2)

    def test_antimeridian(self) -> None:
        """A box whose west is east of its east goes the other way around the world."""
        self.assertEqual(self.found(bbox="3.5,-90,1.5,90"), ["1", "4", "5"])

    def test_boxRefused(self) -> None:
        """What is no box."""
        for box in ("1,2,3", "1,2,3,x", "1,5,3,2", "1,2,3,4,5,6,7", "nan,1,2,3"):
            self.assertEqual(self.api.refusal(ITEMS, bbox=box), BAD, box)
        self.assertEqual(self.api.refusal(ITEMS, bbox="1,2,3,4", **{"bbox-crs": "EPSG:2056"}), BAD)

    def test_attributes(self) -> None:
        """Values of attributes, with a star for anything."""
        self.assertEqual(self.found(name="p2"), ["2"])
        self.assertEqual(self.found(name="p*"), ["1", "2", "3", "4", "5"])
        self.assertEqual(self.found(name="*4"), ["4"])
        self.assertEqual(self.found(name="p_"), [])
        self.assertEqual(self.found(name="*_"), [])
        self.assertEqual(self.found(pop="30"), ["3"])
        self.assertEqual(self.found(pop="30", name="p4"), [])
        self.assertEqual(self.found(name=""), ["1", "2", "3", "4", "5"])
        self.assertEqual(self.api.refusal(ITEMS, pop="x"), BAD)
        self.assertEqual(self.api.refusal(ITEMS, pop="3*"), BAD)

    def test_order(self) -> None:
        """sortby and sortdesc."""
        self.assertEqual(self.found(sortby="pop", sortdesc="1"), ["5", "4", "3", "2", "1"])
        self.assertEqual(self.found(sortby="name", sortdesc="false", limit="2"), ["1", "2"])
        self.assertEqual(self.api.refusal(ITEMS, sortby="nothing"), BAD)
        self.assertEqual(self.api.refusal(ITEMS, sortby="pop", sortdesc="perhaps"), BAD)

    @given(st.text(max_size=30))
    def test_anyText(self, text: str) -> None:
        """Any text is a value of a text attribute."""
        self.assertIsNotNone(attributeFilter(SourceField("name", FieldType.STRING), text))


class HowTests(ServedCase):
    """How features are given."""

    def test_properties(self) -> None:
        """Only the attributes that are asked for."""
        feature = self.api.json(ITEMS, properties="name,fid", limit="1")["features"][0]
        self.assertEqual(feature["properties"], {"fid": 1, "name": "p1"})
        for names in ("", "name,nothing"):
            self.assertEqual(self.api.refusal(ITEMS, properties=names), BAD)

    def test_crs(self) -> None:
        """Another reference system, if it is offered."""
        name = "http://www.opengis.net/def/crs/EPSG/0/3857"
        (x, y) = self.api.json(ITEMS, crs=name, limit="1")["features"][0]["geometry"]["coordinates"]
        self.assertAlmostEqual(x, 111319.490793, 5)
        self.assertAlmostEqual(y, 222684.208506, 5)
        for name in ("nonsense", "EPSG:2056"):
            self.assertEqual(self.api.refusal(ITEMS, crs=name), BAD)

    def test_aliases(self) -> None:
        """Attributes are shown under their aliases, and asked for under either name."""
        fields = (FieldSettings("name", alias="called"), FieldSettings("pop", alias="fid"))
        self.api.add("towns", points(2), fields=fields)
        path = "/collections/towns/items"
        first = self.api.json(path)["features"][0]
        self.assertEqual(first["properties"], {"fid": 1, "called": "p1", "pop": 10})
        for parameters in ({"called": "p2"}, {"name": "p2"}):
            self.assertEqual(identifiers(self.api.json(path, **parameters)), ["2"])
        self.assertEqual(
            self.api.json(path, properties="called")["features"][0]["properties"], {"called": "p1"}
        )

    def test_hiddenAttributes(self) -> None:
        """What the project excludes is neither shown nor asked for."""
        self.api.add("secrets", points(2), fields=(FieldSettings("pop", excludeWfs=True),))
        path = "/collections/secrets/items"
        self.assertEqual(self.api.json(path)["features"][0]["properties"], {"fid": 1, "name": "p1"})
        self.assertEqual(identifiers(self.api.json(path, pop="20")), ["1", "2"])
        self.assertEqual(self.api.refusal(path, sortby="pop"), BAD)
        self.assertEqual(self.api.refusal(path, properties="pop"), BAD)

    def test_html(self) -> None:
        """A table for people; nothing of the data is markup."""
        batch = points(1)
        batch = replace(batch, columns={**batch.columns, "name": pa.array(["<script>"])})
        self.api.add("b", batch)
        answer = self.api.ask("/collections/b/items.html")
        self.assertEqual(answer.headers["Content-Type"], "text/html")
        self.assertIn(b"&lt;script&gt;", answer.body)
        self.assertNotIn(b"<script>", answer.body)

    def test_bounds(self) -> None:
        """All but points have a box."""
        lines = GeometryColumn.fromShapes(np.array([shapely.LineString([(0, 0), (2, 3)])], object))
        batch = points(1)
        self.api.add("lines", FeatureBatch(batch.ids, lines, batch.columns))
        self.assertEqual(self.api.json("/collections/lines/items")["features"][0]["bbox"], [0, 0, 2, 3])


class RightsTests(ServedCase):
    """What access control says holds."""

    def test_notPublished(self) -> None:
        """What is not published does not exist, and neither does what may not be read."""
        missing = (404, "API not found error")
        self.api.add("hidden", points(1), wfs=WfsPublication())
        self.assertEqual(self.api.refusal("/collections/hidden/items"), missing)
        self.assertEqual(self.api.refusal("/collections/nothing/items"), missing)
        self.api.double.interface.registerAccessControl(FixedAccess(LayerPermissions()), 100)
        self.assertEqual(self.api.refusal(ITEMS), missing)
        self.assertEqual(self.api.refusal(f"{ITEMS}/1"), missing)
        self.assertEqual(self.api.refusal("/collections/my places"), missing)
        self.assertEqual(self.api.json("/collections")["collections"], [])

    def test_restricted(self) -> None:
        """Rows and attributes that may not be seen are neither counted nor found."""
        access = FixedAccess(
            expression='"pop" > 25', attributes=lambda layer, names: [n for n in names if n != "name"]
        )
        self.api.double.interface.registerAccessControl(access, 100)
        document = self.api.json(ITEMS)
        self.assertEqual(identifiers(document), ["3", "4", "5"])
        self.assertEqual(document["numberMatched"], 3)
        self.assertNotIn("name", document["features"][0]["properties"])
        self.assertEqual(self.found(name="p3"), ["3", "4", "5"])
        self.assertEqual(self.api.refusal(f"{ITEMS}/1"), (500, "Internal server error"))
        self.assertEqual(self.api.json(f"{ITEMS}/3")["id"], "3")

    def test_brokenSource(self) -> None:
        """A source that fails is told without its path."""
        self.api.layers.broken[self.layer.id] = SourceError("/secret/path")
        answer = self.api.ask(ITEMS)
        self.assertEqual(answer.status, 500)
        self.assertNotIn(b"secret", answer.body)
