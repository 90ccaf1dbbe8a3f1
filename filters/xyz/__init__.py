"""SERVICE=XYZ: tiles by x, y and z."""


def serverClassFactory(serverIface):
    """Called once, when the server starts."""
    from .xyz import XyzTiles

    serverIface.registerFilter(XyzTiles(), 0)
