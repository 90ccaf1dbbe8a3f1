"""Lets in who has a password."""

import os

from ogctwist.interfaces import RegistrationRefused


def serverClassFactory(serverIface):
    """Called once, when the server starts."""
    from .http_basic import HttpBasic
    from .passwords import PasswordFile

    path = os.environ.get("HTTP_BASIC_PASSWORDS", "")
    if not path:
        raise RegistrationRefused("set HTTP_BASIC_PASSWORDS to the path of an htpasswd file")
    # Before all others: nobody works for a stranger.
    serverIface.registerFilter(HttpBasic(PasswordFile(path)), -1000)
