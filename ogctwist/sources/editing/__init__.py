"""
The write side of sources: features are inserted, changed and deleted within one transaction of
one data source, whole or not at all.
"""

from ogctwist.sources.editing.edits import EditRefused, EditSession, EditTable

__all__ = ["EditRefused", "EditSession", "EditTable"]
