"""
Access control that somebody else decides on: for each layer that a request touches, another
server is asked, over HTTP.

The hooks are coroutines.  The server asks for all layers of a request at the same time, waits for
the answers, and serves other requests meanwhile; an answer is remembered for the request.  What
goes wrong, and what takes too long, denies.

The other server is sent a JSON object with C{project}, C{layer}, C{address} and C{authorization}
(the header of the request), and answers one with C{read}, C{insert}, C{update} and C{delete}.
"""

import hashlib

from zope.interface import implementer

from ogctwist.access.permissions import LayerPermissions
from ogctwist.interfaces import IAccessControlFilter

#: Seconds for one answer.
PATIENCE = 5


@implementer(IAccessControlFilter)
class AuthzHttp:
    """
    @ivar url: what is asked.
    @ivar client: treq, or what has its C{post} and C{json_content}.
    """

    def __init__(self, url, client):
        self.url = url
        self.client = client

    async def layerPermissions(self, handler, layer):
        """Ask; a status other than 200 means no."""
        question = {
            "project": handler.project.path,
            "layer": layer.name,
            "address": handler.environment("REMOTE_ADDR"),
            "authorization": handler.requestHeader("Authorization"),
        }
        response = await self.client.post(self.url, json=question, timeout=PATIENCE)
        if response.code != 200:
            await self.client.content(response)
            return LayerPermissions()
        answer = await self.client.json_content(response)
        return LayerPermissions(
            canRead=answer.get("read") is True,
            canInsert=answer.get("insert") is True,
            canUpdate=answer.get("update") is True,
            canDelete=answer.get("delete") is True,
        )

    def layerFilterExpression(self, handler, layer):
        """All features."""

    def layerFilterSubsetString(self, handler, layer):
        """All features."""

    def authorizedLayerAttributes(self, handler, layer, attributes):
        """All attributes."""
        return attributes

    def allowToEdit(self, handler, layer, feature):
        """All features, where the layer may be changed."""
        return True

    def cacheKey(self, handler):
        """
        Requests with the same authorization share what is cached.  The key may be written down
        somewhere, so it is a digest.
        """
        given = f"{handler.requestHeader('Authorization')} {handler.environment('REMOTE_ADDR')}"
        return hashlib.sha256(given.encode()).hexdigest()
