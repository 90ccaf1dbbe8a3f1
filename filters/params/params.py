"""
A filter that changes the request: what it sets here, the services see.

This is written for QGIS Server, and runs in it.  Such a filter sees one request at a time; its
hooks run in a thread of the plugin's.
"""

from qgis.core import Qgis, QgsMessageLog
from qgis.server import QgsServerFilter


class ParamsFilter(QgsServerFilter):
    """Adds TEST_NEW_PARAM."""

    def requestReady(self):
        """The request is decoded, nothing has been done with it yet."""
        handler = self.serverInterface().requestHandler()
        handler.setParameter("TEST_NEW_PARAM", "ParamsFilter")

    def responseComplete(self):
        """The answer is there; the parameters are what they were."""
        handler = self.serverInterface().requestHandler()
        if handler.parameterMap().get("TEST_NEW_PARAM") == "ParamsFilter":
            QgsMessageLog.logMessage("SUCCESS - ParamsFilter.responseComplete", "plugin", Qgis.Info)
        else:
            QgsMessageLog.logMessage("FAIL    - ParamsFilter.responseComplete", "plugin", Qgis.Critical)
