"""Asks another server whether a user may see a layer."""

import os

from ogctwist.interfaces import RegistrationRefused


def serverClassFactory(serverIface):
    """Called once, when the server starts."""
    import treq

    from .authz_http import AuthzHttp

    url = os.environ.get("AUTHZ_URL", "")
    if not url:
        raise RegistrationRefused("set AUTHZ_URL to the address that knows who may see what")
    serverIface.registerAccessControl(AuthzHttp(url, treq), 100)
