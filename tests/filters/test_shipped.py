"""The plugins in filters/, each in a server of doubles."""

from __future__ import annotations

import base64
import io
import json
import os
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

from PIL import Image
from treq.testing import StubTreq
from twisted.web.resource import Resource

from ogctwist.qgiscompat.server import QgsAccessControl
from tests.doubles.server import ScriptedService, projectOf, vectorLayer
from tests.qgiscompat.server import PluginTestCase
from tests.qgiscompat.test_accesscontrol import Asking, edit, permissions, restriction

FILTERS = Path(__file__).resolve().parents[2] / "filters"


class ShippedCase(PluginTestCase):
    def enable(self, *names: str, **environment: str) -> None:
        """Put plugins where the server looks for them."""
        for name in names:
            (self.folder / name).symlink_to(FILTERS / name)
        for variable, value in environment.items():
            self.addCleanup(os.environ.pop, variable, None)
            os.environ[variable] = value

    def module(self, name: str) -> Any:
        return sys.modules[name]


class AllTests(ShippedCase):
    async def test_allOfThemLoad(self) -> None:
        self.folder = FILTERS
        rules = Path(self.mktemp())
        rules.write_text("{}")
        picture = Path(self.mktemp() + ".png")
        Image.new("RGB", (2, 2)).save(picture)
        self.enable(
            WATERMARK=str(picture),
            ACCESS_RULES=str(rules),
            HTTP_BASIC_PASSWORDS=str(rules),
            AUTHZ_URL="http://127.0.0.1:9/",
            REDIRECT_TO="/page",
        )
        self.serveCore()
        refused = self.refusals()
        self.assertEqual({name: why for name, why in refused.items() if why}, {})
        self.assertEqual(set(refused), {path.parent.name for path in FILTERS.glob("*/metadata.txt")})

    async def test_thoseThatNeedASettingSayWhich(self) -> None:
        self.enable("watermark", "http_basic", "authz_http", "redirect", "access_control", "hello")
        self.serveCore()
        refused = self.refusals()
        for name, variable in (
            ("watermark", "WATERMARK"),
            ("http_basic", "HTTP_BASIC_PASSWORDS"),
            ("authz_http", "AUTHZ_URL"),
            ("redirect", "REDIRECT_TO"),
            ("access_control", "ACCESS_RULES"),
        ):
            self.assertIn(f"set {variable} to", refused[name])
        self.assertEqual(refused["hello"], "")
        self.assertEqual(len(self.flushLoggedErrors(ValueError)), 1)


class WatermarkTests(ShippedCase):
    def picture(self, color: tuple[int, ...], size: int, kind: str = "PNG") -> bytes:
        buffer = io.BytesIO()
        Image.new("RGBA" if len(color) == 4 else "RGB", (size, size), color).save(buffer, kind)
        return buffer.getvalue()

    def serveMap(self, kind: str = "PNG") -> None:
        mark = Path(self.mktemp() + ".png")
        mark.write_bytes(self.picture((255, 0, 0, 255), 10))
        self.enable("watermark", WATERMARK=str(mark))
        self.serveCore(self.picture((255, 255, 255), 100, kind), f"image/{kind.lower()}; mode=24bit")

    async def test_mapsAreMarked(self) -> None:
        for kind in ("PNG", "JPEG"):
            self.folder = Path(self.mktemp())
            self.folder.mkdir()
            self.serveMap(kind)
            delivery = await self.ask("SERVICE=WMS&REQUEST=GetMap")
            with Image.open(io.BytesIO(delivery.body)) as found:
                self.assertEqual((found.format, found.size), (kind, (100, 100)))
                red, green, _ = found.convert("RGB").getpixel((25, 25))
                self.assertTrue(red > 240 and green < 30)
                self.assertEqual(found.convert("RGB").getpixel((60, 60)), (255, 255, 255))
            self.server.stop()

    async def test_otherAnswersAreNot(self) -> None:
        self.serveMap()
        delivery = await self.ask("SERVICE=WMS&REQUEST=GetLegendGraphic")
        self.assertEqual(delivery.body, self.picture((255, 255, 255), 100))
        delivery = await self.ask("SERVICE=NONE&REQUEST=GetMap")
        self.assertIn(b"ServiceException", delivery.body)


