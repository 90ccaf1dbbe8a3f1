# -*- test-case-name: tests.symbology.labels.test_engine -*-
"""
The labels of all layers placed together.

Every label has candidates with costs.  Labels of higher priority choose first,
among equals the candidate that is in the way of the fewest others; then labels
that found no place, or could stand better, have neighbours make room.  Labels
that are always shown choose before all others and, where there is no room, stand
over them.  Nothing depends on chance or on time: the same labels always get the
same places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from ogctwist.symbology.frame import Cancelled
from ogctwist.symbology.labels.candidate import Candidate, footprints
from ogctwist.symbology.labels.collection import Label, LabelCollection, Obstacle
from ogctwist.symbology.labels.places import placesOf

#: Candidates of all labels together; beyond that each label has fewer.
MOST_CANDIDATES = 24_000
LEAST_EACH = 4
#: What a label costs that lies on an obstacle with its middle, by the share that covers it, that
#: crosses its boundary, or a line.
COVERING_MIDDLE, COVERING, CROSSING_BOUNDARY, CROSSING_LINE = 4.0, 8.0, 6.0, 1.0
#: The class of labels that choose first; priorities are 0 to 10.
HIGHEST = 11
#: How often labels may move.
ROUNDS = 3
#: How many labels may move one after the other to make room for one.
DEPTH = 3
MANY_LABELS = 1000
#: What a label without a place costs, and what is no gain.
UNPLACED, LEAST_GAIN = 1000.0, 1e-9
#: Candidates that cost so much more than the best of their label are not considered.
TOO_DEAR = 1.0
#: Labels that touch are in each other's way, as in QGIS; what arithmetic adds does not matter.
SLACK = -1e-6


@dataclass(frozen=True, eq=False)
class PlacedLabel:
    """A label and its place."""

    label: Label
    candidate: Candidate


@dataclass(frozen=True, eq=False)
class PlacedLabels:
    """
    The labels of a map.

    @ivar labels: in drawing order.
    @ivar missed: labels that found no place.
    @ivar candidates: all places that were considered.
    """

    labels: tuple[PlacedLabel, ...]
    missed: tuple[Label, ...] = ()
    candidates: tuple[Candidate, ...] = ()


def _never() -> bool:
    return False


def placeLabels(
    collections: Sequence[LabelCollection],
    width: int,
    height: int,
    showsPartials: bool = True,
    isCancelled: Callable[[], bool] = _never,
) -> PlacedLabels:
    """
    Place the labels of a map.

    @param collections: of the layers, bottom first.
    @param width: of the map in pixels, likewise C{height}.
    @param showsPartials: labels may be cut by the map's edge.
    @raise Cancelled: if nobody waits any more.
    """
    labels = [(order, label) for order, collection in enumerate(collections) for label in collection.labels]
    if not labels:
        return PlacedLabels(())
    frame = shapely.box(0, -height, width, 0)
    board = _Board(labels, frame, showsPartials, isCancelled)
    board.avoid([obstacle for collection in collections for obstacle in collection.obstacles], collections)
    board.solve()
    return board.result()


def _classOf(label: Label) -> int:
    """When a label chooses: those that are always shown and those that the data pin come first."""
    if label.settings.rendering.showsAll or label.spot.pinned is not None:
        return HIGHEST
    return label.settings.placement.priority


class _Board:
    """
    All candidates and what is chosen.

    @ivar owner: int (c,): the label of each candidate.
    @ivar chosen: for each label the candidate, or -1.
    """

    def __init__(self, labels: list[tuple[int, Label]], frame, showsPartials: bool, isCancelled) -> None:
        self.labels = labels
        self._isCancelled = isCancelled
        self._frame = frame
        self._showsPartials = showsPartials
        self.candidates: list[Candidate] = []
        owners: list[int] = []
        for number, (_, label) in enumerate(labels):
            if number % 64 == 0:
                self._check()
            for candidate in self._possible(label):
                self.candidates.append(candidate)
                owners.append(number)
        self.owner = np.array(owners, np.int64)
        self.shapes = footprints(self.candidates, SLACK)
        self._keepVisible()
        self.costs = np.array([c.cost for c in self.candidates])
        self.chosen = np.full(len(labels), -1, np.int64)

    def _check(self) -> None:
        if self._isCancelled():
            raise Cancelled()

    def _possible(self, label: Label) -> list[Candidate]:
        """The candidates of a label, best first; fewer when there are many labels."""
        found = placesOf(label.spot, label.block, label.settings, label.frame)
        found.sort(key=lambda candidate: candidate.cost)
        most = max(MOST_CANDIDATES // len(self.labels), LEAST_EACH)
        return found[:most]

    def _keepVisible(self) -> None:
        """Without candidates that lie outside the map, or partly so if that is not wanted."""
        if not self.candidates:
            return
        shapely.prepare(self._frame)
        test = shapely.intersects if self._showsPartials else shapely.covers
        self._restrict(test(self._frame, self.shapes))

    def _restrict(self, keep: np.ndarray) -> None:
        if keep.all():
            return
        self.candidates = [c for c, kept in zip(self.candidates, keep, strict=True) if kept]
        self.owner, self.shapes = self.owner[keep], self.shapes[keep]

    def avoid(self, obstacles: list[Obstacle], collections: Sequence[LabelCollection]) -> None:
        """Make candidates dearer that cover the features of labelled layers."""
        if not obstacles or not self.candidates:
            return
        self._check()
        place = {id(collection): k for k, collection in enumerate(collections)}
        orders = np.array([place[id(c)] for c in collections for _ in c.obstacles])
        tree = shapely.STRtree([obstacle.shape for obstacle in obstacles])
        which, hit = tree.query(self.shapes, predicate="intersects")
        featureIds = np.array([obstacle.featureId for obstacle in obstacles])
        own = np.array([[order, label.featureId] for order, label in self.labels])[self.owner[which]]
        foreign = (own[:, 0] != orders[hit]) | (own[:, 1] != featureIds[hit])
        which, hit = which[foreign], hit[foreign]
        if len(which):
            np.add.at(self.costs, which, self._penalties(which, hit, obstacles))
        best = np.full(len(self.labels), np.inf)
        np.minimum.at(best, self.owner, self.costs)
        keep = self.costs < best[self.owner] + TOO_DEAR
        self.costs = self.costs[keep]
        self._restrict(keep)

    def _penalties(self, which: np.ndarray, hit: np.ndarray, obstacles: list[Obstacle]) -> np.ndarray:
        shapes = np.array([obstacle.shape for obstacle in obstacles], object)
        factors = np.array([obstacle.factor for obstacle in obstacles])
        isArea = shapely.get_dimensions(shapes)[hit] == 2
        penalties = np.where(isArea, 0.0, CROSSING_LINE)
        inside = np.flatnonzero(isArea & np.array([o.ofInside for o in obstacles])[hit])
        if len(inside):
            covered = shapely.area(shapely.intersection(self.shapes[which[inside]], shapes[hit[inside]]))
            own = np.maximum(shapely.area(self.shapes[which[inside]]), 1e-9)
            middles = shapely.contains(shapes[hit[inside]], shapely.centroid(self.shapes[which[inside]]))
            penalties[inside] += COVERING * covered / own + np.where(middles, COVERING_MIDDLE, 0)
        edge = np.flatnonzero(isArea & np.array([o.ofBoundary for o in obstacles])[hit])
        if len(edge):
            outlines = shapely.boundary(shapes)
            crossed = shapely.intersects(self.shapes[which[edge]], outlines[hit[edge]])
            penalties[edge] += np.where(crossed, CROSSING_BOUNDARY, 0.0)
        return penalties * factors[hit]

    def solve(self) -> None:
        """Choose a candidate for every label that can have one."""
        self._check()
        if not self.candidates:
            return
        self._used = np.zeros(len(self.candidates), np.int32)
        self._conflicts()
        self._choose()
        order = self._order()
        for _ in range(ROUNDS):
            self._check()
            changed = [self._improve(number) for number in order]
            if not any(changed):
                break

    def _conflicts(self) -> None:
        """Which candidates of different labels overlap, as offsets into one array."""
        count = len(self.candidates)
        first, second = shapely.STRtree(self.shapes).query(self.shapes, predicate="intersects")
        rival = self.owner[first] != self.owner[second]
        first, second = first[rival], second[rival]
        order = np.argsort(first, kind="stable")
        self._rivals = second[order]
        self._rivalsOf = np.searchsorted(first[order], np.arange(count + 1))
        bounds = np.arange(len(self.labels) + 1)
        self._candidatesOf = np.searchsorted(self.owner, bounds)

    def _rivalsAt(self, candidate: int) -> np.ndarray:
        return self._rivals[self._rivalsOf[candidate] : self._rivalsOf[candidate + 1]]

    def _mine(self, number: int) -> range:
        return range(int(self._candidatesOf[number]), int(self._candidatesOf[number + 1]))

    def _choose(self) -> None:
        """
        A first solution: again and again the candidate that stands in the way of the
        fewest others, of the labels of the highest priority that are left.
        """
        degree = np.diff(self._rivalsOf).astype(np.float64)
        # among equals the cheaper, then the earlier
        cheaper = np.minimum(self.costs, 1.0) / 2
        rank = degree + cheaper + self._waiting() * (len(degree) + 1)
        active = np.ones(len(degree), bool)
        while True:
            best = int(np.argmin(np.where(active, rank, np.inf)))
            if not active[best]:
                return
            number = int(self.owner[best])
            self._take(number, best)
            gone = np.union1d(np.array(self._mine(number)), self._rivalsAt(best))
            gone = gone[active[gone]]
            active[gone] = False
            for candidate in gone.tolist():
                rank[self._rivalsAt(candidate)] -= 1

    def _waiting(self) -> np.ndarray:
        """How many classes of labels choose before each candidate's."""
        classes = np.array([_classOf(label) for _, label in self.labels])
        return (HIGHEST - classes)[self.owner]

    def _order(self) -> list[int]:
        """The labels in the order in which they may improve their places."""

        return sorted(range(len(self.labels)), key=lambda number: (-_classOf(self.labels[number][1]), number))

    def _take(self, number: int, candidate: int) -> None:
        before = self.chosen[number]
        if before >= 0:
            self._used[self._rivalsAt(before)] -= 1
        if candidate >= 0:
            self._used[self._rivalsAt(candidate)] += 1
        self.chosen[number] = candidate

    def _improve(self, number: int) -> bool:
        """Move a label to a cheaper place, or find one for a label that has none."""
        now = int(self.chosen[number])
        gain = UNPLACED if now < 0 else float(self.costs[now])
        mine = self._mine(number)
        if not mine or (now >= 0 and gain <= self.costs[mine.start : mine.stop].min() + LEAST_GAIN):
            return False
        self._take(number, -1)
        depth = DEPTH if len(self.labels) <= MANY_LABELS else 1
        if self._settle(number, gain - LEAST_GAIN, depth, frozenset([number])):
            return True
        self._take(number, now)
        return False

    def _settle(self, number: int, gain: float, depth: int, moving: frozenset[int]) -> bool:
        """
        Place a label that has been taken off; a neighbour may be sent elsewhere for it.

        @param gain: how much the places of all labels that move may cost together.
        """
        for candidate in self._byCost(number):
            cost = float(self.costs[candidate])
            if cost >= gain:
                return False
            if not self._used[candidate]:
                self._take(number, candidate)
                return True
            if (
                depth
                and self._used[candidate] == 1
                and self._displace(number, candidate, gain - cost, depth, moving)
            ):
                return True
        return False

    def _displace(self, number: int, candidate: int, gain: float, depth: int, moving: frozenset[int]) -> bool:
        """Take a place that one other label overlaps, if that one can go elsewhere."""
        rivals = self._rivalsAt(candidate)
        blocker = int(rivals[self.chosen[self.owner[rivals]] == rivals][0])
        neighbour = int(self.owner[blocker])
        if neighbour in moving:
            return False
        self._take(neighbour, -1)
        self._take(number, candidate)
        if self._settle(neighbour, gain + float(self.costs[blocker]), depth - 1, moving | {neighbour}):
            return True
        self._take(number, -1)
        self._take(neighbour, blocker)
        return False

    def _byCost(self, number: int) -> list[int]:
        """The candidates of a label, the cheapest first."""
        mine = self._mine(number)
        order = np.argsort(self.costs[mine.start : mine.stop], kind="stable")
        return (order + mine.start).tolist()

    def result(self) -> PlacedLabels:
        """What was placed, in drawing order; of each layer no more than it wants."""
        placed: list[tuple[float, int, int, PlacedLabel]] = []
        missed = []
        counts: dict[int, int] = {}
        for number, (order, label) in enumerate(self.labels):
            most = label.settings.rendering.mostLabels
            chosen = self.chosen[number]
            if chosen < 0 and label.settings.rendering.showsAll and len(self._mine(number)):
                chosen = self._byCost(number)[0]
            if chosen < 0 or (most is not None and counts.get(order, 0) >= most):
                missed.append(label)
                continue
            counts[order] = counts.get(order, 0) + 1
            candidate = self.candidates[chosen]._replace(cost=float(self.costs[chosen]))
            place = PlacedLabel(label, candidate)
            placed.append((label.settings.rendering.zIndex, order, number, place))
        placed.sort(key=lambda entry: entry[:3])
        labels = tuple(entry[3] for entry in placed)
        return PlacedLabels(labels, tuple(missed), tuple(self.candidates))
