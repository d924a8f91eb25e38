"""Changes such as people and programs make to a theory, drawn from a seed."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from typing import Any

import attrs

import driverkit as dk
from driverkit.formats.convert import fields_of
from driverkit.model import SECTIONS
from strategies import AWKWARD

WORDS = ("changed", "other", "patients", "Ärztin", "質問")


def _seen(text: str) -> bool:
    return bool(text.strip(" \n\t\u200b\ufeff\u2028\u2029\u00a0"))


PLACES = Iterator[tuple[Any, str, Callable[[Any], dk.Theory]]]


def places(theory: dk.Theory) -> PLACES:
    """Every value in a theory that has fields, with a name and how to put another in its place."""

    def inside(value: Any, name: str, put: Callable[[Any], dk.Theory]) -> PLACES:
        yield value, name, put
        for field in fields_of(type(value)):
            held = getattr(value, field)
            if attrs.has(type(held)):
                yield from inside(
                    held, f"{name}.{field}", lambda new, f=field: put(attrs.evolve(value, **{f: new}))
                )
            elif isinstance(held, tuple):
                for number, part in enumerate(held):
                    if attrs.has(type(part)):
                        yield from inside(
                            part,
                            f"{name}.{field}[{number}]",
                            lambda new, f=field, h=held, n=number: put(
                                attrs.evolve(value, **{f: (*h[:n], new, *h[n + 1 :])})
                            ),
                        )

    def put_theory(new: Any) -> dk.Theory:
        return theory.replace(**{f: getattr(new, f) for f in fields_of(dk.Theory)}, extra=new.extra)

    yield from inside(theory, "theory", put_theory)


def text_fields(value: Any) -> list[str]:
    """The fields of a value that hold a text which anybody may reword."""
    return [
        name
        for name, (_, kind) in fields_of(type(value)).items()
        if isinstance(getattr(value, name), str) and kind.name == "a text" and not kind.many
    ]


def one_word(theory: dk.Theory) -> Iterator[tuple[str, dk.Theory]]:
    """Every theory in which one word of one text is another."""
    for value, name, put in places(theory):
        for field in text_fields(value):
            held = getattr(value, field)
            spots = [i for i, part in enumerate(held.split(" ")) if part.isalpha()]
            for spot in {spots[0], spots[len(spots) // 2], spots[-1]} if spots else ():
                parts = held.split(" ")
                parts[spot] = "another" if parts[spot] != "another" else "different"
                yield f"{name}.{field} word {spot}", put(attrs.evolve(value, **{field: " ".join(parts)}))


def edit(rng: random.Random, theory: dk.Theory) -> tuple[str, dk.Theory]:
    """One change, with its name; the theory itself where the change that was drawn cannot be."""
    change = rng.choice(_EDITS)
    try:
        return change.__name__, change(rng, theory)
    except (dk.TheoryError, dk.UnknownId, IndexError):
        return "nothing", theory


def _some_value(rng: random.Random, theory: dk.Theory) -> tuple[Any, str, Callable[[Any], dk.Theory]]:
    return rng.choice(list(places(theory)))


def reword(rng: random.Random, theory: dk.Theory) -> dk.Theory:
    value, _, put = _some_value(rng, theory)
    field = rng.choice(text_fields(value))
    parts = getattr(value, field).split(" ")
    parts[rng.randrange(len(parts))] = rng.choice(WORDS)
    return put(attrs.evolve(value, **{field: " ".join(parts)}))


def write_anything(rng: random.Random, theory: dk.Theory) -> dk.Theory:
    value, _, put = _some_value(rng, theory)
    field = rng.choice(
        [n for n, (_, k) in fields_of(type(value)).items() if k.name == "a text" and not k.many]
    )
    return put(attrs.evolve(value, **{field: rng.choice([t for t in AWKWARD if _seen(t)])}))


def set_field(rng: random.Random, theory: dk.Theory) -> dk.Theory:
    value, _, put = _some_value(rng, theory)
    name, (_, kind) = rng.choice(list(fields_of(type(value)).items()))
    new: Any
    if "enum" in kind.schema:
        new = rng.choice(kind.schema["enum"])
    elif kind.name == "a date":
        new = dt.date(2020 + rng.randint(0, 9), rng.randint(1, 12), rng.randint(1, 28))
    elif kind.name == "a number":
        new = rng.choice([0, 1, 2.5, -0.0, 1e20, 12345678901234567890])
    elif kind.name in ("a whole number", "a level"):
        new = rng.randint(1, 3)
    elif kind.name == "a year":
        new = rng.randint(1990, 2026)
    elif kind.name == "true or false":
        new = rng.random() < 0.5
    elif kind.name == "a text":
        new = [rng.choice(WORDS) for _ in range(rng.randint(0, 3))] if kind.many else rng.choice(WORDS)
    else:
        raise IndexError(name)
    return put(attrs.evolve(value, **{name: new}))


def unset_field(rng: random.Random, theory: dk.Theory) -> dk.Theory:
    value, _, put = _some_value(rng, theory)
    name = rng.choice(
        [
            n
            for n, (a, _) in fields_of(type(value)).items()
            if a.default is not attrs.NOTHING and getattr(value, n) not in (None, ())
        ]
    )
    return put(attrs.evolve(value, **{name: attrs.fields_dict(type(value))[name].default}))


def change_extra(rng: random.Random, theory: dk.Theory) -> dk.Theory:
    value, _, put = _some_value(rng, theory)
    if not hasattr(value, "extra"):
        raise IndexError
    extra = dict(value.extra)
    if extra and rng.random() < 0.4:
        del extra[rng.choice(list(extra))]
    else:
        key = rng.choice([*extra, "x-new", "x-: odd #key", "x-" + rng.choice(AWKWARD)])
        extra[key] = rng.choice(
            [
                None,
                True,
                1,
                1.0,
                "",
                rng.choice(AWKWARD),
                [],
                {},
                [1, [2, []]],
                {"a": {"b": ["no"]}},
                [{"a": 1}],
            ]
        )
    return put(attrs.evolve(value, extra=extra))


def add_item(rng: random.Random, theory: dk.Theory) -> dk.Theory:
    id = f"new-{rng.randint(0, 10**6)}"
    drivers = [d.id for d in theory.drivers]
    ideas = [c.id for c in theory.change_ideas]
    new = rng.choice(
        [
            lambda: dk.Driver(id, "A new driver", contributes_to=rng.sample(drivers, min(2, len(drivers)))),
            lambda: dk.ChangeIdea(id, rng.choice(AWKWARD), contributes_to=drivers[:1], tags=["a", "no"]),
            lambda: dk.PdsaCycle(
                id, rng.choice(ideas), plan={"date": "2026-01-01"}, predictions=[{"question": "q"}]
            ),
            lambda: dk.Evidence(id, rng.choice(drivers), text="found: much"),
            lambda: dk.Cause(id, "A cause"),
            lambda: dk.Team(id, "A team", works_on=drivers[:2]),
            lambda: dk.Recommendation(id, "Do it"),
            lambda: dk.Measure(id, "A measure", of=drivers[:1], data=[{"date": "2026-01-01", "value": 1}]),
        ]
    )()
    theory = theory.add(new)
    for name, noun in SECTIONS.items():
        if type(new) is noun and rng.random() < 0.5:  # not at the end
            section = list(getattr(theory, name))
            section.insert(rng.randrange(len(section)), section.pop())
            return theory.replace(**{name: section})
    return theory


def remove_item(rng: random.Random, theory: dk.Theory) -> dk.Theory:
    ids = list(theory.index)
    return theory.remove(*rng.sample(ids, min(len(ids), rng.choice([1, 1, 2]))))


def reorder(rng: random.Random, theory: dk.Theory) -> dk.Theory:
    name = rng.choice([n for n in SECTIONS if len(getattr(theory, n)) > 1])
    section = list(getattr(theory, name))
    if rng.random() < 0.5:
        section.insert(rng.randrange(len(section)), section.pop(rng.randrange(len(section))))
    else:
        rng.shuffle(section)
    return theory.replace(**{name: section})


def rename(rng: random.Random, theory: dk.Theory) -> dk.Theory:
    return theory.rename(
        rng.choice(list(theory.index)), rng.choice(["no", "1.0", f"renamed-{rng.randint(0, 999)}"])
    )


def link(rng: random.Random, theory: dk.Theory) -> dk.Theory:
    ids = [n.id for n in theory.nodes]
    return theory.link(
        rng.choice(ids),
        rng.choice(ids),
        strength=rng.choice([None, "weak", "strong"]),
        because=rng.choice([None, "a reason", "why: #1, {2}"]),
    )


def unlink(rng: random.Random, theory: dk.Theory) -> dk.Theory:
    chosen = rng.choice(theory.links)
    return theory.unlink(chosen.cause, chosen.effect)


def change_rows(rng: random.Random, theory: dk.Theory) -> dk.Theory:
    measure = rng.choice(theory.measures)
    rows = list(measure.data) if isinstance(measure.data, tuple) else []
    new = dk.Observation(
        f"20{rng.randint(10, 30)}-05-06", rng.randint(0, 99), note=rng.choice([None, "a: note"])
    )
    if rows and rng.random() < 0.4:
        rows.pop(rng.randrange(len(rows)))
    elif rows and rng.random() < 0.4:
        rows[rng.randrange(len(rows))] = new
    else:
        rows.insert(rng.randint(0, len(rows)), new)
    return theory.replace(attrs.evolve(measure, data=rows or rng.choice([None, "series.csv", rows])))


def change_predictions(rng: random.Random, theory: dk.Theory) -> dk.Theory:
    cycle = rng.choice(theory.cycles)
    held = list(cycle.predictions)
    if held and rng.random() < 0.3:
        held.pop(rng.randrange(len(held)))
    elif held and rng.random() < 0.5:
        n = rng.randrange(len(held))
        held[n] = attrs.evolve(held[n], found="as expected", result="mixed")
    else:
        held.insert(rng.randint(0, len(held)), dk.Prediction("a question: really?", "yes, mostly"))
    return theory.replace(attrs.evolve(cycle, predictions=held))


def change_lists(rng: random.Random, theory: dk.Theory) -> dk.Theory:
    value, _, put = _some_value(rng, theory)
    name = rng.choice([n for n in ("tags", "perspectives", "revisions", "because_of") if hasattr(value, n)])
    held = list(getattr(value, name))
    if held and rng.random() < 0.4:
        held.pop(rng.randrange(len(held)))
    elif len(held) > 1 and rng.random() < 0.4:
        rng.shuffle(held)
    else:
        new = dk.Revision("5", why="we learned") if name == "revisions" else rng.choice(["m01/T1", "x"])
        held.insert(rng.randint(0, len(held)), new)
    return put(attrs.evolve(value, **{name: held}))


_EDITS = (
    *(
        reword,
        write_anything,
        set_field,
        set_field,
        unset_field,
        change_extra,
        add_item,
        remove_item,
        reorder,
    ),
    *(rename, link, unlink, change_rows, change_predictions, change_lists),
)
TAKE_OUT = frozenset(
    "remove_item unlink set_field unset_field change_rows change_predictions change_lists change_extra".split()  # noqa: SIM905
)
"""Edits that may take a part of the file out, and with it the remark at its end."""