class HttpBasicTests(ShippedCase):
    def setUp(self) -> None:
        super().setUp()
        self.passwords = Path(self.mktemp())
        self.passwords.write_text(
            "anna:$apr1$abcdefgh$UKLh6FXvczCM6e00azo9Y.\n"
            "otto:{SHA}hvfkN/qlp/zhXR3cuerq6jd2Z7g=\n"
            "plain:secret\n"
        )
        self.enable("http_basic", HTTP_BASIC_PASSWORDS=str(self.passwords))
        self.serve(ScriptedService(lambda q, r, p: r.write(q.headers["x-remote-user"].encode())))

    async def login(self, name: str, password: str, **headers: str) -> Any:
        token = base64.b64encode(f"{name}:{password}".encode()).decode()
        return await self.ask("SERVICE=WMS", headers={"Authorization": f"Basic {token}", **headers})

    async def test_thoseWithAPasswordAreLetIn(self) -> None:
        delivery = await self.login("anna", "secret ä pass word that is long")
        self.assertEqual((delivery.status, delivery.body), (200, b"anna"))
        delivery = await self.login("otto", "a")
        self.assertEqual((delivery.status, delivery.body), (200, b"otto"))

    async def test_othersAreNot(self) -> None:
        for name, password in (
            ("anna", "wrong"),
            ("nobody", "x"),
            ("plain", "secret"),
            ("", ""),
            ("otto", ""),
        ):
            delivery = await self.login(name, password)
            self.assertEqual(delivery.status, 401, name)
            self.assertEqual(delivery.headers["WWW-Authenticate"], 'Basic realm="maps", charset="UTF-8"')
        for header in ("", "Basic", "Basic !!", "Basic YQ==", "Bearer YTph", "Basic /////"):
            delivery = await self.ask("SERVICE=WMS", headers={"Authorization": header})
            self.assertEqual(delivery.status, 401, header)

    async def test_nobodyNamesHimself(self) -> None:
        delivery = await self.login("otto", "a", **{"X-Remote-User": "anna"})
        self.assertEqual(delivery.body, b"otto")

    async def test_aChangedFileIsReadAgain(self) -> None:
        self.passwords.write_text("new:{SHA}hvfkN/qlp/zhXR3cuerq6jd2Z7g=\n")
        self.assertEqual((await self.login("new", "a")).status, 200)
        self.assertEqual((await self.login("otto", "a")).status, 401)

    async def test_withoutTheFileNobodyIsLetIn(self) -> None:
        self.passwords.unlink()
        self.assertEqual((await self.login("otto", "a")).status, 500)
        self.assertEqual(len(self.flushLoggedErrors(OSError)), 1)


class AuthzTests(ShippedCase):
    class Authority(Resource):
        isLeaf = True

        def __init__(self) -> None:
            super().__init__()
            self.asked: list[Any] = []

        def render_POST(self, request: Any) -> bytes:
            question = json.loads(request.content.read())
            self.asked.append(question)
            if question["layer"] == "broken":
                return b"no json"
            if question["authorization"] != "Bearer good":
                request.setResponseCode(403)
                return b""
            return json.dumps({"read": question["layer"] == "roads", "insert": "yes"}).encode()

    def serveAuthz(self) -> None:
        self.enable("authz_http", AUTHZ_URL="http://authority.test/ask")
        self.service = Asking(self.layers)
        server = self.serve(self.service)
        server.projects.byName[""] = projectOf(
            "/projects/a.qgs", *(vectorLayer(name) for name in ("roads", "rivers", "broken"))
        )
        self.authority = self.Authority()
        (registered,) = server.server.accessControls
        registered.provider.client = StubTreq(self.authority)

    @staticmethod
    async def layers(request: Any, project: Any, view: Any) -> Any:
        return sorted(view.denied), view.layer("roads").permissions.canInsert, await request.cacheKey(project)

    async def test_theAuthorityDecides(self) -> None:
        self.serveAuthz()
        asking = self.ask("SERVICE=WMS", headers={"Authorization": "Bearer good"})
        delivery = await asking
        denied, canInsert, key = eval(delivery.body)  # noqa: S307
        self.assertEqual((denied, canInsert), (["broken", "rivers"], False))
        self.assertNotIn("good", key)
        self.assertEqual(
            {question["layer"] for question in self.authority.asked}, {"roads", "rivers", "broken"}
        )
        self.assertEqual(self.authority.asked[0]["address"], "192.0.2.7")
        self.flushLoggedErrors()

    async def test_strangersSeeNothing(self) -> None:
        self.serveAuthz()
        delivery = await self.ask("SERVICE=WMS")
        self.assertEqual(eval(delivery.body)[0], ["broken", "rivers", "roads"])  # noqa: S307
        self.flushLoggedErrors()


