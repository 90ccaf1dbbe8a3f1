"""
A filter that changes what a service has answered.

This is written for QGIS Server, and runs in it.
"""

from qgis.server import QgsServerFilter

STYLE = b"""<BODY>
<style type="text/css">
  body { font-family: sans-serif; font-size: 14px; margin: 1em; }
  table { border-collapse: collapse; width: 100%; margin-bottom: 1em; }
  th, td { border: 1px solid #ccc; padding: 0.3em 0.6em; text-align: left; }
  th { background: #f2f2f2; }
</style>"""


class GetFeatureInfoCss(QgsServerFilter):
    """Puts the style sheet after the opening tag of the body."""

    def responseComplete(self):
        """The page is in the buffer."""
        handler = self.serverInterface().requestHandler()
        parameters = handler.parameterMap()
        if parameters.get("REQUEST", "").upper() != "GETFEATUREINFO" or handler.exceptionRaised():
            return
        if parameters.get("INFO_FORMAT", "").lower() != "text/html":
            return
        body = handler.body()
        handler.clearBody()
        handler.appendBody(body.replace(b"<BODY>", STYLE))
