"""Access control that was written for QGIS Server: plugin_semantics 8 and 9."""

from __future__ import annotations

from twisted.internet.defer import gatherResults

from tests.doubles.server import ScriptedService, answering, projectOf, vectorLayer
from tests.qgiscompat.server import PluginTestCase

ONE = """
    class One(QgsAccessControlFilter):
        {}

    def serverClassFactory(iface):
        iface.registerAccessControl(One(iface), 100)
"""


class Asking(ScriptedService):
    """A service that writes what access control leaves of the layers of the project."""

    def __init__(self, ask, contents=True):
        super().__init__(self.execute)
        self.ask = ask
        self.contents = contents

    async def execute(self, request, response, project):
        view = await request.view(project, project.layers, self.contents)
        response.write(repr(await self.ask(request, project, view)).encode())


async def permissions(request, project, view):
    found = view.layer("roads").permissions
    return found.canRead, found.canInsert, found.canUpdate, found.canDelete


async def restriction(request, project, view):
    found = view.layer("roads").restriction
    row = "" if found.rowFilter is None else str(found.rowFilter)
    return row, found.subset, sorted(found.hiddenFields)


async def cacheKey(request, project, view):
    return await request.cacheKey(project)


class Feature(dict):
    id = 7
    geometry = None


async def edit(request, project, view):
    return await view.allowToEdit("roads", Feature(name="n", role=request.parameters.text("ROLE")))


