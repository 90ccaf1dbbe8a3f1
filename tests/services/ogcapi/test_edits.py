"""Features are created, changed and deleted, in a GeoPackage."""

from __future__ import annotations

import json
import os
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.access.permissions import LayerPermissions
from ogctwist.interfaces import OWSException
from ogctwist.project.layers import DataSource, FieldSettings, WfsPublication
from ogctwist.services.ogcapi.itembody import storedGeometry, storedValue
from ogctwist.services.wfs.editing import Editing
from ogctwist.sources.catalogue import SourceCatalogue
from ogctwist.sources.editing.catalogue import EditCatalogue
from ogctwist.sources.query import FieldType, SourceField
from tests.doubles.access import FixedAccess
from tests.doubles.features import ImmediatePool
from tests.services.ogcapi.served import ServedApi
from tests.services.wfs.served import WGS84
from tests.sources.editing.files import storedIn, writePoints

JSON = {"Content-Type": "application/geo+json"}
ITEMS = "/collections/places/items"
BAD = (400, "Bad request error")
DENIED = (403, "Forbidden")
EVERYTHING = WfsPublication(published=True, insert=True, update=True, delete=True)


class EditTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.serve()

    def serve(self, wfs: WfsPublication = EVERYTHING, **changes: Any) -> None:
        os.makedirs(folder := self.mktemp())
        self.path = writePoints(os.path.join(folder, "places.gpkg"), "GPKG")
        pool = ImmediatePool()

        def inReactor(function: Any) -> Any:
            return self.successResultOf(function())

        self.api = ServedApi(Editing(pool, EditCatalogue(), inReactor))
        catalogue = SourceCatalogue(pool)
        self.addCleanup(catalogue.close)
        self.api.double.catalogue.features = catalogue.features
        source = DataSource("ogr", f"{self.path}|layername=places")
        self.api.add("places", wfs=wfs, source=source, **changes)

    def send(self, method: str, path: str, body: Any = None, **named: Any) -> Any:
        data = b"" if body is None else json.dumps(body).encode()
        return self.api.ask(path, method=method, body=data, headers=JSON, **named)

    def refused(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        before = storedIn(self.path)
        answer = self.send(method, path, body)
        self.assertEqual(storedIn(self.path), before)
        ((error,),) = (json.loads(answer.body),)
        return answer.status, error["code"]

    def feature(self, geometry: Any = None, **properties: Any) -> dict[str, Any]:
        return {"type": "Feature", "geometry": geometry, "properties": properties}

    def test_create(self) -> None:
        """POST stores a feature and tells where it is."""
        point = {"type": "Point", "coordinates": [7, 8]}
        answer = self.send("POST", ITEMS, self.feature(point, name="d", pop=40))
        self.assertEqual(answer.status, 201, answer.body)
        self.assertEqual(answer.headers["Location"], f"http://maps.example.org/wfs3{ITEMS}/4")
        self.assertEqual(storedIn(self.path)[4], ("d", 40, "POINT (7 8)"))

    def test_createWithKey(self) -> None:
        """The source numbers its features, also those that are copies of others."""
        document = self.api.json(f"{ITEMS}/2")
        self.assertEqual(self.send("POST", ITEMS, document).status, 201)
        self.assertEqual(storedIn(self.path)[4], ("b", 20, "POINT (1 10)"))

    def test_replace(self) -> None:
        """PUT changes what it names, and answers with the feature."""
        point = {"type": "Point", "coordinates": [5, 6]}
        answer = self.send("PUT", f"{ITEMS}/1", self.feature(point, name="x"))
        self.assertEqual(answer.status, 200, answer.body)
        document = json.loads(answer.body)
        self.assertEqual(document["geometry"]["coordinates"], [5, 6])
        self.assertEqual(document["properties"]["name"], "x")
        self.assertEqual(storedIn(self.path)[1], ("x", 10, "POINT (5 6)"))

    def test_replaceWithoutGeometry(self) -> None:
        """What is null becomes null, what is left out stays."""
        self.send("PUT", f"{ITEMS}/1", {"type": "Feature", "properties": {"pop": None}})
        self.assertEqual(storedIn(self.path)[1], ("a", None, "POINT (0 0)"))
        self.send("PUT", f"{ITEMS}/1", self.feature(None))
        self.assertEqual(storedIn(self.path)[1], ("a", None, None))

    def test_patch(self) -> None:
        """PATCH changes attributes only."""
        answer = self.send("PATCH", f"{ITEMS}/2", {"modify": {"name": "y"}})
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual(storedIn(self.path)[2], ("y", 20, "POINT (1 10)"))
        self.assertEqual(
            self.refused("PATCH", f"{ITEMS}/2", {"add": {"z": 1}}), (400, "Not implemented error")
        )
        self.assertEqual(self.refused("PATCH", f"{ITEMS}/2", {}), BAD)

    def test_delete(self) -> None:
        """DELETE takes a feature away."""
        self.assertEqual(self.send("DELETE", f"{ITEMS}/2").status, 200)
        self.assertEqual(sorted(storedIn(self.path)), [1, 3])
        self.assertEqual(self.refused("DELETE", f"{ITEMS}/2"), (500, "Internal server error"))

    def test_contentCrs(self) -> None:
        """Coordinates may be in another system that is offered."""
        point = {"type": "Point", "coordinates": [111319.490793, 0]}
        headers = {**JSON, "Content-Crs": "<http://www.opengis.net/def/crs/EPSG/0/3857>"}
        body = json.dumps(self.feature(point)).encode()
        self.assertEqual(self.api.ask(ITEMS, method="POST", body=body, headers=headers).status, 201)
        document = self.api.json(f"{ITEMS}/4")
        self.assertEqual(document["geometry"]["coordinates"], [1, 0])
        refused = self.api.ask(ITEMS, method="POST", body=body, headers={**JSON, "Content-Crs": "x"})
        self.assertEqual(refused.status, 400)

    def test_badBodies(self) -> None:
        """What is no feature of the collection changes nothing."""
        line = {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
        for body in (
            [],
            {"type": "FeatureCollection"},
            {"type": "Feature", "properties": 3},
            self.feature(line),
            self.feature("POINT (1 2)"),
            self.feature({"type": "Point", "coordinates": ["a", 2]}),
            self.feature(None, pop="many"),
        ):
            self.assertEqual(self.refused("POST", ITEMS, body), BAD, body)
        for data in (b"not json!", b"[" * 100_000, b'{"a": NaN}', b"\xff"):
            answer = self.api.ask(ITEMS, method="POST", body=data, headers=JSON)
            self.assertEqual(answer.status, 400, data[:10])

    def test_otherTypes(self) -> None:
        """Only JSON changes anything: what a form of another page can send does not."""
        body = json.dumps(self.feature(None, name="d")).encode()
        for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
            answer = self.api.ask(ITEMS, method="POST", body=body, headers={"Content-Type": kind})
            self.assertNotEqual(answer.status, 201, kind)
        self.assertEqual(len(storedIn(self.path)), 3)

    def test_notPublished(self) -> None:
        """What the project does not allow."""
        self.serve(WfsPublication(published=True))
        self.assertEqual(self.refused("POST", ITEMS, self.feature()), DENIED)
        self.assertEqual(self.refused("PUT", f"{ITEMS}/1", self.feature()), DENIED)
        self.assertEqual(self.refused("PATCH", f"{ITEMS}/1", {"modify": {"name": "x"}}), DENIED)
        self.assertEqual(self.refused("DELETE", f"{ITEMS}/1"), DENIED)

    def test_permissions(self) -> None:
        """What access control does not allow."""
        self.api.double.interface.registerAccessControl(FixedAccess(LayerPermissions.readOnly()), 100)
        self.assertEqual(self.refused("POST", ITEMS, self.feature()), DENIED)
        self.assertEqual(self.refused("DELETE", f"{ITEMS}/1"), DENIED)

    def test_allowToEdit(self) -> None:
        """Access control is asked about the feature before and after."""
        access = FixedAccess(edit=lambda layer, feature: feature["name"] != "secret")
        self.api.double.interface.registerAccessControl(access, 100)
        self.assertEqual(self.refused("PATCH", f"{ITEMS}/1", {"modify": {"name": "secret"}}), DENIED)
        self.assertEqual(self.refused("POST", ITEMS, self.feature(None, name="secret")), DENIED)
        self.assertEqual(self.send("PATCH", f"{ITEMS}/1", {"modify": {"name": "x"}}).status, 200)

    def test_unseenRows(self) -> None:
        """A feature that may not be seen cannot be changed: it does not exist."""
        self.api.double.interface.registerAccessControl(FixedAccess(expression="\"name\" <> 'a'"), 100)
        failed = (500, "Internal server error")
        self.assertEqual(self.refused("DELETE", f"{ITEMS}/1"), failed)
        self.assertEqual(self.refused("PATCH", f"{ITEMS}/1", {"modify": {"name": "x"}}), failed)

    def test_unseenAttributes(self) -> None:
        """Attributes that are not shown cannot be set, nor can those that do not exist, nor the key."""
        self.serve(fields=(FieldSettings("pop", excludeWfs=True),))
        self.assertEqual(self.refused("PATCH", f"{ITEMS}/1", {"modify": {"pop": 5}}), DENIED)
        self.assertEqual(self.refused("PUT", f"{ITEMS}/1", self.feature(None, nothing=5)), DENIED)
        self.assertEqual(self.refused("PATCH", f"{ITEMS}/1", {"modify": {"fid": 5}}), BAD)


class BodyTests(SynchronousTestCase):
    def test_values(self) -> None:
        """JSON values as those of attributes."""
        for value, kind, stored in (
            (7, FieldType.INTEGER, 7),
            (7.0, FieldType.LONG, 7),
            (7, FieldType.STRING, "7"),
            (True, FieldType.BOOLEAN, True),
            ("dGVzdA==", FieldType.BINARY, b"test"),
            (None, FieldType.DATE, None),
        ):
            self.assertEqual(storedValue(value, SourceField("a", kind)), stored)

    @given(st.recursive(st.none() | st.floats() | st.text(max_size=5), lambda s: st.lists(s, max_size=4)))
    def test_anyGeometry(self, coordinates: object) -> None:
        """Anything is a geometry or refused."""
        try:
            shape = storedGeometry({"type": "Polygon", "coordinates": coordinates}, WGS84, WGS84, "Polygon")
        except OWSException as error:
            self.assertEqual(error.status, 400)
        else:
            self.assertEqual(shape.geom_type, "Polygon")
