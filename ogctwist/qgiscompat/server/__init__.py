# -*- test-case-name: tests.qgiscompat.test_server_api -*-
"""
What is importable as C{qgis.server}.

Names are made when they are first asked for: L{NAMES} says where.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

#: Name to the module of this package that has it.
NAMES: dict[str, str] = {
    name: module
    for module, names in {
        "accesscontrol": ("QgsAccessControl", "QgsAccessControlFilter"),
        "api": ("QgsServerApi", "QgsServerApiContext"),
        "apiparameters": ("QgsServerQueryStringParameter",),
        "apiutils": ("QgsServerApiUtils",),
        "badlayers": ("QgsStoreBadLayerInfo",),
        "cache": ("QgsCapabilitiesCache", "QgsServerCacheFilter", "QgsServerCacheManager"),
        "configcache": ("QgsConfigCache",),
        "exceptions": (
            "QgsOgcServiceException",
            "QgsServerApiBadRequestException",
            "QgsServerApiInternalServerError",
            "QgsServerException",
        ),
        "featurefilters": ("QgsFeatureFilter", "QgsFeatureFilterProviderGroup"),
        "featureids": ("QgsServerFeatureId",),
        "filters": ("QgsServerFilter",),
        "interface": ("QgsServerInterface",),
        "logger": ("QgsServerLogger",),
        "ogcapi": ("QgsServerOgcApi",),
        "ogcapihandler": ("QgsServerOgcApiHandler", "QgsServerStaticHandler"),
        "parameters": ("QgsServerParameter", "QgsServerParameterDefinition", "QgsServerParameters"),
        "projectsettings": ("QgsServerProjectUtils",),
        "qgsserver": ("QgsServer",),
        "request": ("QgsBufferServerRequest", "QgsFcgiServerRequest", "QgsServerRequest"),
        "requesthandler": ("QgsRequestHandler",),
        "response": ("QgsBufferServerResponse", "QgsServerResponse"),
        "service": ("QgsService", "QgsServiceModule", "QgsServiceRegistry"),
        "settings": ("QgsServerSettings", "QgsServerSettingsEnv"),
    }.items()
    for name in names
}

#: C{from qgis.server import *} gives these; QtCore leaks out of QGIS's module, and plugins use it.
__all__ = [*NAMES, "QtCore"]


def __getattr__(name: str) -> Any:
    if name == "QtCore":
        from ogctwist.qgiscompat.qt import qtModule

        value: Any = qtModule("QtCore")
    elif name in NAMES:
        value = getattr(import_module(f"{__name__}.{NAMES[name]}"), name)
    else:
        raise AttributeError(f"module 'qgis.server' has no attribute {name!r}")
    globals()[name] = value
    return value
