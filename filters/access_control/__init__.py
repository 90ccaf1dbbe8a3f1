"""Rules for layers, by user."""


def serverClassFactory(serverIface):
    """Called once, when the server starts."""
    from .access_control import AccessControl

    serverIface.registerAccessControl(AccessControl(serverIface), 100)