class AccessControlTests(PluginTestCase):
    def control(self, hooks: str, name: str = "control") -> None:
        body = "\n        ".join(line for line in hooks.strip().splitlines())
        self.plugin(name, ONE.format(body))

    async def answer(self, ask, query: str = "SERVICE=WMS", contents: bool = True) -> object:
        if not hasattr(self, "server"):
            self.service = Asking(ask, contents)
            server = self.serve(self.service)
            server.projects.byName[""] = projectOf(
                "/projects/a.qgs",
                vectorLayer("roads", "name", "role", "secret", name="Roads"),
                vectorLayer("rivers", "name", name="Rivers"),
            )
        self.service.ask, self.service.contents = ask, contents
        delivery = await self.ask(query)
        self.assertEqual(delivery.status, 200, delivery.body)
        return eval(delivery.body)  # noqa: S307

    async def test_withoutHooksEverythingIsAllowed(self) -> None:
        self.control("pass")
        self.assertEqual(await self.answer(permissions), (True, True, True, True))
        self.assertEqual(await self.answer(restriction), ("", "", []))
        self.assertEqual(await self.answer(edit), True)

    async def test_permissionsBeginWithNothing(self) -> None:
        self.control(
            """
def layerPermissions(self, layer):
    rights = QgsAccessControlFilter.LayerPermissions()
    seen.append((rights.canRead, rights.canInsert, rights.canUpdate, rights.canDelete))
    rights.canRead = layer.name() == "Roads"
    rights.canUpdate = 1
    return rights
"""
        )
        self.assertEqual(await self.answer(permissions), (True, False, True, False))
        self.assertEqual(self.seenBy("control")[0], (False, False, False, False))

    async def test_hooksMayCallTheirBase(self) -> None:
        self.control(
            """
def layerPermissions(self, layer):
    rights = super(QgsAccessControlFilter, self).layerPermissions(layer)
    rights.canDelete = False
    return rights
def layerFilterExpression(self, layer):
    return super(QgsAccessControlFilter, self).layerFilterExpression(layer)
def layerFilterSubsetString(self, layer):
    return super().layerFilterSubsetString(layer)
def authorizedLayerAttributes(self, layer, attributes):
    return super().authorizedLayerAttributes(layer, attributes)
def allowToEdit(self, layer, feature):
    return super().allowToEdit(layer, feature)
def cacheKey(self):
    return super().cacheKey()
"""
        )
        self.assertEqual(await self.answer(permissions), (True, True, True, False))
        self.assertEqual(await self.answer(restriction), ("", "", []))
        self.assertEqual(await self.answer(edit), True)
        self.assertEqual(await self.answer(cacheKey), None)

    async def test_severalFiltersAreJoined(self) -> None:
        self.control(
            """
def layerFilterExpression(self, layer): return "name = 'a'"
def layerFilterSubsetString(self, layer): return "x = 1"
def authorizedLayerAttributes(self, layer, attributes):
    seen.append(attributes)
    return [name for name in attributes if name != "secret"]
def cacheKey(self): return "one"
""",
            "alpha",
        )
        self.control(
            """
def layerFilterExpression(self, layer): return "role = 'b'" if layer.id() == "roads" else None
def layerFilterSubsetString(self, layer): return "y = 2"
def authorizedLayerAttributes(self, layer, attributes):
    seen.append(attributes)
    return [name for name in attributes if name != "role"]
def cacheKey(self): return "two"
""",
            "beta",
        )
        row, subset, hidden = await self.answer(restriction)
        self.assertIn("name", row)
        self.assertIn("AND", row)
        self.assertEqual(sorted(subset.split(" AND ")), ["(x = 1)", "(y = 2)"])
        self.assertEqual(hidden, ["role", "secret"])
        lengths = sorted(map(len, self.seenBy("alpha") + self.seenBy("beta")), reverse=True)
        self.assertEqual(lengths, [3, 2, 1, 1])
        self.assertEqual(await self.answer(cacheKey), '["two", "one"]')

    async def test_theFirstDenialEndsTheAsking(self) -> None:
        self.plugin(
            "deny",
            """
            class Denying(QgsAccessControlFilter):
                def layerPermissions(self, layer): return QgsAccessControlFilter.LayerPermissions()

            class Later(QgsAccessControlFilter):
                def layerPermissions(self, layer): seen.append(layer.name())

            def serverClassFactory(iface):
                iface.registerAccessControl(Denying(iface), 1)
                iface.registerAccessControl(Later(iface), 2)
            """,
        )
        self.assertEqual(await self.answer(permissions), (False, False, False, False))
        self.assertEqual(self.seenBy("deny"), [])

    async def test_editsAreAskedWithTheFeature(self) -> None:
        self.control(
            """
def allowToEdit(self, layer, feature):
    seen.append((layer.name(), feature.id(), feature.attribute("name"), feature["name"]))
    return feature.attribute("role") == "user"
"""
        )
        self.assertEqual(await self.answer(edit, "SERVICE=WMS&ROLE=user"), True)
        self.assertEqual(await self.answer(edit, "SERVICE=WMS&ROLE=other"), False)
        self.assertEqual(self.seenBy("control")[0], ("Roads", 7, "n", "n"))

    async def test_whateverGoesWrongDenies(self) -> None:
        self.control(
            """
def mode(self): return self.serverInterface().requestHandler().parameter("MODE")
def layerPermissions(self, layer):
    if self.mode() == "raise": raise ValueError("secret")
    if self.mode() == "none": return None
    if self.mode() == "odd":
        rights = QgsAccessControlFilter.LayerPermissions()
        rights.canRead = "yes"
        return rights
    return super().layerPermissions(layer)
def layerFilterExpression(self, layer):
    if self.mode() == "expression": raise ValueError("secret")
    if self.mode() == "number": return 5
    if self.mode() == "broken": return "name = ("
def layerFilterSubsetString(self, layer):
    if self.mode() == "subset": raise ValueError("secret")
def authorizedLayerAttributes(self, layer, attributes):
    if self.mode() == "attributes": return None
    return attributes
def allowToEdit(self, layer, feature):
    if self.mode() == "edit": return None
    return True
def cacheKey(self):
    if self.mode() == "key": raise ValueError("secret")
    return "k"
"""
        )
        denied = (False, False, False, False)
        for mode in ("raise", "none", "odd"):
            self.assertEqual(await self.answer(permissions, f"SERVICE=WMS&MODE={mode}"), denied, mode)
        for mode in ("expression", "number", "broken", "subset", "attributes"):
            row, _, _ = await self.answer(restriction, f"SERVICE=WMS&MODE={mode}")
            self.assertEqual(row, "FALSE", mode)
        self.assertEqual(await self.answer(edit, "SERVICE=WMS&MODE=edit"), False)
        self.assertEqual(await self.answer(cacheKey, "SERVICE=WMS&MODE=key"), None)
        self.assertEqual(await self.answer(permissions), (True, True, True, True))
        self.flushLoggedErrors()

    async def test_noneAndEmptyRestrictNothing(self) -> None:
        self.control(
            """
def layerFilterExpression(self, layer): return None
def layerFilterSubsetString(self, layer): return ""
"""
        )
        self.assertEqual(await self.answer(restriction), ("", "", []))

    async def test_aRaisedExceptionIsTheAnswer(self) -> None:
        self.control(
            """
def layerPermissions(self, layer):
    raise QgsOgcServiceException("Security", "not for you", "", 403)
"""
        )
        self.service = Asking(permissions)
        server = self.serve(self.service)
        server.projects.byName[""] = projectOf("/projects/a.qgs", vectorLayer("roads"))
        delivery = await self.ask()
        self.assertEqual(delivery.status, 403)
        self.assertIn(b'code="Security">not for you<', delivery.body)

    async def test_hooksMayBeCoroutines(self) -> None:
        self.control(
            """
async def layerPermissions(self, layer):
    from twisted.internet import reactor
    from twisted.internet.task import deferLater
    return await deferLater(reactor, 0.001, QgsAccessControlFilter.LayerPermissions)
"""
        )
        self.assertEqual(await self.answer(permissions), (False, False, False, False))

    async def test_hooksAreAskedOnceForEachLayerOfTheRequest(self) -> None:
        self.control(
            """
def layerPermissions(self, layer):
    seen.append(("permissions", layer.id()))
    return super().layerPermissions(layer)
def layerFilterSubsetString(self, layer):
    seen.append(("subset", layer.id()))
def layerFilterExpression(self, layer):
    seen.append(("expression", layer.id()))
def authorizedLayerAttributes(self, layer, attributes):
    seen.append(("attributes", layer.id()))
    return attributes
"""
        )
        await self.answer(restriction)
        wanted = [(hook, layer) for hook in ("attributes", "expression", "permissions", "subset")
                  for layer in ("rivers", "roads")]  # fmt: skip
        self.assertEqual(sorted(self.seenBy("control")), wanted)
        del self.seenBy("control")[:]
        await self.answer(permissions, contents=False)
        self.assertEqual(
            sorted(self.seenBy("control")), [("permissions", "rivers"), ("permissions", "roads")]
        )

    async def test_cacheKeys(self) -> None:
        self.control(
            """
def cacheKey(self):
    key = self.serverInterface().requestHandler().parameter("KEY")
    return None if key == "none" else key
"""
        )
        self.assertEqual(await self.answer(cacheKey, "SERVICE=WMS&KEY=a"), '["a"]')
        self.assertEqual(await self.answer(cacheKey, "SERVICE=WMS"), None)
        self.assertEqual(await self.answer(cacheKey, "SERVICE=WMS&KEY=none"), None)

    async def test_aTurnIsHeldFromTheFirstQuestionToTheEnd(self) -> None:
        self.control(
            """
def layerPermissions(self, layer):
    token = self.serverInterface().requestHandler().parameter("TOKEN")
    seen.append(token)
    return super().layerPermissions(layer)
"""
        )
        self.service = Asking(permissions)
        server = self.serve(self.service)
        layers = [vectorLayer(f"layer{n}") for n in range(3)]
        server.projects.byName[""] = projectOf("/projects/a.qgs", vectorLayer("roads"), *layers)
        started = [self.start(f"SERVICE=WMS&TOKEN={n}") for n in range(20)]
        await gatherResults([done for _, done in started])
        tokens = self.seenBy("control")
        self.assertEqual(tokens, sorted(tokens, key=int))
        self.assertEqual(len(tokens), 80)

    async def test_requestsThatAskForNothingDoNotWait(self) -> None:
        self.control(
            """
import threading
go = threading.Event()
def layerPermissions(self, layer):
    self.go.wait(10)
    return super().layerPermissions(layer)
"""
        )
        self.service = Asking(permissions)
        other = ScriptedService(answering(b"free"), "OTHER")
        server = self.serve(self.service, other)
        server.projects.byName[""] = projectOf("/projects/a.qgs", vectorLayer("roads"))
        _, blocked = self.start("SERVICE=WMS")
        delivery = await self.ask("SERVICE=OTHER")
        self.assertEqual(delivery.body, b"free")
        self.assertFalse(blocked.called)
        next(iter(server.server.accessControls)).provider.foreign.go.set()
        await blocked


