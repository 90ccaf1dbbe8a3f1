# -*- test-case-name: tests.qgiscompat.test_featurefilters -*-
"""QgsServerFeatureId: the ids under which features are published."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ogctwist.qgiscompat.wrapper import Wrapper

_SEPARATOR = "@@"


class QgsServerFeatureId(Wrapper):
    """The values of the primary key with C{@@} between them; the feature id without a key."""

    @staticmethod
    def pkSeparator() -> str:
        """What stands between the values."""
        return _SEPARATOR

    @staticmethod
    def getServerFid(feature: Any, pkAttributes: Iterable[int]) -> str:
        """The published id of a feature."""
        places = list(pkAttributes)
        if not places:
            return str(feature.id())
        return _SEPARATOR.join(str(feature.attribute(place)) for place in places)

    @staticmethod
    def getExpressionFromServerFid(serverFid: str, provider: Any) -> str:
        """An expression that is true for the feature of that id; '' without a primary key."""
        places = list(provider.pkAttributeIndexes())
        values = serverFid.split(_SEPARATOR)
        if not places or len(values) != len(places):
            return ""
        fields = provider.fields()
        parts = []
        for place, value in zip(places, values, strict=True):
            field = fields.at(place)
            name = '"' + field.name().replace('"', '""') + '"'
            isNumber = field.isNumeric() and _isNumber(value)
            text = value if isNumber else "'" + value.replace("'", "''") + "'"
            parts.append(f"{name} = {text}")
        return " AND ".join(parts)

    @staticmethod
    def updateFeatureRequestFromServerFids(
        featureRequest: Any, serverFids: Iterable[str], provider: Any
    ) -> Any:
        """Have a QgsFeatureRequest ask for features by their published ids.  @return: the request."""
        fids = list(serverFids)
        if not list(provider.pkAttributeIndexes()):
            featureRequest.setFilterFids([int(fid) for fid in fids if fid.lstrip("-").isdigit()])
            return featureRequest
        expressions = (QgsServerFeatureId.getExpressionFromServerFid(fid, provider) for fid in fids)
        joined = " OR ".join(f"({each})" for each in expressions if each)
        featureRequest.setFilterExpression(joined or "FALSE")
        return featureRequest


def _isNumber(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
