"""A theory made by edits is the theory made at once, and an edit refuses what a constructor refuses."""

from __future__ import annotations

import random

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import driverkit as dk
from strategies import theories

SECTIONS = ("aims", "drivers", "change_ideas", "measures", "cycles", "evidence", "teams", "recommendations")


def from_scratch(theory: dk.Theory) -> dk.Theory:
    """The same parts, put together and checked in one go."""
    return dk.Theory(**{a.alias: getattr(theory, a.name) for a in attrs.fields(dk.Theory) if a.init and a.eq})


def any_id(rng: random.Random, theory: dk.Theory) -> str:
    known = list(theory.index)
    return rng.choice([*known, "Z9"]) if known else "Z9"


def new_item(rng: random.Random, theory: dk.Theory) -> object:
    id = rng.choice([f"N{rng.randint(100, 120)}", any_id(rng, theory)])
    ids = [any_id(rng, theory) for _ in range(rng.randint(0, 2))]
    about = rng.choice([any_id(rng, theory), f"{any_id(rng, theory)} -> {any_id(rng, theory)}"])
    if theory.links and rng.random() < 0.3:
        about = rng.choice(theory.links).id
    return rng.choice(
        [
            lambda: dk.Aim(id, "x", contributes_to=ids[:1]),
            lambda: dk.Driver(id, "x", contributes_to=ids, level=rng.choice([None, 1, 2])),
            lambda: dk.Driver(id, "x"),
            lambda: dk.ChangeIdea(id, "x", contributes_to=ids),
            lambda: dk.Measure(id, "x", of=ids),
            lambda: dk.PdsaCycle(id, any_id(rng, theory), follows=rng.choice([None, any_id(rng, theory)])),
            lambda: dk.Evidence(id, about),
            lambda: dk.Cause(id, "x"),
            lambda: dk.Team(id, works_on=ids),
            lambda: dk.Recommendation(id, "x", about=ids),
        ]
    )()


def refused_from_scratch(parts: dict[str, object]) -> bool:
    try:
        dk.Theory(**parts)
    except dk.TheoryError:
        return True
    return False


def parts_of(theory: dk.Theory) -> dict[str, object]:
    return {a.alias: getattr(theory, a.name) for a in attrs.fields(dk.Theory) if a.init and a.eq}


def with_items(theory: dk.Theory, items: list[object], *, replace: bool) -> dict[str, object]:
    """What ``add`` or ``replace`` should make, put together by hand."""
    parts = parts_of(theory)
    homes = dict(zip((dk.Aim, dk.Driver, dk.ChangeIdea, dk.Measure, dk.PdsaCycle, dk.Evidence, dk.Team, dk.Recommendation), SECTIONS, strict=True))  # fmt: skip
    for item in items:
        if isinstance(item, dk.Cause):
            held = theory.problem or dk.Problem()
            problem = parts["problem"] or held
            causes = problem.causes
            causes = tuple(item if c.id == item.id else c for c in causes) if replace else (*causes, item)
            parts["problem"] = attrs.evolve(problem, causes=causes)
        else:
            name = homes[type(item)]
            old = parts[name]
            parts[name] = tuple(item if o.id == item.id else o for o in old) if replace else (*old, item)
    return parts


@given(theory=theories(max_nodes=8), seed=st.integers(0, 10**9))
def test_adding_refuses_exactly_what_a_constructor_refuses(theory, seed):
    rng = random.Random(seed)
    for _ in range(15):
        items = [new_item(rng, theory) for _ in range(rng.randint(1, 3))]
        parts = with_items(theory, items, replace=False)
        try:
            new = theory.add(*items)
        except dk.TheoryError:
            assert refused_from_scratch(parts)
        else:
            assert new == dk.Theory(**parts)
            theory = new


