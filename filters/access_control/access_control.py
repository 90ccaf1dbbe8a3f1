"""
Access control: which layers a request may see, which of their features and attributes, and
what it may change.

This is written for QGIS Server, and runs in it.  The rules are in a JSON file: names of users to
names of layers to what holds for them; "*" is for all users, and all layers, that are not named:

    {
        "*":    {"*": {"permissions": []},
                 "roads": {"permissions": ["read"], "hidden": ["owner"]}},
        "anna": {"*": {"permissions": ["read"]},
                 "roads": {"permissions": ["read", "update"],
                           "expression": "district = 3", "edit": {"district": 3}}}
    }

Who the user is, somebody else has found out: the web server in front, or a filter before us such
as http_basic.  They set the header X-Remote-User, and see to it that nobody else does.
"""

import json
import os

from qgis.server import QgsAccessControlFilter

#: The variable that has the name of the user.
USER = "HTTP_X_REMOTE_USER"


def _named(rules, name):
    """What holds for a name: an empty rule is one too, and allows nothing."""
    return rules[name] if name in rules else rules.get("*", {})


class AccessControl(QgsAccessControlFilter):
    """What is not allowed by a rule is denied."""

    def __init__(self, serverIface):
        super().__init__(serverIface)
        path = os.environ.get("ACCESS_RULES", "")
        if not path:
            raise ValueError("set ACCESS_RULES to the path of the file of rules")
        with open(path, encoding="utf-8") as file:
            self.rules = json.load(file)

    def user(self):
        """The name of the user, '' for nobody."""
        return self.serverInterface().getEnv(USER)

    def rule(self, layer):
        """What holds for this user and this layer."""
        rules = _named(self.rules, self.user())
        return _named(rules, layer.name())

    def layerPermissions(self, layer):
        """What may be done with the layer as a whole."""
        rights = QgsAccessControlFilter.LayerPermissions()
        allowed = self.rule(layer).get("permissions", [])
        rights.canRead = "read" in allowed
        rights.canInsert = "insert" in allowed
        rights.canUpdate = "update" in allowed
        rights.canDelete = "delete" in allowed
        return rights

    def layerFilterExpression(self, layer):
        """Features are seen where this expression holds."""
        return self.rule(layer).get("expression")

    def layerFilterSubsetString(self, layer):
        """Likewise, in the language of the layer's source."""
        return self.rule(layer).get("subset")

    def authorizedLayerAttributes(self, layer, attributes):
        """The names of those that may be seen."""
        hidden = self.rule(layer).get("hidden", [])
        return [name for name in attributes if name not in hidden]

    def allowToEdit(self, layer, feature):
        """Whether a change may be made to the feature, or may result in it."""
        wanted = self.rule(layer).get("edit", {})
        return all(feature.attribute(name) == value for name, value in wanted.items())

    def cacheKey(self):
        """What is made for one user is kept for that user."""
        return f"user {self.user()}"
