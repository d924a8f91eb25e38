"""The common theory of a network, and how many members work on each part, have tested it, and saw it hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from driverkit.diagram.overlay import Overlay
from driverkit.errors import UsageError
from driverkit.evidence.network_work import MemberWork, Work, network_work
from driverkit.evidence.words import harmless, listed, plural
from driverkit.model import Network, Theory
from driverkit.model.values import did_you_mean

__all__ = ["SHOWS", "member_names", "network_overlay"]

SHOWS: Mapping[str, str] = MappingProxyType(
    {
        "worked-on": "how many members work on each part",
        "tested": "how many members have a cycle on it that reached Study",
        "confirmed": "of how many members more than half of the judged predictions held",
    }
)
"""What of a network can be laid over its common theory."""

_SPACE = "\u00a0"
BLOCKS = 12
"""Up to so many members each has a block of its own in a bar; of more members the bar has ten."""


def network_overlay(network: Network, show: str = "worked-on") -> tuple[Theory, Overlay]:
    r"""The common theory, and how many members did what about each part: a bar, and in words.

    Up to 12 members a block of the bar is a member; of more members it is a tenth of them, rounded, and never none
    where there is one, nor all where there are not.

    Args:
        network: the network.
        show: what the bars count: ``worked-on``, ``tested`` or ``confirmed``.

    Raises:
        UsageError: nothing is called that.
        FormatError: theories cannot be read.

    >>> from driverkit.model import Aim, Member, Network, Theory
    >>> hub = Theory("Falls", aims=[Aim("A1", "Fewer falls")])
    >>> ours = Theory("Ward 6", aims=[Aim("A", "Fewer falls here", adapts="A1")])
    >>> network = Network("Safe wards", hub, members=[Member("m01", theory=ours), Member("m02")])
    >>> network_overlay(network)[1].notes["A1"]
    ('▮▯ 1\xa0of\xa02 works on it', 'none tested')
    """
    if show not in SHOWS:
        raise UsageError(
            f"There is no overlay {show!r} of a network.{did_you_mean(str(show), SHOWS)} There are: {', '.join(SHOWS)}."
        )
    names = member_names(network)
    marks: dict[str, tuple[str, ...]] = {}
    notes: dict[str, tuple[str, ...]] = {}
    titles: dict[str, tuple[str, ...]] = {}
    for id, done in network_work(network).items():
        # The bar is made of those who are there; those who have left are told beside it.
        count = {
            "worked-on": done.worked_on,
            "tested": sum(one.tested for one in done.members),
            "confirmed": sum(one.confirmed for one in done.members),
        }[show]
        level = "none" if not count else "full" if 2 * count >= done.of else "some"
        marks[id] = (f"coverage-{level}",)
        notes[id] = tuple(
            filter(None, (f"{_bar(count, done.of)} {_said(show, count, done.of)}", _rest(show, done)))
        )
        titles[id] = _titles(done, names)
    some = {"worked-on": "work on it", "tested": "tested it", "confirmed": "saw it hold"}[show]
    return network.common, Overlay(
        marks=marks,
        notes=notes,
        titles=titles,
        words={
            "coverage-none": f"no members {some}",
            "coverage-some": f"fewer than half of the members {some}",
            "coverage-full": f"half of the members or more {some}",
        },
    )


def member_names(network: Network) -> Mapping[str, str]:
    """What each member is called on a picture: as anybody may read it (`Network.labels`), those with a number last."""
    labels = network.labels(shared=True)
    hidden = [one.id for one in network.members if network.anonymous or one.anonymous]
    shown = [one.id for one in network.members if one.id not in hidden]
    hidden.sort(key=lambda id: int(labels[id].rpartition(" ")[2]))
    return MappingProxyType({id: harmless(labels[id]) for id in (*shown, *hidden)})


def _bar(count: int, of: int) -> str:
    """``▮▮▮▯▯``."""
    blocks = of
    if of > BLOCKS:
        blocks = 10
        count = 0 if not count else blocks if count == of else min(9, max(1, round(count * blocks / of)))
    return "▮" * count + "▯" * (blocks - count)


def _said(show: str, count: int, of: int) -> str:
    verb = {"worked-on": "work on it", "tested": "tested it", "confirmed": "saw it hold"}[show]
    if count == 1:
        verb = verb.replace("work ", "works ")
    return f"{count:,}{_SPACE}of{_SPACE}{of:,} {verb}"


def _rest(show: str, done: Work) -> str:
    """The counts that the bar does not show."""
    if not done.everybody:
        return ""
    parts = {
        "worked-on": f"{done.worked_on:,}{_SPACE}{'works' if done.worked_on == 1 else 'work'} on it",
        "tested": f"{done.tested:,}{_SPACE}tested" if done.tested else "none tested",
        "confirmed": f"{done.confirmed:,}{_SPACE}held" if done.tested else "",
    }
    said = [words for name, words in parts.items() if name != show and words]
    if done.failed:
        said.append(f"{done.failed:,}{_SPACE}did not hold")
    if done.gone and show == "worked-on":
        said.append(
            f"of{_SPACE}them {len(done.gone):,}{_SPACE}{'has' if len(done.gone) == 1 else 'have'}{_SPACE}left"
        )
    elif more := sum(one.tested if show == "tested" else one.confirmed for one in done.gone):
        verb = "tested it" if show == "tested" else "saw it hold"
        said.append(f"{more:,}{_SPACE}more {verb} and {'has' if more == 1 else 'have'}{_SPACE}left")
    return " · ".join(said)


def _titles(done: Work, names: Mapping[str, str]) -> tuple[str, ...]:
    """Who did what, for whoever hovers; and how predictions fared."""

    def who(some: Sequence[MemberWork]) -> str:
        return listed([names[one.member] for one in some], 12)

    said = []
    if done.members:
        said.append(f"Work on it: {who(done.members)}")
    for word, chosen in (
        ("Tested it", [one for one in done.everybody if one.tested]),
        ("Saw it hold", [one for one in done.everybody if one.confirmed]),
        ("Saw it fail", [one for one in done.everybody if one.failed]),
        ("Has left since" if len(done.gone) == 1 else "Have left since", list(done.gone)),
    ):
        if chosen:
            said.append(f"{word}: {who(chosen)}")
    held, judged = done.held
    if judged:
        said.append(f"{held:,} of {plural(judged, 'prediction')} held")
    return tuple(said)
