# -*- test-case-name: tests.canvas.test_text -*-
"""Text cut into pieces that are shaped as one: of one direction, one script and one font."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from bidi import algorithm  # type: ignore[import-untyped]

from ogctwist.canvas.typeface import Typeface

_RIGHT_TO_LEFT = frozenset(("R", "AL", "RLE", "RLO", "RLI", "AN"))
#: Stand-ins for what the algorithm of python-bidi does not know: isolates and paragraph ends
#: count as spaces, what is not assigned as a letter.
_STAND_INS = {"": "a", "B": " ", "LRI": " ", "RLI": " ", "FSI": " ", "PDI": " "}
#: First words of character names that tell of a kind of sign, not of a script.
_NO_SCRIPT = frozenset(("COMBINING", "MODIFIER", "MASCULINE", "FEMININE", "VARIATION", "ZERO"))


def directionLevels(text: str) -> tuple[list[int], int]:
    """
    Embedding levels of a line (Unicode Standard Annex 9): even is left to right.

    @return: (the level of each character, that of the paragraph).
    """
    if not any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in text):
        return [0] * len(text), 0
    text = "".join(_STAND_INS.get(unicodedata.bidirectional(c), c) for c in text)
    base = algorithm.get_base_level(text)
    storage = algorithm.get_empty_storage()
    storage["base_level"], storage["base_dir"] = base, ("L", "R")[base]
    algorithm.get_embedding_levels(text, storage)
    for number, character in enumerate(storage["chars"]):
        character["place"] = number
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    levels: list[int | None] = [None] * len(text)
    for character in storage["chars"]:
        levels[character["place"]] = character["level"]
    # controls that the algorithm takes out go with what stands before them
    result, last = [], base
    for level in levels:
        last = last if level is None else level
        result.append(last)
    return result, base


@lru_cache(maxsize=8192)
def scriptOf(character: str) -> str | None:
    """
    The script of a letter, by the first word of its Unicode name; None for signs,
    digits and marks, which belong to the script around them.
    """
    if unicodedata.category(character)[0] != "L":
        return None
    word = unicodedata.name(character, "").partition(" ")[0]
    return None if not word or word in _NO_SCRIPT else word


def scripts(text: str) -> list[str]:
    """The script of every character; what has none takes that of its neighbour before, else after."""
    found = [scriptOf(c) for c in text]
    result, last = [], next((script for script in found if script), "")
    for script in found:
        last = script or last
        result.append(last)
    return result


def typefaceOf(text: str, chain: Sequence[Typeface]) -> list[int]:
    """
    For every character the first typeface of a chain that has it; marks and spaces stay with
    the letter before when its typeface has them; what none has is drawn by the first.
    """
    result: list[int] = []
    for character in text:
        joined = unicodedata.category(character)[0] in "MZC"
        if joined and result and chain[result[-1]].has(character):
            result.append(result[-1])
            continue
        if not joined or unicodedata.category(character)[0] == "M":
            place = next((k for k, face in enumerate(chain) if face.has(character)), 0)
        else:
            place = result[-1] if result else 0
        result.append(place)
    return result


def pieces(text: str, chain: Sequence[Typeface]) -> list[tuple[int, int, int, int]]:
    """
    The pieces of one line in the order in which they are drawn, left to right.

    @return: (start, stop, place in the chain, level) of each.
    """
    if not text:
        return []
    if text.isascii() and all(map(chain[0].has, text)):
        return [(0, len(text), 0, 0)]
    levels, _ = directionLevels(text)
    marks = list(zip(typefaceOf(text, chain), levels, scripts(text), strict=True))
    logical = []
    start = 0
    for stop in range(1, len(text) + 1):
        if stop == len(text) or marks[stop] != marks[start]:
            logical.append((start, stop, marks[start][0], marks[start][1]))
            start = stop
    return _visual(logical)


def _visual(runs: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Rule L2: from the highest level to the lowest odd one, runs of that level or above are reversed."""
    runs = list(runs)
    highest = max(run[3] for run in runs)
    for level in range(highest, 0, -1):
        start = 0
        while start < len(runs):
            if runs[start][3] < level:
                start += 1
                continue
            stop = start
            while stop < len(runs) and runs[stop][3] >= level:
                stop += 1
            runs[start:stop] = reversed(runs[start:stop])
            start = stop
    return runs