@given(theory=theories(max_nodes=8), seed=st.integers(0, 10**9))
def test_replacing_refuses_exactly_what_a_constructor_refuses(theory, seed):
    rng = random.Random(seed)
    for _ in range(15):
        items = []
        for _ in range(rng.randint(1, 2)):
            item = new_item(rng, theory)
            if (
                item.id in theory
                and type(theory.node(item.id)) is type(item)
                and item.id not in {i.id for i in items}
            ):
                items.append(item)
        parts = with_items(theory, items, replace=True)
        try:
            new = theory.replace(*items)
        except dk.TheoryError:
            assert refused_from_scratch(parts)
        else:
            assert new == dk.Theory(**parts)
            theory = new


@given(theory=theories(max_nodes=8), seed=st.integers(0, 10**9))
def test_after_any_edits_a_theory_is_the_one_made_from_scratch(theory, seed):
    rng = random.Random(seed)
    for _ in range(20):
        before = theory
        try:
            match rng.randrange(6):
                case 0:
                    theory = theory.add(new_item(rng, theory))
                case 1:
                    theory = theory.remove(*(any_id(rng, theory) for _ in range(rng.randint(1, 3))))
                case 2:
                    theory = theory.rename(
                        any_id(rng, theory), rng.choice(["R-1", "R-2", any_id(rng, theory)])
                    )
                case 3:
                    theory = theory.link(
                        any_id(rng, theory), any_id(rng, theory), strength=rng.choice([None, "weak"])
                    )
                case 4 if theory.links:
                    link = rng.choice(theory.links)
                    theory = theory.unlink(link.cause, link.effect)
                case _:
                    theory = theory.replace(title=f"t{rng.random()}")
        except (dk.TheoryError, dk.UnknownId):
            assert theory is before
        again = from_scratch(theory)
        assert again == theory
        assert again.links == theory.links
        assert again.levels == theory.levels
        assert dict(again.index) == dict(theory.index)


@pytest.mark.slow
@settings(max_examples=20)
@given(theory=theories(max_nodes=10))
def test_removing_a_link_takes_that_link_and_no_other_and_adds_none(theory):
    for link in theory.links:
        try:
            new = theory.unlink(link.cause, link.effect)
        except dk.TheoryError:
            continue
        assert {k.id for k in new.links} == {k.id for k in theory.links} - {link.id}
        if link.cause in theory.levels and not new.parents(link.cause):
            assert new.levels[link.cause] == theory.levels[link.cause]


@pytest.mark.slow
@settings(max_examples=20)
@given(theory=theories(max_nodes=10))
def test_renaming_there_and_back_changes_nothing(theory):
    for id in theory.index:
        assert theory.rename(id, "fresh-id").rename("fresh-id", id) == theory


@pytest.mark.slow
@settings(max_examples=20)
@given(theory=theories(max_nodes=10))
def test_renaming_changes_no_link_but_its_names(theory):
    ids = list(theory.index)
    new = theory
    for number, id in enumerate(ids):
        new = new.rename(id, f"fresh-{number}")
    names = {id: f"fresh-{number}" for number, id in enumerate(ids)}
    assert [(names[k.cause], names[k.effect], k.strength) for k in theory.links] == [
        (k.cause, k.effect, k.strength) for k in new.links
    ]


@given(theory=theories(max_nodes=10), data=st.data())
def test_what_is_taken_out_leaves_no_trace(theory, data):
    if not theory.index:
        return
    gone = data.draw(st.lists(st.sampled_from(list(theory.index)), min_size=1, max_size=3, unique=True))
    try:
        new = theory.remove(*gone)
    except dk.TheoryError:
        return
    assert not set(gone) & set(new.index)
    assert set(new.index) == set(theory.index) - set(gone)
    assert from_scratch(new) == new


@pytest.mark.slow
@settings(max_examples=20)
@given(theory=theories(max_nodes=10))
def test_adding_and_removing_again_changes_nothing(theory):
    new = dk.ChangeIdea("fresh-id", "x", contributes_to=[d.id for d in theory.drivers[:2]])
    assert theory.add(new).remove("fresh-id") == theory
