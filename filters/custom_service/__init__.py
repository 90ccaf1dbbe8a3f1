"""SERVICE=CUSTOM: a service of its own."""


def serverClassFactory(serverIface):
    """Called once, when the server starts."""
    from .custom_service import CustomService

    serverIface.serviceRegistry().registerService(CustomService(serverIface))
