"""
A filter with a service of its own.

A native filter provides IServerFilter: four hooks, each called with the handler
of one request.  Many requests are under way at the same time, so what belongs to
one of them is kept on its handler, never on the filter.
"""

from zope.interface import implementer

from ogctwist.interfaces import IServerFilter


@implementer(IServerFilter)
class HelloFilter:
    """Answers SERVICE=HELLO, with a greeting for NAME."""

    def requestReady(self, handler):
        """Nothing to change in the request."""

    def projectReady(self, handler):
        """The project does not matter to a greeting."""

    def sendResponse(self, handler):
        """Streamed answers pass as they are."""

    def responseComplete(self, handler):
        """
        Put our answer in the place of the one that is there.

        No service is called HELLO (nor need there be a project), so by now the
        buffer holds the report of that.  But what another filter has refused stays
        refused.
        """
        if handler.parameter("SERVICE").upper() != "HELLO" or handler.exceptionRaised():
            return
        name = handler.parameter("NAME") or "world"
        handler.clear()
        handler.setStatusCode(200)
        handler.setResponseHeader("Content-Type", "text/plain; charset=utf-8")
        handler.appendBody(f"Hello, {name}!\n".encode())
