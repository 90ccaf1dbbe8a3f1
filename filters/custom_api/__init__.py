"""/circle: an OGC API of its own."""


def serverClassFactory(serverIface):
    """Called once, when the server starts."""
    from qgis.server import QgsServerOgcApi

    from .circle import CircleHandler

    api = QgsServerOgcApi(serverIface, "/circle", "Circle", "Draws circles", "1.0")
    api.registerHandler(CircleHandler())
    serverIface.serviceRegistry().registerApi(api)
