"""Puts a picture on every map."""

import os

from ogctwist.interfaces import RegistrationRefused


def serverClassFactory(serverIface):
    """Called once, when the server starts."""
    from .watermark import Watermark

    path = os.environ.get("WATERMARK", "")
    if not path:
        raise RegistrationRefused("set WATERMARK to the path of a picture")
    # After the filters that make answers of their own, before the one that logs.
    serverIface.registerFilter(Watermark(path), 200)
