"""The bank of a release as the engine takes it, assembled once and kept; and who may be given which item."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.designs import DesignSpec
from assessment.engine.bank import Bank
from assessment.engine.irt import Bools, Ints, ItemParameters
from assessment.models import ItemParameter, Release
from content.models import Item
from content.terms import Competency, ItemState
from core.people import SchoolLevel

N_KEPT = 16
"""Banks kept in memory; a deployment has one release in force and a few behind it."""


@dataclass(frozen=True, eq=False)
class ItemBank:
    """A release in arrays: row r of the engine's bank is the item ``item_ids[r]``."""

    bank: Bank
    item_ids: tuple[int, ...]
    row_of: Mapping[int, int]

    def rows(self, item_ids: Iterable[int]) -> Ints:
        """Rows of the items."""
        return np.array([self.row_of[item_id] for item_id in item_ids], dtype=np.int64)

    def available(self, pool: Sequence[int]) -> Bools:
        """Which rows may be given, from the ids a sitting was opened with."""
        mask = np.zeros(self.bank.n_items, dtype=np.bool_)
        mask[[self.row_of[item_id] for item_id in pool if item_id in self.row_of]] = True
        return mask


_KEPT: dict[tuple[str, str], ItemBank] = {}


def bank_of(session: Session, release: Release, spec: DesignSpec) -> ItemBank:
    """The bank of a release under a design. The release's code holds the fingerprint of its items, so it is the key."""
    key = (release.code, str([(plan.domain, plan.loading) for plan in spec.domains]))
    found = _KEPT.get(key)
    if found is None:
        found = _assemble(session, release, spec)
        while len(_KEPT) >= N_KEPT:
            _KEPT.pop(next(iter(_KEPT)), None)
        _KEPT[key] = found
    return found


def _assemble(session: Session, release: Release, spec: DesignSpec) -> ItemBank:
    rows = session.execute(
        select(Item.id, Item.code, Item.competency, ItemParameter.slope, ItemParameter.boundaries)
        .join(ItemParameter, ItemParameter.item_id == Item.id)
        .where(ItemParameter.release_id == release.id).order_by(Item.id)
    ).all()  # fmt: skip
    numbers = {domain: index for index, domain in enumerate(spec.order)}
    kept = [row for row in rows if row.competency.domain in numbers]
    parameters = ItemParameters.graded(
        [row.slope for row in kept],
        [row.boundaries for row in kept],
        [numbers[row.competency.domain] for row in kept],
        [row.code for row in kept],
    )
    item_ids = tuple(row.id for row in kept)
    return ItemBank(warmed(Bank(parameters, spec.prior)), item_ids, {item: row for row, item in enumerate(item_ids)})


def warmed(bank: Bank) -> Bank:
    """The bank with its tables made, so that no teacher waits for them."""
    for table in ("log_likelihoods", "informations", "peaks", "members", "by_peak", "membership"):
        getattr(bank, table)
    _ = bank.prior.conditional_by_node, bank.prior.log_general_masses
    return bank


def operational_items(session: Session) -> list[tuple[int, str, Competency, list[str], int]]:
    """(id, code, competency, school levels, expert level) of the items in use, by id."""
    rows = session.execute(
        select(Item.id, Item.code, Item.competency, Item.school_levels, Item.expert_level)
        .where(Item.state == ItemState.OPERATIONAL).order_by(Item.id)
    )  # fmt: skip
    return [(row.id, row.code, row.competency, row.school_levels, row.expert_level) for row in rows]


def pool_of(session: Session, school_level: SchoolLevel) -> list[int]:
    """Ids of the items in use that suit a school level; an item that names no level suits all."""
    return [
        item_id
        for item_id, _code, _competency, levels, _level in operational_items(session)
        if not levels or school_level.value in levels
    ]
