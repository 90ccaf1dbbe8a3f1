# -*- test-case-name: tests.expression.test_answers -*-
"""The functions of the expression language, one module for each group."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CatalogueEntry:
    """
    A function that QGIS has.

    @ivar note: '' when it is supported, else why it is not.
    """

    name: str
    group: str
    parameters: str
    isSupported: bool = True
    note: str = ""


#: Functions that are here for other rooms and are no part of the language.
_OWN = frozenset(("equals",))


def catalogue() -> tuple[CatalogueEntry, ...]:
    """All functions that are known: supported, refused and unsupported ones, by group and name."""
    import ogctwist.expression.expression  # noqa: F401 - its import registers the functions
    from ogctwist.expression.functions.registry import FUNCTIONS, REFUSED, UNSUPPORTED

    entries = [
        CatalogueEntry(f.name, f.group, f.signature) for name, f in FUNCTIONS.items() if name not in _OWN
    ]
    entries += [CatalogueEntry(name, "refused", "", False, reason) for name, reason in REFUSED.items()]
    entries += [
        CatalogueEntry(name, group, "", False, "not supported by this server")
        for name, group in UNSUPPORTED.items()
    ]
    return tuple(sorted(entries, key=lambda entry: (entry.group, entry.name.lower())))


__all__ = ["CatalogueEntry", "catalogue"]
