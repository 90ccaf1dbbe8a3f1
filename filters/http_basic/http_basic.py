"""
A filter that lets nobody in without a password (RFC 7617).

Checking a password takes its time, on purpose; so it is done in a thread.  An exception that a
hook raises, or its Deferred fails with, becomes the answer, and no service begins.
"""

import base64
import binascii

from twisted.internet.threads import deferToThread
from zope.interface import implementer

from ogctwist.interfaces import IServerFilter, OWSException

REALM = "maps"


def credentials(header):
    """
    @param header: the value of an Authorization header.
    @return: name and password, or None.
    """
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(value.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    name, colon, password = text.partition(":")
    return (name, password) if colon else None


@implementer(IServerFilter)
class HttpBasic:
    """
    @ivar passwords: has C{check(name, password)}.
    """

    def __init__(self, passwords, inThread=deferToThread):
        self.passwords = passwords
        self.inThread = inThread

    async def requestReady(self, handler):
        """Look at the password before anybody else looks at the request."""
        given = credentials(handler.requestHeader("Authorization"))
        # Only we tell others who the user is.
        handler.setRequestHeader("X-Remote-User", "")
        if given is None or not await self.inThread(self.passwords.check, *given):
            raise OWSException("Authorization required", "Security", status=401)
        handler.setRequestHeader("X-Remote-User", given[0])

    def projectReady(self, handler):
        """Of no interest here."""

    def sendResponse(self, handler):
        """Of no interest here."""

    def responseComplete(self, handler):
        """Tell the client how to ask."""
        if handler.statusCode() == 401:
            handler.setResponseHeader("WWW-Authenticate", f'Basic realm="{REALM}", charset="UTF-8"')
