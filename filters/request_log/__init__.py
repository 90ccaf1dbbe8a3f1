"""Logs one line for each OWS request."""


def serverClassFactory(serverIface):
    """Called once, when the server starts."""
    from .request_log import RequestLog

    # After the other filters: it logs what they made of the answer.
    serverIface.registerFilter(RequestLog(), 1000)
