"""Parameters, settings, project settings and the rest of qgis.server that needs no request."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression import Expression
from ogctwist.geo.box import Box
from ogctwist.project.model import GroupNode, LayerNode
from ogctwist.project.publication import (
    InspirePublication,
    ServiceIdentification,
    WmsPublication,
    WmtsSettings,
)
from ogctwist.qgiscompat.core import QgsFeatureRequest, QgsProject
from ogctwist.qgiscompat.qt import qtModule
from ogctwist.qgiscompat.server import (
    QgsAccessControl,
    QgsAccessControlFilter,
    QgsBufferServerRequest,
    QgsFeatureFilter,
    QgsFeatureFilterProviderGroup,
    QgsServer,
    QgsServerApiUtils,
    QgsServerException,
    QgsServerFeatureId,
    QgsServerLogger,
    QgsServerOgcApi,
    QgsServerOgcApiHandler,
    QgsServerParameter,
    QgsServerParameterDefinition,
    QgsServerParameters,
    QgsServerProjectUtils,
    QgsServerQueryStringParameter,
    QgsServerSettings,
    QgsServerSettingsEnv,
    QgsServiceRegistry,
    QgsStoreBadLayerInfo,
)
from tests.doubles.server import projectOf, vectorLayer

QtCore = qtModule("QtCore")


class ParameterTests(SynchronousTestCase):
    def test_readings(self) -> None:
        def value(text: str) -> Any:
            return QgsServerParameterDefinition(10, text)

        self.assertEqual(value("a,b,,c").toStringList(), ["a", "b", "c"])
        self.assertEqual(value("a,,c").toStringList(",", False), ["a", "", "c"])
        self.assertEqual((value("5").toInt(), value("x").toInt(), value("").toInt()),
                         ((5, True), (0, False), (0, True)))  # fmt: skip
        self.assertEqual(
            (value("1.5").toDouble(), value("1;2").toIntList(";")), ((1.5, True), ([1, 2], True))
        )
        self.assertEqual(value("1,x").toDoubleList(), ([], False))
        self.assertEqual((value("true").toBool(), value("no").toBool()), (True, False))
        color, isGood = value("0xff0000").toColor()
        self.assertEqual((color.red(), color.green(), isGood), (255, 0, True))
        self.assertFalse(value("no colour").toColor()[1])
        self.assertEqual(value("0xff0000,blue").toColorList()[1], True)
        box, isGood = value("1,2,3,4").toRectangle()
        self.assertEqual((box.xMinimum(), box.yMaximum(), isGood), (1, 4, True))
        self.assertFalse(value("1,2,3").toRectangle()[1])
        geometries, isGood = value("POINT(1 2),LINESTRING(0 0,1 1)").toGeomList()
        self.assertEqual((len(geometries), isGood), (2, True))
        self.assertEqual(
            (value("http://x/").toUrl()[0].host(), value("http://x/").loadUrl()), ("x", ("", False))
        )
        self.assertEqual(
            (value("a").typeName(), QgsServerParameterDefinition().isValid()), ("QString", False)
        )

    def test_errors(self) -> None:
        error = self.assertRaises(QgsServerException, QgsServerParameterDefinition.raiseError, "no")
        self.assertEqual((str(error), error.responseCode()), ("no", 400))
        parameter = QgsServerParameter(QgsServerParameter.MAP, 2, "x" * 500)
        error = self.assertRaises(QgsServerException, parameter.raiseError)
        self.assertIn("MAP", str(error))
        self.assertLess(len(str(error)), 300)

    def test_names(self) -> None:
        self.assertEqual(QgsServerParameter.name(QgsServerParameter.SERVICE), "SERVICE")
        self.assertEqual(QgsServerParameter.name("version"), QgsServerParameter.VERSION_SERVICE)
        self.assertEqual(QgsServerParameter.name(QgsServerParameter.VERSION_SERVICE), "VERSION")
        self.assertEqual(QgsServerParameter.name("whatever"), QgsServerParameter.UNKNOWN)

    def test_parameters(self) -> None:
        query = QtCore.QUrlQuery("service=WMS&Request=GetMap&X=a+b%2B&map=/a")
        parameters = QgsServerParameters(query)
        self.assertEqual(
            (parameters.service(), parameters.request(), parameters.map(), parameters.version()),
            ("WMS", "GetMap", "/a", ""),
        )
        self.assertEqual([parameters.value(n) for n in ("x", "X", "Service")], ["", "a b+", "WMS"])
        parameters.add("new", "1")
        parameters.remove("X")
        parameters.remove(QgsServerParameter.MAP)
        self.assertEqual(parameters.toMap(), {"NEW": "1", "REQUEST": "GetMap", "SERVICE": "WMS"})
        self.assertEqual(QgsServerParameters(parameters).urlQuery().queryItemValue("NEW"), "1")
        without = QgsServerParameters(QtCore.QUrlQuery("REQUEST=GetMap"))
        self.assertEqual(without.service(), "WMS")
        parameters.clear()
        self.assertEqual(parameters.toMap(), {})


class SettingsTests(SynchronousTestCase):
    def test_theEnvironmentWithoutAServer(self) -> None:
        self.patch(__import__("os"), "environ", {"QGIS_SERVER_WMS_MAX_WIDTH": "512",
                                                 "QGIS_SERVER_SERVICE_URL": "http://x/",
                                                 "QGIS_SERVER_WFS_SERVICE_URL": "http://y/"})  # fmt: skip
        settings = QgsServerSettings()
        settings.load()
        self.assertEqual((settings.wmsMaxWidth(), settings.wmsMaxHeight()), (512, -1))
        self.assertEqual((settings.serviceUrl("WMS"), settings.serviceUrl("WFS")), ("http://x/", "http://y/"))
        self.assertEqual((settings.maxThreads(), settings.cacheSize()), (-1, 268435456))
        self.assertEqual((settings.apiWfs3MaxLimit(), settings.ignoreBadLayers()), (10000, False))
        self.assertEqual((settings.load("QGIS_PROJECT_FILE"), settings.load("NO_SUCH")), (True, False))
        self.assertEqual(QgsServerSettings(settings).wmsMaxWidth(), 512)

    def test_names(self) -> None:
        self.assertEqual(
            QgsServerSettings.name(QgsServerSettingsEnv.QGIS_SERVER_LOG_LEVEL), "QGIS_SERVER_LOG_LEVEL"
        )
        self.assertEqual(QgsServerSettingsEnv.QGIS_PROJECT_FILE, 6)


class ProjectSettingsTests(SynchronousTestCase):
    def project(self) -> Any:
        wms = WmsPublication(
            rootName="root",
            extent=Box(1, 2, 3, 4),
            crsList=("EPSG:4326", "EPSG:2056"),
            restrictedLayers=frozenset({"hidden", "group"}),
            restrictedComposers=frozenset({"b", "a"}),
            useLayerIds=True,
            maxWidth=100,
            inspire=InspirePublication(isActive=True, language="ger"),
        )
        native = projectOf(
            "/p.qgs",
            vectorLayer("a"),
            vectorLayer("b"),
            service=ServiceIdentification(title="T", keywords=("k",), contactMail="m"),
            wms=wms,
            wmts=WmtsSettings(serviceUrl="http://wmts/"),
            wfsServiceUrl="http://wfs/",
        )
        tree = GroupNode("", (GroupNode("group", (LayerNode("a", "a"),)), LayerNode("b", "b")))
        return QgsProject._q_of(type(native)(**{**vars(native), "tree": tree}))

    def test_identification(self) -> None:
        project = self.project()
        self.assertEqual(QgsServerProjectUtils.owsServiceTitle(project), "T")
        self.assertEqual(QgsServerProjectUtils.owsServiceKeywords(project), ["k"])
        self.assertEqual(QgsServerProjectUtils.owsServiceContactMail(project), "m")
        self.assertEqual(QgsServerProjectUtils.owsServiceAbstract(project), "")

    def test_wms(self) -> None:
        project = self.project()
        utils = QgsServerProjectUtils
        self.assertEqual((utils.wmsRootName(project), utils.wmsUseLayerIds(project)), ("root", True))
        self.assertEqual((utils.wmsMaxWidth(project), utils.wmsMaxHeight(project)), (100, -1))
        self.assertEqual(utils.wmsOutputCrsList(project), ["EPSG:4326", "EPSG:2056"])
        self.assertEqual(utils.wmsRestrictedLayers(project), ["group", "hidden", "a"])
        self.assertEqual(utils.wmsRestrictedComposers(project), ["a", "b"])
        extent = utils.wmsExtent(project)
        self.assertEqual((extent.xMinimum(), extent.yMaximum()), (1, 4))
        self.assertEqual(
            (utils.wmsInspireActivate(project), utils.wmsInspireLanguage(project)), (True, "ger")
        )

    def test_addresses(self) -> None:
        project = self.project()
        request = QgsBufferServerRequest("http://h/ows?MAP=/p.qgs&SERVICE=WMS")
        utils = QgsServerProjectUtils
        self.assertEqual(utils.wfsServiceUrl(project, request), "http://wfs/")
        self.assertEqual(utils.wmtsServiceUrl(project, request), "http://wmts/")
        self.assertEqual(utils.wmsServiceUrl(project, request), "http://h/ows?MAP=/p.qgs")
        request.setHeader("X-Qgis-WMS-Service-Url", "http://told/")
        self.assertEqual(utils.wmsServiceUrl(project, request), "http://told/")

    def test_anEmptyProject(self) -> None:
        project = QgsProject()
        self.assertEqual(QgsServerProjectUtils.wfsLayerIds(project), [])
        self.assertEqual(QgsServerProjectUtils.wmsRestrictedLayers(project), [])


class ApiUtilsTests(SynchronousTestCase):
    def test_boxesAndSystems(self) -> None:
        box = QgsServerApiUtils.parseBbox("1,2,3,4")
        self.assertEqual((box.xMinimum(), box.yMaximum()), (1, 4))
        self.assertEqual(QgsServerApiUtils.parseBbox("1,2,0,3,4,9").yMaximum(), 4)
        self.assertTrue(QgsServerApiUtils.parseBbox("1,2,x").isNull())
        crs = QgsServerApiUtils.parseCrs("http://www.opengis.net/def/crs/EPSG/0/3857")
        self.assertEqual(crs.authid(), "EPSG:3857")
        self.assertFalse(QgsServerApiUtils.parseCrs("http://elsewhere/3857").isValid())
        self.assertEqual(QgsServerApiUtils.crsToOgcUri(crs), "http://www.opengis.net/def/crs/EPSG/9.6.2/3857")

    def test_texts(self) -> None:
        self.assertEqual(QgsServerApiUtils.sanitizedFieldValue("a'b"), "a''b")
        url = QtCore.QUrl("http://h/?map=/x&y=1")
        self.assertEqual(QgsServerApiUtils.appendMapParameter("http://h/a", url), "http://h/a?MAP=/x")
        self.assertEqual(QgsServerApiUtils.appendMapParameter("http://h/a?b", url), "http://h/a?b&MAP=/x")


class OgcApiTests(SynchronousTestCase):
    """What QGIS 3.22 answers to the same questions."""

    def test_formats(self) -> None:
        self.assertEqual(
            [QgsServerOgcApi.mimeType(n) for n in range(5)],
            [
                "application/geo+json",
                "application/vnd.oai.openapi+json;version=3.0",
                "application/json",
                "text/html",
                "application/xml",
            ],
        )
        self.assertEqual(QgsServerOgcApi.contentTypeToExtension(QgsServerOgcApi.OPENAPI3), "openapi3")
        self.assertEqual(QgsServerOgcApi.contenTypeFromExtension("html"), QgsServerOgcApi.HTML)
        self.assertEqual(QgsServerOgcApi.contenTypeFromExtension("foo"), QgsServerOgcApi.JSON)

    def test_relationsAndUrls(self) -> None:
        self.assertEqual(QgsServerOgcApi.relToString(QgsServerOgcApi.service_desc), "service-desc")
        clean = QgsServerOgcApi.sanitizeUrl(QtCore.QUrl("http://h//a//b/c/?x=1//2/"))
        self.assertEqual(clean.toString(), "http://h/a/b/c?x=1//2/")
        up = QgsServerOgcApiHandler.parentLink
        self.assertEqual(up(QtCore.QUrl("http://h/a/b/c?x=1"), 1), "http://h/a/b/")
        self.assertEqual(up(QtCore.QUrl("http://h/a/b/c.json?MAP=/x"), 2), "http://h/a/?MAP=/x")

    def test_accept(self) -> None:
        handler = QgsServerOgcApiHandler()
        self.assertEqual(handler.contentTypeForAccept("text/html;q=1, */*"), "text/html")
        self.assertEqual(handler.contentTypeForAccept("x/y"), "")
        handler.setContentTypes([QgsServerOgcApi.HTML, QgsServerOgcApi.GEOJSON])
        self.assertEqual(handler.defaultContentType(), QgsServerOgcApi.HTML)
        asked = handler.contentTypeFromRequest(QgsBufferServerRequest("http://h/a.json"))
        self.assertEqual(asked, QgsServerOgcApi.GEOJSON)

    def test_typesOfParameters(self) -> None:
        Type = QgsServerQueryStringParameter.Type
        self.assertEqual(QgsServerQueryStringParameter.typeName(Type.List), "List")
        parameter = QgsServerQueryStringParameter("n", True, Type.Integer, "d", 3)
        parameter.setHidden(True)
        copy = QgsServerQueryStringParameter(parameter)
        self.assertEqual((copy.name(), copy.description(), copy.hidden()), ("n", "d", True))


class FeatureFilterTests(SynchronousTestCase):
    def setUp(self) -> None:
        project = QgsProject._q_of(projectOf("/p.qgs", vectorLayer("a", "x"), vectorLayer("b", "x")))
        self.a, self.b = project.mapLayer("a"), project.mapLayer("b")

    def test_expressionsOfLayers(self) -> None:
        from ogctwist.qgiscompat.core import QgsExpression

        first, second = QgsFeatureFilter(), QgsFeatureFilter()
        first.setFilter(self.a, QgsExpression("x = 1"))
        second.setFilter(self.a, QgsExpression("x < 5"))
        group = QgsFeatureFilterProviderGroup().addProvider(first).addProvider(second).clone()
        request = QgsFeatureRequest()
        group.filterFeatures(self.a, request)
        text = request.filterExpression().expression()
        self.assertIn("x = 1", text)
        self.assertIn("x < 5", text)
        Expression.parse(text)
        untouched = QgsFeatureRequest()
        group.filterFeatures(self.b, untouched)
        self.assertIs(untouched.filterExpression(), None)
        self.assertEqual(group.layerAttributes(self.a, ["x"]), ["x"])

    def test_anAccessControlByItself(self) -> None:
        class Rules(QgsAccessControlFilter):
            def __init__(self, expression, attribute, key):
                super().__init__(None)
                self.told = expression, attribute, key

            def layerFilterExpression(self, layer):
                return self.told[0]

            def layerFilterSubsetString(self, layer):
                return self.told[0]

            def authorizedLayerAttributes(self, layer, attributes):
                return [name for name in attributes if name != self.told[1]]

            def layerPermissions(self, layer):
                rights = super().layerPermissions(layer)
                rights.canDelete = False
                return rights

            def allowToEdit(self, layer, feature):
                return self.told[2] == "k"

            def cacheKey(self):
                return self.told[2]

        control = QgsAccessControl()
        self.assertTrue(control.layerDeletePermission(self.a))
        control.registerAccessControl(Rules("x = 2", "q", "l"), 2)
        control.registerAccessControl(Rules("x = 1", "p", "k"), 1)
        self.assertEqual(control.extraSubsetString(self.a), "(x = 1) AND (x = 2)")
        self.assertEqual(control.layerAttributes(self.a, ["p", "q", "r"]), ["r"])
        self.assertEqual(
            (control.layerReadPermission(self.a), control.layerDeletePermission(self.a)), (True, False)
        )
        self.assertFalse(control.allowToEdit(self.a, None))
        keys: list[str] = []
        self.assertTrue(control.fillCacheKey(keys))
        self.assertEqual(keys, ["k", "l"])
        control.registerAccessControl(Rules("", "", ""), 3)
        self.assertFalse(control.fillCacheKey(keys))
        self.assertEqual(keys, [])
        request = QgsFeatureRequest()
        control.clone().filterFeatures(self.a, request)
        self.assertIn("x = 1", request.filterExpression().expression())


class FeatureIdTests(SynchronousTestCase):
    class Feature:
        def id(self) -> int:
            return 7

        def attribute(self, place: int) -> Any:
            return ["a'b", 5][place]

    class Field:
        def __init__(self, name: str, isNumber: bool):
            self.name, self.isNumeric = lambda: name, lambda: isNumber

    class Provider:
        def __init__(self, places: list[int]):
            self.pkAttributeIndexes = lambda: places

        def fields(self) -> Any:
            return self

        def at(self, place: int) -> Any:
            return [FeatureIdTests.Field('na"me', False), FeatureIdTests.Field("n", True)][place]

    def test_ids(self) -> None:
        get = QgsServerFeatureId.getServerFid
        self.assertEqual(get(self.Feature(), []), "7")
        self.assertEqual(get(self.Feature(), [0, 1]), "a'b@@5")
        self.assertEqual(QgsServerFeatureId.pkSeparator(), "@@")

    def test_expressions(self) -> None:
        expression = QgsServerFeatureId.getExpressionFromServerFid("a'b@@5", self.Provider([0, 1]))
        self.assertEqual(expression, '"na""me" = \'a\'\'b\' AND "n" = 5')
        Expression.parse(expression)
        self.assertEqual(QgsServerFeatureId.getExpressionFromServerFid("5", self.Provider([])), "")
        sly = QgsServerFeatureId.getExpressionFromServerFid("1 OR 1=1", self.Provider([1]))
        self.assertEqual(sly, "\"n\" = '1 OR 1=1'")

    def test_requests(self) -> None:
        update = QgsServerFeatureId.updateFeatureRequestFromServerFids
        request = update(QgsFeatureRequest(), ["3", "x"], self.Provider([]))
        self.assertEqual(list(request.filterFids()), [3])
        request = update(QgsFeatureRequest(), ["5", "6"], self.Provider([1]))
        self.assertEqual(request.filterExpression().expression(), '("n" = 5) OR ("n" = 6)')
        request = update(QgsFeatureRequest(), ["5@@6"], self.Provider([1]))
        self.assertEqual(request.filterExpression().expression(), "FALSE")


class SmallTests(SynchronousTestCase):
    def test_badLayers(self) -> None:
        from ogctwist.qgiscompat.qt import qtModule

        document = qtModule("QtXml").QDomDocument()
        document.setContent(
            "<p><maplayer type='vector'><id>a</id><layername>A</layername><provider>ogr</provider>"
            "<datasource>x</datasource></maplayer></p>"
        )
        node = document.documentElement().firstChild()
        store = QgsStoreBadLayerInfo()
        store.handleBadLayers([node])
        self.assertEqual((store.badLayers(), store.badLayerNames()), (["a"], {"a": "A"}))
        self.assertEqual(store.dataType(node), QgsStoreBadLayerInfo.IS_VECTOR)
        self.assertEqual(store.providerType(node), QgsStoreBadLayerInfo.IS_FILE)
        store.setDataSource(node, "y")
        self.assertEqual(store.dataSource(node), "y")

    def test_theLoggerKeepsToOneLine(self) -> None:
        logger = QgsServerLogger.instance()
        self.assertIs(logger, QgsServerLogger.instance())
        self.assertEqual(logger.formatLogMessage("a\nb", "tag", 1), "tag[1]: a\\nb")

    def test_aRegistryByItself(self) -> None:
        class Service:
            def __init__(self, version):
                self.name, self.version = (lambda: "S"), (lambda: version)

        registry = QgsServiceRegistry()
        one, two = Service("1"), Service("2")
        registry.registerService(one)
        registry.registerService(two)
        registry.registerService(Service("1"))
        self.assertIs(registry.getService("S"), one)
        self.assertIs(registry.getService("S", "2"), two)
        self.assertIs(registry.getService("S", "9"), one)
        self.assertEqual(registry.unregisterService("S"), 2)
        self.assertIs(registry.getService("S"), None)

    def test_withoutAServer(self) -> None:
        self.assertRaises(RuntimeError, QgsServer().serverInterface)
