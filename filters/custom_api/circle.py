"""
An API has a root path, and handlers for what lies below it.  The one here answers
C{/circle?x=1&y=2&radius=3} with a circle, as GeoJSON or as a page.

This is written for QGIS Server, and runs in it.
"""

import math
import os

from qgis.PyQt.QtCore import QRegularExpression
from qgis.server import QgsServerOgcApi, QgsServerOgcApiHandler, QgsServerQueryStringParameter

CORNERS = 64


class CircleHandler(QgsServerOgcApiHandler):
    """One operation."""

    def __init__(self):
        super().__init__()
        self.setContentTypes([QgsServerOgcApi.GEOJSON, QgsServerOgcApi.HTML])

    def path(self):
        """Searched in what comes after the root path: nothing, or the extension of a format."""
        return QRegularExpression(r"^(\.\w+)?/?$")

    def operationId(self):
        """Unique text."""
        return "getCircle"

    def summary(self):
        """What it does, in short."""
        return "A circle"

    def description(self):
        """What it does."""
        return "A circle around a point, as a polygon"

    def linkTitle(self):
        """The title of a link to it."""
        return "A circle"

    def linkType(self):
        """The relation of a link to it."""
        return QgsServerOgcApi.data

    def templatePath(self, context):
        """The page for people."""
        return os.path.join(os.path.dirname(__file__), "circle.html")

    def parameters(self, context):
        """What it reads of the query."""
        Double = QgsServerQueryStringParameter.Type.Double
        radius = QgsServerQueryStringParameter("radius", True, Double, "The radius is more than 0.")
        radius.setCustomValidator(lambda context, value: value > 0)
        return [
            QgsServerQueryStringParameter("x", True, Double, "The first coordinate of the centre"),
            QgsServerQueryStringParameter("y", True, Double, "The second coordinate of the centre"),
            radius,
        ]

    def handleRequest(self, context):
        """Answer a request."""
        values = self.values(context)
        angles = [2 * math.pi * n / CORNERS for n in range(CORNERS)]
        ring = [
            [values["x"] + values["radius"] * math.cos(a), values["y"] + values["radius"] * math.sin(a)]
            for a in angles
        ]
        feature = {
            "type": "Feature",
            "properties": values,
            "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        }
        self.write(feature, context, {"pageTitle": self.linkTitle()})
