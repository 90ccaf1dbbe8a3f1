"""
A service: it has a name and a version, and answers the requests that have that SERVICE.

This is written for QGIS Server, and runs in it.
"""

import json

from qgis.server import QgsOgcServiceException, QgsService


class CustomService(QgsService):
    """Tells which layers a project has: C{SERVICE=CUSTOM&REQUEST=GetLayers}."""

    def __init__(self, serverIface):
        super().__init__()
        self.serverIface = serverIface

    def name(self):
        """The value of SERVICE."""
        return "CUSTOM"

    def version(self):
        """The value of VERSION."""
        return "1.0.0"

    def executeRequest(self, request, response, project):
        """
        Answer a request.

        An exception that is raised here becomes the answer; in QGIS, write it:
        C{response.write(error)}.
        """
        if request.parameter("REQUEST") != "GetLayers":
            raise QgsOgcServiceException("OperationNotSupported", "There is no such request", "REQUEST", 501)
        # A service asks itself what the user may see: nobody else does it.
        access = self.serverIface.accessControls()
        layers = [layer for layer in project.mapLayers().values() if access.layerReadPermission(layer)]
        names = sorted(layer.name() for layer in layers)
        response.setStatusCode(200)
        response.setHeader("Content-Type", "application/json")
        response.write(json.dumps({"layers": names}))
