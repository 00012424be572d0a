"""Where reported work goes when a new layer is adopted: to whoever stands on its ground now.

Pure, and in whole cents of a square metre: what a parcel hands on and what stays behind add up to
what it had, for every event; and no step of the works comes to lie ahead of the one before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from parcels.impact import Change, Impact

WHOLE_SHARE = 0.99  # of a parcel's ground; what is missing then is the drawing of a boundary
CENTS = 100
STAYS = (Change.SAME, Change.RESHAPED)


@dataclass(frozen=True)
class Event:
    """One piece of work on an old parcel: its place in the frame, the step, the area in cents.

    Less than zero: a correction of work reported before.
    """

    id: int
    old: int
    step: str
    cents: int


@dataclass(frozen=True)
class Piece:
    """A part of an event that leaves its ledger row; ``new`` is a place, None: on no parcel now."""

    event_id: int
    old: int
    new: int | None
    step: str
    cents: int


@dataclass(frozen=True)
class Plan:
    """What moves on adoption, and the mark by which a person says: this is what I saw."""

    pieces: tuple[Piece, ...]

    @property
    def moves(self) -> tuple[Piece, ...]:
        """Return the pieces that change their parcel."""
        return tuple(piece for piece in self.pieces if piece.new is not None)

    @property
    def left(self) -> tuple[Piece, ...]:
        """Return the pieces whose ground lies in no parcel any more."""
        return tuple(piece for piece in self.pieces if piece.new is None)

    @property
    def mark(self) -> str:
        """Return a digest of the whole plan; empty when nothing moves."""
        if not self.pieces:
            return ""
        said = ";".join(f"{p.event_id},{p.new},{p.cents}" for p in self.pieces)
        return hashlib.sha256(said.encode()).hexdigest()


def plan(impact: Impact, old: pd.DataFrame, new: pd.DataFrame, events: Sequence[Event]) -> Plan:
    """Return what becomes of each event; ``old`` and ``new`` have area_m2, as given to ``impact``.

    Events are in order of day. A parcel that is the same keeps its work; one whose outline changed
    keeps what fits; all other work goes by the ground that old and new parcels share.
    """
    area = [_cents(area_m2) for area_m2 in new["area_m2"]]
    by_old: dict[int, list[Event]] = {}
    for event in events:
        by_old.setdefault(event.old, []).append(event)
    changes, groups = impact.old["change"].tolist(), impact.old["group"].tolist()
    moving = [place for place in by_old if changes[place] not in STAYS]
    pieces: list[Piece] = []
    kept: dict[tuple[int, str], int] = {}
    target_of = impact.new.reset_index().groupby("group")["index"].first().to_dict()
    for place in sorted(set(by_old) - set(moving)):
        target = int(target_of[groups[place]])
        if changes[place] is Change.RESHAPED:
            pieces += _what_does_not_fit(by_old[place], area[target])
        for step, cents in _by_step(by_old[place]).items():
            kept[target, step] = min(cents, area[target])
    shares = _shares(impact, old, area, moving)
    room = _room(by_old, shares, area, kept)
    for place in moving:
        weights, left = shares[place]
        for target, weight in list(weights.items()):
            top, bottom = room.get(target, (1, 1))
            weights[target] = weight * top // bottom
            left += weight - weights[target]
        pieces += _parted(by_old[place], weights, left)
    old_keys, new_keys = impact.old["key"].tolist(), impact.new["key"].tolist()
    leaving = [p for p in pieces if p.new is None or new_keys[p.new] != old_keys[p.old]]
    return Plan(tuple(sorted(leaving, key=lambda p: (p.event_id, p.new is None, p.new or 0))))


def handed_on(impact: Impact) -> dict[int, int]:
    """Return new place → the old place it takes most of its ground from, in its own group."""
    group_old, group_new = impact.old["group"].to_numpy(), impact.new["group"].to_numpy()
    pairs = impact.pairs
    own = pairs[group_old[pairs["old"]] == group_new[pairs["new"]]]
    best = own.sort_values(["common_m2", "old"], ascending=[False, True]).drop_duplicates("new")
    found = dict(zip(best["new"].tolist(), best["old"].tolist(), strict=True))
    first = impact.old.reset_index().groupby("group")["index"].first()
    for place, group in enumerate(group_new.tolist()):
        if place not in found and group in first.index:  # matched by its number alone
            found[place] = int(first[group])
    return found


def taken_out(impact: Impact, is_out: Mapping[int, bool]) -> set[int]:
    """Return the new places that stay withdrawn: what a person took out, under any number."""
    return {new for new, old in handed_on(impact).items() if is_out.get(old, False)}


def _shares(
    impact: Impact, old: pd.DataFrame, area: Sequence[int], moving: Sequence[int]
) -> dict[int, tuple[dict[int, int], int]]:
    """Return old place → (new place → weight, weight of what stays behind)."""
    old_area = [_cents(area_m2) for area_m2 in old["area_m2"]]
    wanted = impact.pairs[impact.pairs["old"].isin(moving)]
    weights: dict[int, dict[int, int]] = {place: {} for place in moving}
    for was, becomes, common_m2 in wanted.itertuples(index=False):
        common = min(round(common_m2 * CENTS), old_area[was] or round(common_m2 * CENTS))
        if common >= WHOLE_SHARE * area[becomes]:  # wholly inside: by the very survey area
            common = area[becomes]
        if common:
            weights[int(was)][int(becomes)] = common
    found = {}
    for place, to in weights.items():
        total = sum(to.values())
        is_whole = total and total >= WHOLE_SHARE * old_area[place]
        left = 0 if is_whole else max(old_area[place] - total, 0)
        found[place] = (to, left if total or left else 1)
    return found


def _room(
    by_old: Mapping[int, Sequence[Event]],
    shares: Mapping[int, tuple[dict[int, int], int]],
    area: Sequence[int],
    kept: Mapping[tuple[int, str], int],
) -> dict[int, tuple[int, int]]:
    """Return new place → the fraction of what it would be handed that it has room for.

    Old parcels that overlapped one another would otherwise hand the same ground on twice. Work that
    a parcel keeps (``kept``: by place and step) has its room already.
    """
    incoming: dict[tuple[int, str], int] = {}
    givers: dict[int, int] = {}
    for place, (weights, left) in shares.items():
        whole = sum(weights.values()) + left
        for target, weight in weights.items():
            givers[target] = givers.get(target, 0) + 1
            for step, cents in _by_step(by_old[place]).items():
                key = (target, step)
                incoming[key] = incoming.get(key, 0) + cents * weight // whole
    found: dict[int, tuple[int, int]] = {}
    for (target, step), cents in incoming.items():
        free = max(area[target] - kept.get((target, step), 0), 0)
        if cents <= free + givers[target]:  # a cent of rounding for each that hands on
            continue
        top, bottom = found.get(target, (1, 1))
        if free * bottom < top * cents:
            found[target] = (free, cents)
    return found


def _parted(events: Sequence[Event], weights: Mapping[int, int], left: int) -> list[Piece]:
    """Part each event by weight, each target in turn taking its share of what is not yet given.

    Every split is a rounding of a running sum, so that it never takes back what an earlier event
    gave, and a step with less work never hands on more than one with more.
    """
    targets: list[tuple[int | None, int]] = [*sorted(weights.items()), (None, left)]
    pieces: list[Piece] = []
    sums: dict[str, int] = {}
    for event in events:
        before = sums.get(event.step, 0)
        sums[event.step] = before + event.cents
        whole = sum(weight for _target, weight in targets)
        rest_before, rest_after = before, before + event.cents
        for target, weight in targets:
            given_before = _part(rest_before, weight, whole)
            given_after = _part(rest_after, weight, whole)
            if cents := given_after - given_before:
                pieces.append(Piece(event.id, event.old, target, event.step, cents))
            rest_before, rest_after = rest_before - given_before, rest_after - given_after
            whole -= weight
    return pieces


def _by_step(events: Sequence[Event]) -> dict[str, int]:
    work: dict[str, int] = {}
    for event in events:
        work[event.step] = work.get(event.step, 0) + event.cents
    return work


def _part(cents: int, weight: int, whole: int) -> int:
    """Return the share of an amount, half-up; all of it where nobody else is left."""
    return (2 * cents * weight + whole) // (2 * whole) if whole else 0


def _what_does_not_fit(events: Sequence[Event], area: int) -> list[Piece]:
    """Return the last work on a parcel that is larger than its ground is now."""
    too_much = {step: max(cents - area, 0) for step, cents in _by_step(events).items()}
    pieces = []
    for event in reversed(events):
        leaves = min(max(event.cents, 0), too_much[event.step])
        if leaves:
            pieces.append(Piece(event.id, event.old, None, event.step, leaves))
            too_much[event.step] -= leaves
    return pieces


def _cents(area_m2: float) -> int:
    return 0 if pd.isna(area_m2) else round(area_m2 * CENTS)
