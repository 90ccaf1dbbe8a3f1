# -*- test-case-name: tests.services.wfs.test_featurerules -*-
"""
What holds for the attributes of new and changed features: defaults of the project, constraints of
the source.

Constraints that only the project declares are for its forms: QGIS Server stores what breaks them.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from twisted.logger import Logger

from ogctwist.expression import Expression, ExpressionContext, ExpressionError
from ogctwist.project.layers import FieldSettings, Layer
from ogctwist.services.wfs.editedfeature import EditedFeature
from ogctwist.services.wfs.givenvalues import Unfit, valueOf
from ogctwist.sources.query import FieldType, SourceField, SourceSchema

log = Logger()


class RuleBroken(Exception):
    """A feature must not be like that; the message is for the client."""


class FeatureRules:
    """The rules of one layer."""

    def __init__(self, layer: Layer, typeName: str, schema: SourceSchema, context: ExpressionContext):
        """
        @param schema: what the source stores.
        @param context: for the expressions of defaults.
        """
        self._typeName = typeName
        self._context = context
        self._schema = schema
        stored = {field.name for field in schema.fields}
        self._defaults = [s for s in layer.fields if s.default and not s.expression and s.name in stored]

    @property
    def concernUpdates(self) -> bool:
        """Whether a change of some attributes changes others: then whole features are needed."""
        return any(settings.applyDefaultOnUpdate for settings in self._defaults)

    def defaults(self, feature: EditedFeature, given: Mapping[str, Any], isNew: bool) -> dict[str, Any]:
        """
        The values of attributes that were not given, as the project wants them.

        @param feature: with what was given.
        @raise RuleBroken: a default is not one of its attribute.
        """
        found: dict[str, Any] = {}
        for settings in self._defaults:
            if settings.name in given or not (isNew or settings.applyDefaultOnUpdate):
                continue
            if settings.name in self._schema.keyFields:
                continue  # the source numbers its features
            found[settings.name] = self._default(settings, feature.changed(found))
        return found

    def _default(self, settings: FieldSettings, feature: EditedFeature) -> Any:
        field = self._schema.field(settings.name)
        assert field is not None
        try:
            column = Expression.parse(settings.default).evaluate(feature.batch(self._schema), self._context)
            return converted(column[0].as_py(), field)
        except (ExpressionError, Unfit) as error:
            log.warn(
                "default of {type}.{name}: {reason}", type=self._typeName, name=field.name, reason=str(error)
            )
            raise RuleBroken(
                f"The default of field '{field.name}' of layer '{self._typeName}' cannot be used"
            ) from error

    def check(self, given: Mapping[str, Any]) -> None:
        """
        @param given: what a request or a default sets; what is not given is the source's affair.
        @raise RuleBroken: it is nothing where something has to be.
        """
        for field in self._schema.fields:
            if field.name in given and given[field.name] is None and not field.isNullable:
                raise RuleBroken(
                    f"NOT NULL constraint error on layer '{self._typeName}', field '{field.name}'"
                )


def converted(value: Any, field: SourceField) -> Any:
    """
    What an expression comes to, as a value of an attribute.

    @raise Unfit: it cannot be one.
    """
    if value is None:
        return None
    if isinstance(value, float):
        if field.type in (FieldType.INTEGER, FieldType.LONG):
            return valueOf(f"{value:.0f}", field)
        if field.type is FieldType.STRING and value.is_integer():
            value = int(value)
    if isinstance(value, bool):
        value = str(value).lower()
    elif isinstance(value, (datetime.date, datetime.time)):
        value = value.isoformat()
    return valueOf(str(value), field)
