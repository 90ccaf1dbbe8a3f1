"""What every IAccessControlFilter must hold to."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, maybeDeferred
from zope.interface.verify import verifyObject

from ogctwist.access.permissions import LayerPermissions
from ogctwist.expression import Expression
from ogctwist.interfaces import IAccessControlFilter
from tests.doubles.server import projectOf, vectorLayer


class EditedFeature(dict):
    """A feature as C{allowToEdit} is given it."""

    id = 1
    geometry = None


class AccessControlSuite:
    """Mix into a TestCase, and say how to make the filter and the handler of a request."""

    layer = vectorLayer("points", "name", "role")

    def makeAccessControl(self) -> Any:
        raise NotImplementedError

    def makeHandler(self, project: Any) -> Any:
        raise NotImplementedError

    def ask(self, hook: str, *arguments: Any) -> Any:
        handler = self.makeHandler(projectOf("/p.qgs", self.layer))
        method = getattr(self.makeAccessControl(), hook)
        return self.successResultOf(maybeDeferred(method, handler, *arguments))

    def test_itProvidesTheInterface(self) -> None:
        verifyObject(IAccessControlFilter, self.makeAccessControl())

    def test_permissionsAreSound(self) -> None:
        permissions = self.ask("layerPermissions", self.layer)
        self.assertIsInstance(permissions, LayerPermissions)
        self.assertTrue(permissions.isSound())

    def test_expressionsCanBeParsed(self) -> None:
        text = self.ask("layerFilterExpression", self.layer)
        self.assertIsInstance(text or "", str)
        if text:
            Expression.parse(text)

    def test_subsetsAreText(self) -> None:
        self.assertIsInstance(self.ask("layerFilterSubsetString", self.layer) or "", str)

    def test_attributesAreSomeOfThoseAskedFor(self) -> None:
        names = ["name", "role"]
        answer = self.ask("authorizedLayerAttributes", self.layer, names)
        self.assertIsInstance(answer, (list, tuple))
        self.assertTrue(set(answer) <= {"name", "role"})
        self.assertEqual(self.ask("authorizedLayerAttributes", self.layer, []), [])

    def test_editsAreTruthValues(self) -> None:
        self.assertIsInstance(self.ask("allowToEdit", self.layer, EditedFeature(name="a", role="b")), bool)

    def test_cacheKeysAreTextOrNone(self) -> None:
        self.assertIsInstance(self.ask("cacheKey") or "", str)

    def test_hooksOfSeveralLayersRunAtTheSameTime(self) -> None:
        handler = self.makeHandler(projectOf("/p.qgs", self.layer))
        tested = self.makeAccessControl()
        answers: list[Deferred] = [
            maybeDeferred(tested.layerPermissions, handler, vectorLayer(f"layer{n}")) for n in range(3)
        ]
        for answer in answers:
            self.assertIsInstance(self.successResultOf(answer), LayerPermissions)
