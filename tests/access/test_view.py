"""The authorised view of a project."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.access.permissions import LayerPermissions
from ogctwist.access.view import AuthorisedLayer, ProjectView
from ogctwist.ows.exceptions import SecurityException
from ogctwist.sources.query import Restriction
from tests.doubles.server import MemoryCatalogue, projectOf, vectorLayer

OPEN, CLOSED = vectorLayer("open", "a"), vectorLayer("closed", "a", name="Secret")


class ViewTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.restriction = Restriction(hiddenFields=frozenset({"a"}))
        layers = {
            "open": AuthorisedLayer(OPEN, LayerPermissions.readOnly(), self.restriction),
            "closed": AuthorisedLayer(CLOSED, LayerPermissions(canInsert=True)),
        }
        self.view = ProjectView(projectOf("/p.qgs", OPEN, CLOSED), layers, MemoryCatalogue())

    def test_denied(self) -> None:
        self.assertEqual(self.view.denied, {"closed"})
        self.assertTrue(self.view.layer("closed").permissions.canInsert)

    def test_sourcesAreRestricted(self) -> None:
        self.assertIs(self.view.features("open").restriction, self.restriction)
        self.assertIs(self.view.coverage("open").restriction, self.restriction)

    def test_aDeniedLayerIsNotOpened(self) -> None:
        for opening in (self.view.features, self.view.coverage):
            error = self.assertRaises(SecurityException, opening, "closed")
            self.assertEqual((error.status, error.code), (403, "Security"))
            self.assertEqual(error.message, "You are not allowed to access to the layer: Secret")

    def test_aLayerThatWasNotAskedForIsNotOpened(self) -> None:
        self.assertRaises(LookupError, self.view.features, "third")

    def test_editingWithoutFilters(self) -> None:
        self.assertTrue(self.successResultOf(self.view.allowToEdit("open", {})))


class PermissionsTests(SynchronousTestCase):
    def test_nothingToBeginWith(self) -> None:
        self.assertEqual(LayerPermissions(), LayerPermissions(False, False, False, False))

    def test_and(self) -> None:
        self.assertEqual(LayerPermissions.all() & LayerPermissions.readOnly(), LayerPermissions(canRead=True))
