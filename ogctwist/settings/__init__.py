# -*- test-case-name: tests.test_settings -*-
"""Every setting of the server: where it may be set, what it means, what it is by default."""

from __future__ import annotations

from ogctwist.settings.definition import Limits, Settings
from ogctwist.settings.reading import readSettings
from ogctwist.settings.values import SettingsError

__all__ = ["Limits", "Settings", "SettingsError", "readSettings"]
