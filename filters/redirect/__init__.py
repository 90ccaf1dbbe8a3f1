"""Sends visitors without a request to a page."""

import os

from ogctwist.interfaces import RegistrationRefused


def serverClassFactory(serverIface):
    """Called once, when the server starts."""
    from .redirect import Redirect

    target = os.environ.get("REDIRECT_TO", "")
    if not target:
        raise RegistrationRefused("set REDIRECT_TO to the address of the page")
    serverIface.registerFilter(Redirect(target), 0)
