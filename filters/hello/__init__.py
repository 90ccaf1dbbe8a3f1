"""Answers SERVICE=HELLO: the smallest filter."""


def serverClassFactory(serverIface):
    """Called once, when the server starts."""
    from .hello import HelloFilter

    serverIface.registerFilter(HelloFilter(), 100)