class AccessControlTests(ShippedCase):
    RULES = {
        "*": {"*": {"permissions": []}, "Roads": {"permissions": ["read"], "hidden": ["owner"]}},
        "guest": {},
        "anna": {
            "Roads": {
                "permissions": ["read", "update"],
                "expression": "district = 3",
                "subset": "d = 3",
                "edit": {"role": "user"},
            }
        },
    }

    async def answer(self, ask: Any, user: str, query: str = "SERVICE=WMS") -> Any:
        self.service.ask = ask
        delivery = await self.ask(query, headers={"X-Remote-User": user})
        return eval(delivery.body)  # noqa: S307

    async def test_rules(self) -> None:
        rules = Path(self.mktemp())
        rules.write_text(json.dumps(self.RULES))
        self.enable("access_control", ACCESS_RULES=str(rules))
        self.service = Asking(permissions)
        server = self.serve(self.service)
        server.projects.byName[""] = projectOf(
            "/projects/a.qgs",
            vectorLayer("roads", "name", "owner", "role", "district", name="Roads"),
            vectorLayer("rivers", name="Rivers"),
        )
        self.assertEqual(await self.answer(permissions, ""), (True, False, False, False))
        self.assertEqual(await self.answer(permissions, "anna"), (True, False, True, False))
        self.assertEqual(await self.answer(restriction, ""), ("", "", ["owner"]))
        row, subset, hidden = await self.answer(restriction, "anna")
        self.assertIn("3", row)
        self.assertEqual((subset, hidden), ("d = 3", []))
        self.assertEqual(await self.answer(edit, "anna", "SERVICE=WMS&ROLE=user"), True)
        self.assertEqual(await self.answer(edit, "anna", "SERVICE=WMS&ROLE=guest"), False)

        async def denied(request: Any, project: Any, view: Any) -> Any:
            return sorted(view.denied), await request.cacheKey(project)

        self.assertEqual(await self.answer(denied, "x"), (["rivers"], '["user x"]'))
        self.assertEqual(await self.answer(denied, "guest"), (["rivers", "roads"], '["user guest"]'))


