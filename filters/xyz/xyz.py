"""
A filter that turns one request into another: C{SERVICE=XYZ&LAYERS=a&X=1&Y=2&Z=3} into the GetMap
of that tile, in Web Mercator.
"""

from zope.interface import implementer

from ogctwist.interfaces import IServerFilter, OWSException

#: Half the width of the world in EPSG:3857, in metres.
HALF = 20037508.342789244
#: Levels.
DEEPEST = 30
SIZE = 256


def number(handler, name, limit):
    """
    The value of a parameter: a whole number from 0, less than C{limit}.

    @raise OWSException: it is none.
    """
    text = handler.parameter(name)
    if not (text.isascii() and text.isdigit()) or len(text) > 10 or int(text) >= limit:
        message = f"{name} is to be a number from 0 to {limit - 1}"
        raise OWSException(message, "InvalidParameterValue", name, 400)
    return int(text)


def tileBox(x, y, z):
    """
    The bounding box of a tile; y counts from the north.

    @return: (left, bottom, right, top) in EPSG:3857.
    """
    side = 2 * HALF / 2**z
    left, top = -HALF + x * side, HALF - y * side
    return left, top - side, left + side, top


@implementer(IServerFilter)
class XyzTiles:
    """WMS draws the tiles."""

    def requestReady(self, handler):
        """Put a GetMap in the place of the tile."""
        if handler.parameter("SERVICE").upper() != "XYZ":
            return
        z = number(handler, "Z", DEEPEST + 1)
        x, y = number(handler, "X", 2**z), number(handler, "Y", 2**z)
        for name in ("X", "Y", "Z"):
            handler.removeParameter(name)
        wanted = {
            "SERVICE": "WMS",
            "VERSION": "1.3.0",
            "REQUEST": "GetMap",
            "CRS": "EPSG:3857",
            "BBOX": ",".join(map(repr, tileBox(x, y, z))),
            "WIDTH": str(SIZE),
            "HEIGHT": str(SIZE),
            "FORMAT": handler.parameter("FORMAT") or "image/png",
            "TRANSPARENT": handler.parameter("TRANSPARENT") or "TRUE",
        }
        for name, value in wanted.items():
            handler.setParameter(name, value)

    def projectReady(self, handler):
        """Of no interest here."""

    def sendResponse(self, handler):
        """Of no interest here."""

    def responseComplete(self, handler):
        """Of no interest here."""
