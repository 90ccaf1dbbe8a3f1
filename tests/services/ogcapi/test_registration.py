"""The API within the whole server."""

from __future__ import annotations

from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.assemble import OgcServer
from ogctwist.settings import Settings


class RegistrationTests(SynchronousTestCase):
    def apis(self, **options) -> list[str]:
        server = OgcServer(Settings(**options), MemoryReactorClock())
        self.addCleanup(server.catalogue.close)
        return [api.name for api in server.interface.services.apis()]

    def test_registered(self) -> None:
        """It is there unless the administrator switched it off."""
        self.assertIn("OGC WFS3 (Draft)", self.apis())
        self.assertNotIn("OGC WFS3 (Draft)", self.apis(disabledApis=("ogc wfs3 (draft)",)))

    def test_rootPath(self) -> None:
        """It is where the administrator wants it."""
        server = OgcServer(Settings(apiWfs3RootPath="/features"), MemoryReactorClock())
        self.addCleanup(server.catalogue.close)
        (api,) = (api for api in server.interface.services.apis() if api.name == "OGC WFS3 (Draft)")
        self.assertTrue(api.accept("/features/collections"))
        self.assertFalse(api.accept("/wfs3/collections"))
