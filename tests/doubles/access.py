"""An access-control filter that answers from attributes."""

from __future__ import annotations

from typing import Any

from zope.interface import implementer

from ogctwist.access.permissions import LayerPermissions
from ogctwist.interfaces import IAccessControlFilter


@implementer(IAccessControlFilter)
class FixedAccess:
    """
    Each attribute is an answer, or a function of the hook's arguments after the handler.

    @ivar asked: C{(hook, layer id or '')} of each call.
    """

    def __init__(
        self,
        permissions: Any = None,
        expression: Any = "",
        subset: Any = "",
        attributes: Any = None,
        edit: Any = True,
        key: Any = "role",
    ):
        self.permissions = LayerPermissions.all() if permissions is None else permissions
        self.expression = expression
        self.subset = subset
        self.attributes = attributes or (lambda layer, names: names)
        self.edit = edit
        self.key = key
        self.asked: list[tuple[str, str]] = []

    def _answer(self, hook: str, answer: Any, *arguments: Any) -> Any:
        self.asked.append((hook, arguments[0].id if arguments else ""))
        return answer(*arguments) if callable(answer) else answer

    def layerPermissions(self, handler, layer):
        return self._answer("layerPermissions", self.permissions, layer)

    def layerFilterExpression(self, handler, layer):
        return self._answer("layerFilterExpression", self.expression, layer)

    def layerFilterSubsetString(self, handler, layer):
        return self._answer("layerFilterSubsetString", self.subset, layer)

    def authorizedLayerAttributes(self, handler, layer, attributes):
        return self._answer("authorizedLayerAttributes", self.attributes, layer, attributes)

    def allowToEdit(self, handler, layer, feature):
        return self._answer("allowToEdit", self.edit, layer, feature)

    def cacheKey(self, handler):
        return self._answer("cacheKey", self.key)
