"""The API as a whole: paths, methods, formats, and what is around the features."""

from __future__ import annotations

import os

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.layers import LayerDescription, WfsPublication
from ogctwist.services.ogcapi.formats import Format, chosenFormat
from ogctwist.services.ogcapi.staticfile import fileContents
from ogctwist.sources.query import SourceError
from tests.services.ogcapi.served import ServedApi
from tests.services.wfs.served import points

BAD = (400, "Bad request error")


class ApiTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.api = ServedApi()
        description = LayerDescription(shortName="towns", title="All towns", abstract="Where people live")
        self.api.add("layer 1", points(3), description=description)

    def test_accept(self) -> None:
        """Paths of the API, whatever is before them."""
        for path in ("/wfs3", "/wfs3/", "/wfs3.json", "/ows/wfs3/collections", "/wfs3/a"):
            self.assertTrue(self.api.api.accept(path), path)
        for path in ("/", "/wfs", "/wfs33", "/collections"):
            self.assertFalse(self.api.api.accept(path), path)

    def test_landingPage(self) -> None:
        """Links to everything else, in both formats."""
        for path in ("", "/", ".json"):
            rels = [link["rel"] for link in self.api.json(path)["links"]]
            self.assertEqual(rels, ["self", "alternate", "data", "conformance", "service-desc"])
        page = self.api.ask(".html")
        self.assertEqual(page.headers["Content-Type"], "text/html")
        self.assertIn(b"/wfs3/collections.html", page.body)

    def test_noProject(self) -> None:
        """Without a project there are no collections."""
        del self.api.double.projects.byName[""]
        document = self.api.json("/collections")
        self.assertEqual(document["collections"], [])
        self.assertEqual(document["crs"], ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"])
        self.assertEqual(self.api.refusal("/collections/towns")[0], 404)

    def test_project(self) -> None:
        """Links keep the name of the project."""
        project = self.api.double.projects.byName[""]
        self.api.double.projects.byName["c"] = project
        for link in self.api.json("/collections/towns", MAP="c")["links"]:
            self.assertIn("MAP=c", link["href"])

    def test_conformance(self) -> None:
        """The classes of the standard."""
        classes = self.api.json("/conformance")["conformsTo"]
        self.assertIn("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core", classes)

    def test_collections(self) -> None:
        """Every collection with its extent and links."""
        (entry,) = self.api.json("/collections")["collections"]
        self.assertEqual((entry["id"], entry["title"]), ("towns", "All towns"))
        self.assertEqual(entry["extent"]["spatial"]["bbox"], [[0, 0, 10, 20]])
        self.assertIsNone(entry["extent"]["temporal"]["interval"])
        self.assertEqual(
            entry["links"][0]["href"], "http://maps.example.org/wfs3/collections/towns/items.json"
        )

    def test_collectionsWithoutData(self) -> None:
        """The list does not look into the data where the project knows enough, and can do without."""
        self.api.layers.broken["layer 1_id"] = SourceError("broken")
        self.api.add("other", extent=None)
        self.api.layers.broken["other_id"] = SourceError("broken")
        extents = [entry["extent"] for entry in self.api.json("/collections")["collections"]]
        self.assertEqual([sorted(extent) for extent in extents], [["spatial", "temporal"], ["temporal"]])
        self.assertEqual(self.api.refusal("/collections/towns")[0], 500)

    def test_collection(self) -> None:
        """One collection, by its short name, its name or its id."""
        for name in ("towns", "layer 1", "layer 1_id"):
            document = self.api.json(f"/collections/{name}")
            self.assertEqual((document["id"], document["title"]), ("towns", "All towns"))
        self.assertEqual(document["extent"]["spatial"]["bbox"], [[1, 2, 3, 6]])
        schema = document["links"][-1]
        self.assertEqual(schema["rel"], "describedBy")
        self.assertTrue(schema["href"].startswith("http://maps.example.org/?SERVICE=WFS&"))

    def test_description(self) -> None:
        """OpenAPI, with the paths and schemas of every collection; all references lead somewhere."""
        answer = self.api.ask("/api")
        self.assertTrue(answer.headers["Content-Type"].startswith("application/vnd.oai.openapi+json"))
        document = self.api.json("/api.openapi3")
        self.assertIn("/collections/towns/items", document["paths"])
        self.assertIn(
            "pop",
            document["components"]["schemas"]["feature_layer 1_id"]["properties"]["properties"]["properties"],
        )
        for reference in references(document):
            found = document
            for step in reference.removeprefix("#/").split("/"):
                found = found[step]

    def test_describedChanges(self) -> None:
        """Changes are described to those only who may make them."""
        rights = WfsPublication(published=True, insert=True, delete=True)
        self.api.add("open", points(1), wfs=rights)
        paths = self.api.json("/api")["paths"]
        self.assertEqual(sorted(paths["/collections/open/items"]), ["get", "post"])
        self.assertEqual(sorted(paths["/collections/open/items/{featureId}"]), ["delete", "get"])
        self.assertEqual(sorted(paths["/collections/towns/items"]), ["get"])

    def test_unknownPaths(self) -> None:
        """What does not exist, and formats that are not offered."""
        for path in ("/nothing", "/collections/towns/things", "/collections.geojson", "/api.json.html"):
            self.assertEqual(self.api.refusal(path)[0], 400, path)

    def test_methods(self) -> None:
        """A method that a path does not have."""
        self.assertEqual(self.api.refusal("/collections", method="DELETE")[0], 405)

    def test_item(self) -> None:
        """One feature; one that does not exist is an error, as in QGIS Server."""
        document = self.api.json("/collections/towns/items/2")
        self.assertEqual((document["id"], document["properties"]["name"]), ("2", "p2"))
        self.assertEqual([link["rel"] for link in document["links"]], ["self", "alternate"])
        for name in ("99", "x", "9" * 30):
            answer = self.api.refusal(f"/collections/towns/items/{name}")
            self.assertEqual(answer, (500, "Internal server error"))
        self.assertIn(b"p2", self.api.ask("/collections/towns/items/2.html").body)

    def test_staticFiles(self) -> None:
        """Our own files, and nothing outside of their folder."""
        answer = self.api.ask("/static/style.css")
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, "text/css"))
        for path in ("/static/none.css", "/static/../api.py", "/static//etc/passwd"):
            self.assertEqual(self.api.refusal(path)[0], 404, path)

    def test_ownStaticFiles(self) -> None:
        """The administrator's files go first."""
        folder = self.mktemp()
        os.makedirs(os.path.join(folder, "ogc", "static"))
        for name, text in (("ogc/static/style.css", "own"), ("outside.css", "secret")):
            with open(os.path.join(folder, name), "w") as file:
                file.write(text)
        os.symlink("../../outside.css", os.path.join(folder, "ogc", "static", "link.css"))
        self.assertEqual(fileContents(folder, "style.css"), b"own")
        for name in ("../../outside.css", "link.css", "a\0b", "."):
            self.assertIsNone(fileContents(folder, name))


