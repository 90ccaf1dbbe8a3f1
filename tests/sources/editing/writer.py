"""
A process that commits transactions one after another, and says so of each: run, and killed, by
L{tests.sources.editing.test_killed}.

Each transaction adds two features with the same number, and removes two with an older one.
"""

from __future__ import annotations

import sys

import shapely

from ogctwist.sources.editing.catalogue import EditCatalogue
from ogctwist.sources.query import UNRESTRICTED, FeatureQuery
from tests.sources.editing.files import editLayer


def main(path: str, start: int) -> None:
    """Work until somebody ends it."""
    layer = editLayer(path)
    number = start
    while True:
        number += 1
        session = EditCatalogue().session(layer)
        session.begin()
        table = session.table(layer)
        known = {}
        for batch in table.features(FeatureQuery(geometry=False), UNRESTRICTED):
            known |= dict(zip(batch.ids.tolist(), batch.columns["pop"].to_pylist(), strict=True))
        numbers = sorted({pop for pop in known.values() if pop is not None})
        for identifier, pop in known.items():
            if len(numbers) > 5 and pop == numbers[0]:
                table.delete(identifier)
        for _ in range(2):
            table.insert({"name": "x" * (number % 50), "pop": number}, shapely.Point(number, number))
        session.commit()
        print(number, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
