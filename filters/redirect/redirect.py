"""
A filter that answers itself: who comes with a browser and asks for nothing is sent to a page.

A hook that raises an exception has it reported, and no service begins.  Ours is one that is no
failure, so at the end it is replaced.

The landing page answers such visitors before any filter is asked: it has to be switched off, with
QGIS_SERVER_DISABLED_APIS="Landing Page".
"""

from zope.interface import implementer

from ogctwist.interfaces import IServerFilter, OWSException


class Elsewhere(OWSException):
    """The answer is at another address."""

    status = 302


@implementer(IServerFilter)
class Redirect:
    """
    @ivar target: the address of the page.
    """

    def __init__(self, target):
        self.target = target

    def isVisitor(self, handler):
        """Whether the request asks for a page, and for nothing that we have."""
        return (
            handler.method() in ("GET", "HEAD")
            and handler.path() == "/"
            and not handler.parameter("SERVICE")
            and not handler.parameter("REQUEST")
            and "text/html" in handler.requestHeader("Accept")
        )

    def requestReady(self, handler):
        """Nothing more is to be done for a visitor, unless somebody has refused him."""
        if self.isVisitor(handler) and not handler.exceptionRaised():
            raise Elsewhere("The page is elsewhere")

    def projectReady(self, handler):
        """Of no interest here."""

    def sendResponse(self, handler):
        """Of no interest here."""

    def responseComplete(self, handler):
        """Say where."""
        if self.isVisitor(handler) and handler.statusCode() == 302:
            handler.clear()
            handler.setResponseHeader("Location", self.target)
