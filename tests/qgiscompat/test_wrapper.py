"""Habits of SIP's classes: plugin_semantics 13."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.qgiscompat.inert import NotOnServer, inertClass
from ogctwist.qgiscompat.server import (
    QgsAccessControlFilter,
    QgsOgcServiceException,
    QgsServerCacheFilter,
    QgsServerException,
    QgsServerFilter,
    QgsServerOgcApi,
    QgsServerRequest,
    QgsServerResponse,
    QgsService,
)


class ConstructorTests(SynchronousTestCase):
    def test_aConstructorThatIsNotChainedTo(self) -> None:
        for base in (QgsServerFilter, QgsAccessControlFilter, QgsServerCacheFilter):

            class Forgetful(base):
                def __init__(self, iface):
                    pass

            error = self.assertRaises(RuntimeError, Forgetful(None).serverInterface)
            self.assertEqual(str(error), "super-class __init__() of type Forgetful was never called")

    def test_theDefaultConstructor(self) -> None:
        class Plain(QgsServerFilter):
            pass

        interface = object()
        self.assertIs(Plain(interface).serverInterface(), interface)
        self.assertIs(Plain(Plain(interface)).serverInterface(), interface)

    def test_constructorsThatSkipTheirClass(self) -> None:
        interface = object()
        for base in (QgsServerFilter, QgsAccessControlFilter, QgsServerCacheFilter):

            class Skipping(base):
                skipped = base

                def __init__(self, iface):
                    super(self.skipped, self).__init__(iface)

            self.assertIs(Skipping(interface).serverInterface(), interface)

        class Error(QgsServerException):
            def __init__(self, message, code):
                super(QgsServerException, self).__init__(message, code)

        self.assertEqual(Error("m", 404).responseCode(), 404)

    def test_hooksOfTheBaseAreFoundPastTheClass(self) -> None:
        class Calling(QgsAccessControlFilter):
            def layerPermissions(self, layer):
                return super(QgsAccessControlFilter, self).layerPermissions(layer)

        self.assertTrue(Calling(None).layerPermissions(None).canDelete)

    def test_baseHooksAnswerAsQgisDoes(self) -> None:
        control = QgsAccessControlFilter(None)
        self.assertEqual(control.layerFilterExpression(None), "")
        self.assertEqual(control.layerFilterSubsetString(None), "")
        self.assertEqual(control.authorizedLayerAttributes(None, ["a"]), ["a"])
        self.assertIs(control.allowToEdit(None, None), True)
        self.assertEqual(control.cacheKey(), "")
        plain = QgsServerFilter(None)
        for hook in ("onRequestReady", "onProjectReady", "onResponseComplete", "onSendResponse"):
            self.assertIs(getattr(plain, hook)(), True)
        for hook in ("requestReady", "responseComplete", "sendResponse"):
            self.assertIs(getattr(plain, hook)(), None)

    def test_methodsAreOfTheirClass(self) -> None:
        self.assertRaises(TypeError, QgsServerFilter.serverInterface, object())


class VirtualTests(SynchronousTestCase):
    def test_whatIsNotOverriddenAnswersNothing(self) -> None:
        class Half(QgsService):
            pass

        errors = io.StringIO()
        with redirect_stderr(errors):
            service = Half()
            self.assertEqual((service.name(), service.version()), ("", ""))
            self.assertIs(service.executeRequest(None, None, None), None)
            response = QgsServerResponse()
            self.assertEqual((response.headers(), response.statusCode()), ({}, 0))
        lines = errors.getvalue().splitlines()
        self.assertEqual(
            lines[0], "NotImplementedError: QgsService.name() is abstract and must be overridden"
        )
        self.assertEqual(len(lines), 5)
        self.assertIsNot(sys.stderr, errors)


class EnumTests(SynchronousTestCase):
    def test_bothForms(self) -> None:
        self.assertIs(QgsServerRequest.GetMethod, QgsServerRequest.Method.GetMethod)
        self.assertEqual(QgsServerRequest.PostMethod, 3)
        self.assertIsInstance(QgsServerOgcApi.JSON, int)
        self.assertEqual(QgsServerOgcApi.Rel.self, 4)
        self.assertEqual(QgsServerRequest.Method(3), QgsServerRequest.PostMethod)


class ExceptionTests(SynchronousTestCase):
    def test_serverException(self) -> None:
        error = QgsServerException("a < b")
        body, contentType = error.formatResponse()
        self.assertEqual(
            bytes(body),
            b'<?xml version="1.0" encoding="UTF-8"?>\n<ServerException>a &lt; b</ServerException>\n',
        )
        self.assertEqual((contentType, error.responseCode()), ("text/xml; charset=utf-8", 500))
        self.assertEqual(str(error), "a < b")
        self.assertEqual(QgsServerException(QgsServerException("x", 404)).responseCode(), 404)

    def test_ogcServiceException(self) -> None:
        error = QgsOgcServiceException("C", "m", "L")
        body, contentType = error.formatResponse()
        self.assertEqual(
            bytes(body),
            b'<?xml version="1.0" encoding="UTF-8"?>\n'
            b'<ServiceExceptionReport xmlns="http://www.opengis.net/ogc" version="1.3.0">\n'
            b' <ServiceException code="C" locator="L">m</ServiceException>\n</ServiceExceptionReport>\n',
        )
        self.assertEqual(contentType, "text/xml; charset=utf-8")
        self.assertEqual(
            (error.code(), error.message(), error.locator(), error.version()), ("C", "m", "L", "1.3.0")
        )
        self.assertNotIsInstance(error, QgsServerException)

    def test_theyCanBeRaised(self) -> None:
        for error in (QgsServerException("m"), QgsOgcServiceException("C", "m")):
            with self.assertRaises(type(error)):
                raise error


class InertTests(SynchronousTestCase):
    def test_theyCanBeNamedAndSubclassed(self) -> None:
        QAction = inertClass("PyQt5.QtWidgets", "QAction")
        self.assertIs(QAction, inertClass("PyQt5.QtWidgets", "QAction"))
        self.assertTrue(issubclass(QAction.Something.Deeper, object))

        class Mine(QAction):
            attribute = QAction.Flag

        error = self.assertRaises(NotOnServer, Mine)
        self.assertIn("not there on this server", str(error))