class SmallTests(ShippedCase):
    async def test_getFeatureInfoCss(self) -> None:
        self.enable("get_feature_info_css")
        self.serveCore(b"<HTML><BODY>x</BODY>", "text/html")
        delivery = await self.ask("SERVICE=WMS&REQUEST=GetFeatureInfo&INFO_FORMAT=text/html")
        self.assertTrue(delivery.body.startswith(b'<HTML><BODY>\n<style type="text/css">'))
        delivery = await self.ask("SERVICE=WMS&REQUEST=GetFeatureInfo&INFO_FORMAT=text/plain")
        self.assertEqual(delivery.body, b"<HTML><BODY>x</BODY>")

    async def test_params(self) -> None:
        self.enable("params")
        self.serve(ScriptedService(lambda q, r, p: r.write(q.parameters["TEST_NEW_PARAM"].encode())))
        delivery = await self.ask()
        self.assertEqual(delivery.body, b"ParamsFilter")

    async def test_redirect(self) -> None:
        self.enable("redirect", REDIRECT_TO="https://maps.example.org/viewer")
        self.serveCore()
        delivery = await self.ask("", headers={"Accept": "text/html,*/*"})
        self.assertEqual((delivery.status, delivery.body), (302, b""))
        self.assertEqual(delivery.headers, {"Location": "https://maps.example.org/viewer"})
        for query, headers in (("SERVICE=WMS", {"Accept": "text/html"}), ("", {})):
            delivery = await self.ask(query, headers=headers)
            self.assertNotEqual(delivery.status, 302)

    async def test_redirectDoesNotHelpThoseWhoAreRefused(self) -> None:
        passwords = Path(self.mktemp())
        passwords.write_text("")
        self.enable("redirect", "http_basic", REDIRECT_TO="/viewer", HTTP_BASIC_PASSWORDS=str(passwords))
        self.serveCore()
        delivery = await self.ask("", headers={"Accept": "text/html"})
        self.assertEqual(delivery.status, 401)
        self.assertNotIn("Location", delivery.headers)

    async def test_xyz(self) -> None:
        self.enable("xyz")
        self.serve(ScriptedService(lambda q, r, p: r.write(json.dumps(dict(q.parameters)).encode())))
        delivery = await self.ask("SERVICE=XYZ&LAYERS=a&X=1&Y=0&Z=1")
        asked = json.loads(delivery.body)
        box = [float(number) for number in asked.pop("BBOX").split(",")]
        for found, wanted in zip(box, (0, 0, 20037508.342789244, 20037508.342789244), strict=True):
            self.assertAlmostEqual(found, wanted, 6)
        self.assertEqual(
            asked,
            {
                "LAYERS": "a", "SERVICE": "WMS", "VERSION": "1.3.0", "REQUEST": "GetMap", "CRS": "EPSG:3857",
                "WIDTH": "256", "HEIGHT": "256", "FORMAT": "image/png", "TRANSPARENT": "TRUE",
            },
        )  # fmt: skip
        for query in ("X=2&Y=0&Z=1", "X=0&Y=0&Z=31", "X=a&Y=0&Z=0", "X=0&Y=0", "X=-1&Y=0&Z=3"):
            delivery = await self.ask(f"SERVICE=XYZ&LAYERS=a&{query}")
            self.assertEqual(delivery.status, 400)
            self.assertIn(b"InvalidParameterValue", delivery.body)

    async def test_customService(self) -> None:
        self.enable("custom_service")
        server = self.serveCore()
        server.projects.byName[""] = projectOf("/projects/a.qgs", vectorLayer("b"), vectorLayer("a"))
        delivery = await self.ask("SERVICE=CUSTOM&REQUEST=GetLayers")
        self.assertEqual(json.loads(delivery.body), {"layers": ["a", "b"]})
        with patch.object(QgsAccessControl, "layerReadPermission", lambda access, layer: layer.name() != "a"):
            delivery = await self.ask("SERVICE=CUSTOM&REQUEST=GetLayers")
        self.assertEqual(json.loads(delivery.body), {"layers": ["b"]})
        delivery = await self.ask("SERVICE=CUSTOM&REQUEST=Other")
        self.assertEqual(delivery.status, 501)
        self.assertIn(b'code="OperationNotSupported" locator="REQUEST"', delivery.body)

    async def test_customServiceNamesWhatMayBeSeen(self) -> None:
        rules = Path(self.mktemp())
        rules.write_text('{"*": {"a": {"permissions": ["read"]}}}')
        self.enable("custom_service", "access_control", ACCESS_RULES=str(rules))
        server = self.serveCore()
        server.projects.byName[""] = projectOf("/projects/a.qgs", vectorLayer("b"), vectorLayer("a"))
        delivery = await self.ask("SERVICE=CUSTOM&REQUEST=GetLayers")
        self.assertEqual(json.loads(delivery.body), {"layers": ["a"]})

    async def test_customApi(self) -> None:
        self.enable("custom_api")
        self.serveCore()
        delivery = await self.ask("x=1&y=2&radius=3", path="/circle")
        self.assertEqual(delivery.headers["Content-Type"], "application/geo+json")
        feature = json.loads(delivery.body)
        ring = feature["geometry"]["coordinates"][0]
        self.assertEqual((len(ring), ring[0], ring[-1]), (65, [4, 2], [4, 2]))
        delivery = await self.ask("x=1&y=2&radius=3", path="/circle.html")
        self.assertIn(b"<li>radius: 3.0</li>", delivery.body)
        delivery = await self.ask("x=1&y=2&radius=0", path="/circle")
        self.assertEqual(delivery.status, 400)
        self.assertIn(b"The radius is more than 0.", delivery.body)
