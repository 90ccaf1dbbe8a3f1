# -*- test-case-name: tests.project.test_document -*-
"""What can be wrong with a project."""

from __future__ import annotations

from collections.abc import Mapping


class ProjectError(Exception):
    """
    A project cannot be read.

    @ivar reason: for the log and the status page; may quote the file.
    @ivar path: of the project, or ''.
    """

    def __init__(self, reason: str, path: str = ""):
        super().__init__(f"{path}: {reason}" if path else reason)
        self.reason = reason
        self.path = path


class ProjectNotFound(ProjectError):
    """
    There is no such project, or it may not be named; one and the same for
    both, so that nobody can feel for files.
    """


class BadLayers(ProjectError):
    """
    Layers of the project cannot be used, and the server does not ignore that.

    @ivar layers: layer id to reason.
    """

    def __init__(self, layers: Mapping[str, str], path: str = ""):
        listed = "; ".join(f"{layerId}: {reason}" for layerId, reason in layers.items())
        super().__init__(f"layers are not valid: {listed}", path)
        self.layers = dict(layers)
