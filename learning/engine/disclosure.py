"""Which figures of a tree of places may be shown so that nobody can compute one for too few people.

A place may be shown when enough people stand behind it. That alone is not enough: a county minus its
shown schools leaves the hidden school. In a tree every figure that can be computed by adding and
subtracting shown ones is a union of *residues*: a shown place minus the largest shown places inside it.
So it is enough that no residue holds fewer people than the smallest cell (and more than none). Where
one would, a further place inside is withheld too (complementary suppression; see Willenborg and
de Waal, Elements of Statistical Disclosure Control, 2001, on nested tables).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A node: its parent (None at the top) and how many people stand at it and nowhere deeper."""

    key: int
    parent: int | None
    n_own: int


def publishable(places: Sequence[Place], *, min_cell: int) -> frozenset[int]:
    """Keys of the places whose figure may be shown.

    Parameters
    ----------
    places : sequence of Place
        Any order; every parent stands among them or above the tree.
    min_cell : int
        Fewest people a shown or computable figure may stand for.

    Returns
    -------
    frozenset of int

    Examples
    --------
    A county of three schools with 4, 11 and 30 people: the first is too small, and showing both others
    would give it away, so the smaller of them is withheld as well.

    >>> county = [Place(1, None, 0), Place(2, 1, 4), Place(3, 1, 11), Place(4, 1, 30)]
    >>> sorted(publishable(county, min_cell=10))
    [1, 4]
    """
    tree = _Tree(places)
    shown = {key for key, n in tree.n_people.items() if n >= min_cell}
    for key in tree.deepest_first:
        if key in shown:
            _widen(tree, shown, key, min_cell)
    return frozenset(shown)


class _Tree:
    def __init__(self, places: Sequence[Place]) -> None:
        known = {place.key for place in places}
        self.inside: dict[int, list[int]] = defaultdict(list)
        tops = []
        for place in places:
            if place.parent in known and place.parent is not None:
                self.inside[place.parent].append(place.key)
            else:
                tops.append(place.key)
        walk = list(tops)
        for key in walk:
            walk.extend(self.inside[key])
        self.deepest_first = tuple(reversed(walk))
        self.n_people: dict[int, int] = {place.key: place.n_own for place in places}
        for key in self.deepest_first:
            self.n_people[key] += sum(self.n_people[child] for child in self.inside[key])

    def largest_shown_inside(self, key: int, shown: set[int]) -> list[int]:
        found: list[int] = []
        ahead = list(self.inside[key])
        while ahead:
            child = ahead.pop()
            if child in shown:
                found.append(child)
            else:
                ahead.extend(self.inside[child])
        return found

    def residue(self, key: int, shown: set[int]) -> int:
        return self.n_people[key] - sum(self.n_people[child] for child in self.largest_shown_inside(key, shown))


def _widen(tree: _Tree, shown: set[int], key: int, min_cell: int) -> None:
    """Withhold inside a shown place until its residue is empty or large enough."""
    while 0 < tree.residue(key, shown) < min_cell:
        ways = [_opening(tree, shown, child, min_cell) for child in tree.largest_shown_inside(key, shown)]
        cheapest = min(ways, key=lambda way: (len(way), tree.n_people[way[-1]], way))
        shown.difference_update(cheapest)


def _opening(tree: _Tree, shown: set[int], key: int, min_cell: int) -> list[int]:
    """The places to withhold, from one downwards, so that enough people move into the residue above."""
    way = [key]
    while 0 == tree.residue(way[-1], shown) < min_cell:
        smaller = tree.largest_shown_inside(way[-1], shown)
        way.append(min(smaller, key=lambda child: (tree.n_people[child], child)))
    return way


def counts(places: Sequence[Place]) -> Mapping[int, int]:
    """People at or below each place."""
    return dict(_Tree(places).n_people)
