"""
One line for each request: what was asked, what came of it, how long it took.

The first hook notes the time, the last one, which is always called, logs.  In
between other requests pass through the same filter: what belongs to a request is kept with it.
"""

from time import monotonic

from twisted.logger import Logger
from zope.interface import implementer

from ogctwist.interfaces import IServerFilter

#: Parameters that tell what a request is about.
SHOWN = ("SERVICE", "VERSION", "REQUEST", "LAYERS", "LAYER", "TYPENAME", "TYPENAMES", "MAP")


def oneLine(text, length=100):
    """Text of a stranger, fit for a log: no line breaks, no escape sequences, not too long."""
    return "".join(c if c.isprintable() else "?" for c in text[:length])


@implementer(IServerFilter)
class RequestLog:
    """
    @ivar clock: a function that tells the time in seconds.
    """

    log = Logger()

    def __init__(self, clock=monotonic):
        self.clock = clock

    def requestReady(self, handler):
        """The request begins."""
        handler.notes["request_log"] = self.clock()

    def projectReady(self, handler):
        """Of no interest here."""

    def sendResponse(self, handler):
        """Of no interest here."""

    def responseComplete(self, handler):
        """The answer is there, or all but its last part."""
        begun = handler.notes.get("request_log")
        if begun is None:
            # A filter before us stopped requestReady.
            begun = self.clock()
        asked = handler.parameterMap()
        self.log.info(
            "{requestId} {method} {asked} {status} {milliseconds:.0f} ms",
            requestId=handler.requestId,
            method=handler.method(),
            asked=" ".join(f"{name}={oneLine(asked[name])}" for name in SHOWN if asked.get(name)),
            status=handler.statusCode(),
            milliseconds=(self.clock() - begun) * 1000,
        )
