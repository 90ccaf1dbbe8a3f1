# -*- test-case-name: tests.access.test_permissions -*-
"""What may be done with a layer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class LayerPermissions:
    """
    The four permissions on a layer; all are False to begin with, as in QGIS.

    An access-control filter makes one and sets what it allows.
    """

    canRead: bool = False
    canInsert: bool = False
    canUpdate: bool = False
    canDelete: bool = False

    @classmethod
    def all(cls) -> LayerPermissions:
        """Everything is allowed."""
        return cls(True, True, True, True)

    @classmethod
    def readOnly(cls) -> LayerPermissions:
        """Reading is allowed."""
        return cls(canRead=True)

    def isSound(self) -> bool:
        """Whether all four are really truth values."""
        return all(
            isinstance(value, bool)
            for value in (self.canRead, self.canInsert, self.canUpdate, self.canDelete)
        )

    def __and__(self, other: LayerPermissions) -> LayerPermissions:
        """What both allow."""
        return LayerPermissions(
            self.canRead and other.canRead,
            self.canInsert and other.canInsert,
            self.canUpdate and other.canUpdate,
            self.canDelete and other.canDelete,
        )
