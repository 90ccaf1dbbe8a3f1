# -*- test-case-name: tests.expression.test_answers -*-
"""Lists; positions count from 0, negative ones from the end."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from functools import cmp_to_key

from ogctwist.expression.column import Column
from ogctwist.expression.comparison import compareValues, isSame
from ogctwist.expression.errors import EvaluationFailure
from ogctwist.expression.functions.conversions import asBoolean
from ogctwist.expression.functions.registry import Environment, function
from ogctwist.expression.nodes import Node
from ogctwist.expression.scope import Scope
from ogctwist.expression.values import isNumber, toInteger, toReal, toText

#: Steps that the comparison of two items counts.
_COMPARED = 16

Evaluate = Callable[[Node, Scope], Column]


def listOf(value: object) -> list[object]:
    """@raise EvaluationFailure: it is no list."""
    if not isinstance(value, list):
        raise EvaluationFailure(f"Cannot convert '{toText(value)[:200]}' to array")
    return value


def isLess(left: object, right: object) -> bool:
    """The order of values of any kinds: NULL first, numbers as numbers, else as texts."""
    if left is None or right is None:
        return left is None and right is not None
    return bool(compareValues("<", left, right))


#: A sort key of values of any kinds, NULL first.
ORDER = cmp_to_key(lambda a, b: -1 if isLess(a, b) else 1 if isLess(b, a) else 0)


@function("array(*)", "Arrays", takesNull=True)
def makeArray(*values: object) -> list[object]:
    """Of these items."""
    return list(values)


@function("array_sort(array, ascending=True)", "Arrays")
def sortedArray(array: object, ascending: object) -> list[object]:
    """In order."""
    return sorted(listOf(array), key=ORDER, reverse=not asBoolean(ascending))


@function("array_length(array)", "Arrays")
def lengthOfArray(array: object) -> int:
    """The number of items."""
    return len(listOf(array))


@function("array_contains(array, value)", "Arrays")
def contains(array: object, value: object) -> bool:
    """Whether the value is among the items."""
    return any(isSame(item, value) for item in listOf(array))


@function("array_count(array, value)", "Arrays")
def countIn(array: object, value: object) -> int:
    """How many items are the value."""
    return sum(isSame(item, value) for item in listOf(array))


@function("array_all(array_a, array_b)", "Arrays", needs="environment")
def containsAll(environment: Environment, array: object, other: object) -> bool:
    """Whether the first holds all items of the second."""
    environment.budget.step(_COMPARED * len(listOf(array)) * len(listOf(other)))
    return all(contains(array, item) for item in listOf(other))


@function("array_find(array, value)", "Arrays")
def findIn(array: object, value: object) -> int:
    """The position of the first such item, -1 without."""
    return next((i for i, item in enumerate(listOf(array)) if isSame(item, value)), -1)


def _at(array: list[object], position: int) -> object:
    position += len(array) if position < 0 else 0
    return array[position] if 0 <= position < len(array) else None


@function("array_get(array, pos)", "Arrays")
def itemOf(array: object, position: object) -> object:
    """The item at a position; NULL beyond the ends."""
    return _at(listOf(array), toInteger(position))


@function("array_first(array)", "Arrays")
def firstOf(array: object) -> object:
    """The first item."""
    return _at(listOf(array), 0)


@function("array_last(array)", "Arrays")
def lastOf(array: object) -> object:
    """The last item."""
    return _at(listOf(array), -1)


@function("array_min(array)", "Arrays")
def smallestOf(array: object) -> object:
    """The smallest item but NULL."""
    return min((item for item in listOf(array) if item is not None), key=ORDER, default=None)


@function("array_max(array)", "Arrays")
def largestOf(array: object) -> object:
    """The largest item but NULL."""
    return max((item for item in listOf(array) if item is not None), key=ORDER, default=None)


def _numbers(array: object) -> list[float]:
    return [item for item in listOf(array) if isNumber(item)]  # type: ignore[misc]


@function("array_mean(array)", "Arrays")
def meanOf(array: object) -> float | None:
    """Of the items that are numbers."""
    numbers = _numbers(array)
    return math.fsum(numbers) / len(numbers) if numbers else None


@function("array_sum(array)", "Arrays")
def sumOf(array: object) -> float | None:
    """Of the items that are numbers."""
    numbers = _numbers(array)
    return float(sum(numbers)) if numbers else None


@function("array_median(array)", "Arrays")
def medianOf(array: object) -> object:
    """Of the items that are numbers."""
    numbers = sorted(_numbers(array))
    if not numbers:
        return None
    middle = len(numbers) // 2
    return numbers[middle] if len(numbers) % 2 else (numbers[middle - 1] + numbers[middle]) / 2


def _counts(array: object) -> list[tuple[object, int]]:
    """Each distinct item and how often it occurs, in order of first occurrence."""
    counts: dict[str, list] = {}
    for item in listOf(array):
        counts.setdefault(toText(item), [item, 0])[1] += 1
    return [(item, count) for item, count in counts.values()]


def _selected(items: list[object], option: object) -> object:
    if option == "all":
        return items
    if not items:
        return None
    if option == "any":
        return items[0]
    numbers = [toReal(item) for item in items]
    return statistics.median(numbers)


@function("array_majority(array, option='all')", "Arrays")
def majorityOf(array: object, option: object) -> object:
    """The most frequent items: all, any, their median, or the one that is more than half."""
    counts = _counts(array)
    if option == "real_majority":
        return next((item for item, count in counts if count * 2 > len(listOf(array))), None)
    if option not in ("all", "any", "median"):
        raise EvaluationFailure("there is no such option")
    most = max((count for _, count in counts), default=0)
    return _selected([item for item, count in counts if count == most], option)


@function("array_minority(array, option='all')", "Arrays")
def minorityOf(array: object, option: object) -> object:
    """The least frequent items: all, any, their median, or those that are less than half."""
    counts = _counts(array)
    if option == "real_minority":
        half = len(listOf(array))
        return (
            [item for item, count in counts if count * 2 < half]
            if any(c * 2 > half for _, c in counts)
            else None
        )
    if option not in ("all", "any", "median"):
        raise EvaluationFailure("there is no such option")
    least = min((count for _, count in counts), default=0)
    return _selected([item for item, count in counts if count == least], option)


@function("array_append(array, value)", "Arrays")
def appended(array: object, value: object) -> list[object]:
    """With the value at the end."""
    return [*listOf(array), value]


@function("array_prepend(array, value)", "Arrays")
def prepended(array: object, value: object) -> list[object]:
    """With the value at the beginning."""
    return [value, *listOf(array)]


@function("array_insert(array, pos, value)", "Arrays")
def inserted(array: object, position: object, value: object) -> list[object]:
    """With the value before a position; positions before the beginning are the beginning."""
    items, place = list(listOf(array)), toInteger(position)
    items.insert(max(0, min(place, len(items))), value)
    return items


@function("array_remove_at(array, pos)", "Arrays")
def removedAt(array: object, position: object) -> list[object]:
    """Without the item at a position."""
    items, place = list(listOf(array)), toInteger(position)
    if 0 <= place < len(items):
        del items[place]
    return items


@function("array_remove_all(array, value)", "Arrays")
def removedAll(array: object, value: object) -> list[object]:
    """Without the items that are the value."""
    return [item for item in listOf(array) if not isSame(item, value)]


@function("array_replace(*)", "Arrays", needs="environment")
def replacedItems(environment: Environment, *arguments: object) -> list[object]:
    """array_replace(array, map) or array_replace(array, before, after), both maybe lists."""
    if len(arguments) == 2 and isinstance(arguments[1], dict):
        pairs: list[tuple[object, object]] = list(arguments[1].items())
    elif len(arguments) == 3:
        before, after = arguments[1], arguments[2]
        olds = before if isinstance(before, list) else [before]
        news = after if isinstance(after, list) else [after] * len(olds)
        news = news * len(olds) if len(news) == 1 else news
        if len(olds) != len(news):
            raise EvaluationFailure("Invalid pair of array, length not identical")
        pairs = list(zip(olds, news, strict=True))
    else:
        raise EvaluationFailure("array_replace() takes a list and a map, or a list, what and by what")
    items = listOf(arguments[0])
    environment.budget.step(_COMPARED * len(items) * len(pairs))
    for old, new in pairs:
        items = [new if isSame(item, old) else item for item in items]
    return items


@function("array_prioritize(array, array_prioritize)", "Arrays", needs="environment")
def prioritized(environment: Environment, array: object, priority: object) -> list[object]:
    """In the order of another list; what it lacks comes last."""
    rest, items = list(listOf(array)), []
    environment.budget.step(_COMPARED * len(rest) * len(listOf(priority)))
    for wanted in listOf(priority):
        for i, item in enumerate(rest):
            if isSame(item, wanted):
                items.append(rest.pop(i))
                break
    return items + rest


@function("array_cat(*)", "Arrays")
def concatenatedArrays(*arrays: object) -> list[object]:
    """All items of all lists."""
    return [item for array in arrays for item in listOf(array)]


@function("array_slice(array, start_pos, end_pos)", "Arrays")
def sliceOf(array: object, start: object, end: object) -> list[object]:
    """From one position to another, both included."""
    items = listOf(array)
    first, last = toInteger(start), toInteger(end)
    first += len(items) if first < 0 else 0
    last += len(items) if last < 0 else 0
    return items[max(0, first) : max(0, last + 1)]


@function("array_reverse(array)", "Arrays")
def reversedArray(array: object) -> list[object]:
    """The last item first."""
    return listOf(array)[::-1]


@function("array_intersect(array1, array2)", "Arrays", needs="environment")
def intersects(environment: Environment, array: object, other: object) -> bool:
    """Whether the two have an item in common."""
    environment.budget.step(_COMPARED * len(listOf(array)) * len(listOf(other)))
    return any(contains(array, item) for item in listOf(other))


@function("array_distinct(array)", "Arrays", needs="environment")
def distinctItems(environment: Environment, array: object) -> list[object]:
    """Each item once."""
    items: list[object] = []
    for item in listOf(array):
        environment.budget.step(_COMPARED * len(items))
        if not any(isSame(item, other) for other in items):
            items.append(item)
    return items


@function("array_to_string(array, delimiter=',', emptyvalue='')", "Arrays", needs="environment")
def joined(environment: Environment, array: object, delimiter: object, empty: object) -> str:
    """The items as one text."""
    texts = [toText(item) or toText(empty) for item in listOf(array)]
    mark = toText(delimiter)
    environment.budget.text(sum(map(len, texts)) + len(texts) * len(mark))
    return mark.join(texts)


@function("string_to_array(string, delimiter=',', emptyvalue='')", "Arrays", "string_to_list")
def splitText(text: object, delimiter: object, empty: object) -> list[object]:
    """The parts of a text; without delimiter its characters, with an empty part at either end."""
    string, mark = toText(text), toText(delimiter)
    parts: list[str] = string.split(mark) if mark else ["", *string, ""]
    return [part or toText(empty) for part in parts]


@function("generate_series(start, stop, step=1.0)", "Arrays", needs="environment")
def series(environment: Environment, start: object, stop: object, step: object) -> list[object] | None:
    """Numbers from start to stop; NULL when the step leads elsewhere."""
    a, b, d = toReal(start), toReal(stop), toReal(step)
    if d == 0 or (d > 0 and a > b) or (d < 0 and a < b):
        return None
    count = (b - a) / d
    environment.budget.produce(int(min(count, 1e12)) + 1)
    items: list[object] = []
    while (a <= b) if d > 0 else (a >= b):
        items.append(a)
        if a + d == a:
            raise EvaluationFailure("the step is too small")
        a += d
    return items