class AskedByPluginsTests(PluginTestCase):
    async def test_pluginsAskAllFilters(self) -> None:
        self.plugin(
            "rules",
            """
            class Rules(QgsAccessControlFilter):
                def layerPermissions(self, layer):
                    rights = QgsAccessControlFilter.LayerPermissions()
                    rights.canRead = rights.canUpdate = True
                    return rights
                def layerFilterSubsetString(self, layer): return "a = 1"
                def authorizedLayerAttributes(self, layer, attributes): return ["name"]
                def allowToEdit(self, layer, feature): return False
                def cacheKey(self): return "k"

            def serverClassFactory(iface):
                iface.registerAccessControl(Rules(iface))
            """,
        )
        self.plugin(
            "user",
            """
            class User(QgsServerFilter):
                def responseComplete(self):
                    control = self.serverInterface().accessControls()
                    layer = QgsProject.instance().mapLayer("roads")
                    seen.append([control.layerReadPermission(layer), control.layerInsertPermission(layer),
                                 control.layerUpdatePermission(layer), control.layerDeletePermission(layer)])
                    seen.append(control.extraSubsetString(layer))
                    seen.append(control.layerAttributes(layer, ["name", "role"]))
                    keys = []
                    seen.append((control.fillCacheKey(keys), keys))

            def serverClassFactory(iface):
                iface.registerFilter(User(iface))
            """,
        )
        server = self.serveCore()
        server.projects.byName[""] = projectOf("/projects/a.qgs", vectorLayer("roads", "name", "role"))
        await self.ask()
        self.assertEqual(
            self.seenBy("user"),
            [[True, False, True, False], "a = 1", ["name"], (True, ['["k"]'])],
        )

    async def test_aPluginThatAsksItselfIsAnswered(self) -> None:
        self.plugin(
            "both",
            """
            class Rules(QgsAccessControlFilter):
                def layerPermissions(self, layer):
                    seen.append("asked")
                    return QgsAccessControlFilter.LayerPermissions()

            class User(QgsServerFilter):
                def responseComplete(self):
                    layer = QgsProject.instance().mapLayer("roads")
                    seen.append(self.serverInterface().accessControls().layerReadPermission(layer))

            def serverClassFactory(iface):
                iface.registerAccessControl(Rules(iface))
                iface.registerFilter(User(iface))
            """,
        )
        server = self.serveCore()
        server.projects.byName[""] = projectOf("/projects/a.qgs", vectorLayer("roads"))
        await self.ask()
        self.assertEqual(self.seenBy("both"), ["asked", False])

    async def test_aServiceIsCalledBeforeTheProjectIsLoaded(self) -> None:
        self.plugin(
            "early",
            """
            class Rules(QgsAccessControlFilter):
                def layerPermissions(self, layer):
                    seen.append(layer.name())
                    return super().layerPermissions(layer)

            class Early(QgsServerFilter):
                def requestReady(self):
                    iface = self.serverInterface()
                    project = QgsConfigCache.instance().project(iface.configFilePath())
                    response = QgsBufferServerResponse()
                    request = QgsBufferServerRequest("http://x/?SERVICE=WMS")
                    iface.serviceRegistry().getService("WMS").executeRequest(request, response, project)
                    seen.append(bytes(response.data()))

            def serverClassFactory(iface):
                iface.registerAccessControl(Rules(iface))
                iface.registerFilter(Early(iface))
            """,
        )
        server = self.serve(Asking(permissions))
        server.projects.byName[""] = projectOf("/projects/a.qgs", vectorLayer("roads", name="Roads"))
        await self.ask()
        self.assertEqual(self.seenBy("early")[:2], ["Roads", b"(True, True, True, True)"])
