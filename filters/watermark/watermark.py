"""
A filter that changes an answer: a picture is put on the maps of WMS.

Decoding and encoding pictures takes a while, so that is done in a thread, and the hook answers
a Deferred: the server goes on with other requests, and with this one when the Deferred fires.
"""

import io

from PIL import Image
from twisted.internet.threads import deferToThread
from zope.interface import implementer

from ogctwist.interfaces import IServerFilter

#: Content types of maps, and what Pillow calls them.
FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}

#: Where the left upper corner comes to lie, in pixels.
PLACE = (20, 20)


def marked(body, name, mark):
    """A map with the mark on it, in the same format; to be called in a thread."""
    with Image.open(io.BytesIO(body)) as picture:
        map = picture.convert("RGBA")
    sheet = Image.new("RGBA", map.size, (0, 0, 0, 0))
    sheet.paste(mark, PLACE)
    map = Image.alpha_composite(map, sheet)
    buffer = io.BytesIO()
    (map.convert("RGB") if name == "JPEG" else map).save(buffer, name)
    return buffer.getvalue()


@implementer(IServerFilter)
class Watermark:
    """
    @ivar mark: the picture.
    """

    def __init__(self, path):
        with Image.open(path) as picture:
            self.mark = picture.convert("RGBA")

    def requestReady(self, handler):
        """Of no interest here."""

    def projectReady(self, handler):
        """Of no interest here."""

    def sendResponse(self, handler):
        """Maps are not streamed."""

    def responseComplete(self, handler):
        """@return: a Deferred that fires when the map in the buffer has its mark."""
        contentType = handler.responseHeader("Content-Type").partition(";")[0]
        isMap = handler.parameter("REQUEST").upper() == "GETMAP" and handler.statusCode() == 200
        if not isMap or contentType not in FORMATS or handler.exceptionRaised():
            return None

        def put(body):
            handler.clearBody()
            handler.appendBody(body)

        working = deferToThread(marked, handler.body(), FORMATS[contentType], self.mark)
        return working.addCallback(put)
