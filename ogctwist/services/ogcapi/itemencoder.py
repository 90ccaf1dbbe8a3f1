# -*- test-case-name: tests.services.ogcapi.test_items -*-
"""Features as the GeoJSON of the API: the WFS's, but for identifiers and what is around them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ogctwist.encoders.featuretype import FeatureType
from ogctwist.encoders.geojson import GeoJsonEncoder
from ogctwist.geo.batch import FeatureBatch
from ogctwist.services.ogcapi.formats import Format


class ItemEncoder(GeoJsonEncoder):
    """
    A page of features; what is told of the page comes after them, when it is known how many they were.

    @ivar returned: how many features were written by now.
    """

    contentType = Format.GEOJSON.contentType

    def __init__(
        self,
        featureType: FeatureType,
        names: Mapping[str, str],
        closing: Callable[[int], dict[str, Any]],
    ):
        """
        @param featureType: with the attributes under the names that are shown.
        @param names: of columns to those.
        @param closing: the members of the document besides C{features}, for the number of features.
        """
        super().__init__(None, featureType)
        self._names = names
        self._closing = closing
        self.returned = 0

    def identifierStart(self) -> str:
        """Identifiers have no type name in front."""
        return ""

    def head(self) -> bytes:
        """See L{IFeatureEncoder}."""
        return b'{"features": [\n'

    def batch(self, features: FeatureBatch) -> bytes:
        """See L{IFeatureEncoder}."""
        self.returned += len(features)
        columns = {self._names.get(name, name): column for name, column in features.columns.items()}
        return super().batch(FeatureBatch(features.ids, features.geometry, columns))

    def tail(self) -> bytes:
        """See L{IFeatureEncoder}."""
        members = json.dumps(self._closing(self.returned), ensure_ascii=False, sort_keys=True)
        return b" ],\n" + members[1:].encode()


def featureObject(
    featureType: FeatureType, names: Mapping[str, str], features: FeatureBatch
) -> dict[str, Any]:
    """The one feature of a batch as a JSON object."""
    found: dict[str, Any] = json.loads(ItemEncoder(featureType, names, lambda _: {}).batch(features))
    return found