class FormatTests(SynchronousTestCase):
    """Which format an answer has."""

    def test_accept(self) -> None:
        """What the client likes best of what is offered; else the first."""
        offered = (Format.GEOJSON, Format.HTML)
        for accept, form in (
            ("", Format.GEOJSON),
            ("application/json", Format.GEOJSON),
            ("application/vnd.geo+json", Format.GEOJSON),
            ("text/html,application/xml;q=0.9,*/*;q=0.8", Format.HTML),
            ("image/png", Format.GEOJSON),
            ("text/html;q=0.5, application/geo+json", Format.GEOJSON),
        ):
            self.assertIs(chosenFormat("", accept, offered), form, accept)

    def test_extension(self) -> None:
        """The extension has the last word."""
        self.assertIs(chosenFormat("json", "text/html", (Format.GEOJSON, Format.HTML)), Format.GEOJSON)
        self.assertIs(chosenFormat("html", "", (Format.JSON, Format.HTML)), Format.HTML)

    @given(st.text(max_size=60))
    def test_anyAccept(self, accept: str) -> None:
        """Any header leads to a format."""
        offered = (Format.JSON, Format.HTML)
        self.assertIn(chosenFormat("", accept, offered), offered)


def references(document: object) -> list[str]:
    """All references within a document."""
    if isinstance(document, dict):
        own = [document["$ref"]] if "$ref" in document else []
        return own + [found for value in document.values() for found in references(value)]
    if isinstance(document, list):
        return [found for value in document for found in references(value)]
    return []
