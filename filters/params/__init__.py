"""Adds a parameter to every request, and looks whether it is still there."""


def serverClassFactory(serverIface):
    """Called once, when the server starts."""
    from .params import ParamsFilter

    serverIface.registerFilter(ParamsFilter(serverIface), 50)
