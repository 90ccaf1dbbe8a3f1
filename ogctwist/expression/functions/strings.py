# -*- test-case-name: tests.expression.test_answers -*-
"""Texts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

import pyarrow as pa
import pyarrow.compute as pc

from ogctwist.expression.arithmetic import textOf
from ogctwist.expression.column import Column, Kind
from ogctwist.expression.errors import EvaluationFailure
from ogctwist.expression.functions.locales import localeNamed
from ogctwist.expression.functions.registry import Environment, function
from ogctwist.expression.scope import Scope
from ogctwist.expression.values import toInteger, toReal, toText


def _kernel(signature: str, scalar: Callable[[str], str], kernel: Callable[..., pa.Array]) -> None:
    """Declare a function from text to text with an Arrow kernel."""

    def column(scope: Scope, argument: Column) -> Column:
        if argument.isConstant:
            value = None if argument.value is None else scalar(toText(argument.value))
            return Column.constant(value, scope.length)
        return Column.fromArray(Kind.TEXT, kernel(textOf(argument)))

    function(signature, "String", needs="columns")(column)


def _titled(text: str) -> str:
    """The first letter of each word large, the others small; words lie between spaces."""
    return " ".join(word[:1].upper() + word[1:] for word in text.lower().split(" "))


_kernel("lower(string)", str.lower, pc.utf8_lower)
_kernel(
    "upper(string)",
    str.upper,
    lambda texts: pa.array([t and t.upper() for t in texts.to_pylist()], pa.string()),
)
_kernel(
    "title(string)",
    _titled,
    lambda texts: pa.array([t and _titled(t) for t in texts.to_pylist()], pa.string()),
)
_kernel("trim(string)", str.strip, pc.utf8_trim_whitespace)


@function("ltrim(string, characters=' ')", "String")
def trimmedLeft(text: object, characters: object) -> str:
    """Without these characters at its beginning."""
    return toText(text).lstrip(toText(characters))


@function("rtrim(string, characters=' ')", "String")
def trimmedRight(text: object, characters: object) -> str:
    """Without these characters at its end."""
    return toText(text).rstrip(toText(characters))


@function("char(code)", "String")
def character(code: object) -> str:
    """The character of a Unicode number."""
    number = toInteger(code)
    if not 0 <= number < 0x110000 or 0xD800 <= number < 0xE000:
        raise EvaluationFailure("there is no such character")
    return chr(number)


@function("ascii(string)", "String")
def codeOf(text: object) -> int | None:
    """The Unicode number of the first character."""
    string = toText(text)
    return ord(string[0]) if string else None


@function("unaccent(string)", "String")
def unaccented(text: object) -> str:
    """Without the accents of its letters."""
    parts = unicodedata.normalize("NFD", toText(text))
    return "".join(c for c in parts if not unicodedata.combining(c))


@function("wordwrap(text, length, delimiter=' ')", "String", "wrap")
def wordwrapped(text: object, length: object, delimiter: object) -> str:
    """
    Broken at delimiters into lines of at most C{length} characters, or of at
    least so many when it is negative; a word is never broken.
    """
    string, width, mark = toText(text), toInteger(length), toText(delimiter) or " "
    if width == 0:
        return string
    wrap = _atMost if width > 0 else _atLeast
    return "\n".join(wrap(line, abs(width), mark) for line in string.split("\n"))


def _atMost(line: str, width: int, mark: str) -> str:
    lines: list[str] = []
    start = 0
    while len(line) - start > width:
        cut = line.rfind(mark, start, start + width + len(mark))
        if cut <= start:
            cut = line.find(mark, start + width)
        if cut < 0:
            break
        lines.append(line[start:cut])
        start = cut + len(mark)
    return "\n".join([*lines, line[start:]])


def _atLeast(line: str, width: int, mark: str) -> str:
    lines: list[str] = []
    start = 0
    while True:
        cut = line.find(mark, start + width)
        if cut < 0:
            return "\n".join([*lines, line[start:]])
        lines.append(line[start:cut])
        start = cut + len(mark)


@function("replace(*)", "String", needs="environment")
def replaced(environment: Environment, *arguments: object) -> str | None:
    """replace(text, map) or replace(text, before, after), where both may be lists."""
    if len(arguments) == 2 and isinstance(arguments[1], dict):
        pairs = [(key, toText(arguments[1][key])) for key in sorted(arguments[1])]
    elif len(arguments) == 3:
        pairs = _pairs(arguments[1], arguments[2])
    else:
        raise EvaluationFailure("replace() takes a text and a map, or a text, what and by what")
    text = toText(arguments[0])
    for before, after in pairs:
        count = text.count(before)
        environment.budget.text(len(text) + count * (len(after) - len(before)))
        text = text.replace(before, after)
    return text


def _pairs(before: object, after: object) -> list[tuple[str, str]]:
    if not isinstance(before, list):
        if isinstance(after, list):
            raise EvaluationFailure("Cannot replace one text by a list")
        return [(toText(before), toText(after))]
    if not isinstance(after, list):
        return [(toText(item), toText(after)) for item in before]
    if len(before) != len(after) and len(after) != 1:
        raise EvaluationFailure("Invalid pair of array, length not identical")
    after = after * len(before) if len(after) == 1 else after
    return [(toText(a), toText(b)) for a, b in zip(before, after, strict=False)]


@function("substr(string, start, length=None)", "String", takesNull=True)
def substring(text: object, start: object, length: object) -> str | None:
    """From the 1-based start, from the end when negative; a negative length leaves so many off the end."""
    if text is None or start is None:
        return None
    string, first = toText(text), toInteger(start)
    first = max(len(string) + first, 0) if first < 0 else max(first - 1, 0)
    if first > len(string):
        return None
    if length is None:
        return string[first:]
    count = toInteger(length)
    return string[first : max(len(string) + count, first)] if count < 0 else string[first : first + count]


@function("concat(*)", "String", takesNull=True, needs="environment")
def concatenated(environment: Environment, *values: object) -> str | None:
    """All of them as texts; NULL is left out."""
    texts = [toText(value) for value in values if value is not None]
    environment.budget.text(sum(map(len, texts)))
    return "".join(texts) if texts else None


@function("strpos(haystack, needle)", "String")
def position(text: object, needle: object) -> int:
    """Where the needle begins, from 1; 0 when it is not there."""
    return toText(text).find(toText(needle)) + 1


@function("substr_count(input_string, sub_string, overlapping=False)", "String")
def countOf(text: object, needle: object, overlapping: object) -> int:
    """How often a text is found in another."""
    string, part = toText(text), toText(needle)
    if not part:
        return 0
    if not overlapping:
        return string.count(part)
    return len(re.findall(f"(?={re.escape(part)})", string))


@function("left(string, length)", "String")
def leftPart(text: object, length: object) -> str:
    """The first characters; all of them for a negative length."""
    count = toInteger(length)
    return toText(text) if count < 0 else toText(text)[:count]


@function("right(string, length)", "String")
def rightPart(text: object, length: object) -> str:
    """The last characters; all of them for a negative length."""
    string, count = toText(text), toInteger(length)
    return string if count < 0 or count >= len(string) else string[len(string) - count :]


def _padding(environment: Environment, text: object, width: object, fill: object) -> tuple[str, str, int]:
    string, count = toText(text), max(0, toInteger(width))
    environment.budget.text(count)
    return string[:count], (toText(fill)[:1] or "\0") * max(0, count - len(string)), count


@function("rpad(string, width, fill)", "String", needs="environment")
def paddedRight(environment: Environment, text: object, width: object, fill: object) -> str:
    """Filled up at the end, or cut."""
    string, filling, _ = _padding(environment, text, width, fill)
    return string + filling


@function("lpad(string, width, fill)", "String", needs="environment")
def paddedLeft(environment: Environment, text: object, width: object, fill: object) -> str:
    """Filled up at the beginning, or cut at the end."""
    string, filling, _ = _padding(environment, text, width, fill)
    return filling + string


@function("repeat(text, number)", "String", needs="environment")
def repeated(environment: Environment, text: object, number: object) -> str:
    """So many times over."""
    string, count = toText(text), max(0, toInteger(number))
    environment.budget.text(len(string) * count)
    return string * count


_PLACE = re.compile(r"%L?(\d{1,2})")


@function("format(*)", "String", needs="environment")
def formatted(environment: Environment, *values: object) -> str:
    """Each value in turn takes the place of the %n of the lowest number."""
    if not values:
        raise EvaluationFailure("format() needs a text")
    text = toText(values[0])
    for value in values[1:]:
        places = [int(number) for number in _PLACE.findall(text)]
        if not places:
            break
        lowest, word = min(places), toText(value)
        environment.budget.text(len(text) + places.count(lowest) * len(word))
        text = _PLACE.sub(lambda m, n=lowest, w=word: w if int(m.group(1)) == n else m.group(), text)  # type: ignore[misc]
    return text


@function(
    "format_number(number, places=0, language=None, omit_group_separators=False, trim_trailing_zeroes=False)",
    "String",
    takesNull=True,
)
def formattedNumber(
    number: object, places: object, language: object, plain: object, trimmed: object
) -> str | None:
    """With grouped thousands, as the language writes them; English when it is not known."""
    if number is None:
        return None
    digits = max(0, min(toInteger(places), 30)) if places is not None else 0
    value = toReal(number)
    if value != value or value in (float("inf"), float("-inf")):
        return toText(value)
    exact = (
        Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        if abs(value) < 1e20
        else Decimal(value)
    )
    locale = localeNamed(language)
    text = f"{exact:,.{digits}f}"
    if trimmed and "." in text:
        text = text.rstrip("0").rstrip(".")
    group = "" if plain else locale.group
    return text.translate({ord(","): group, ord("."): locale.decimal})
