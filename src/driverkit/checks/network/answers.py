"""What the hub says of itself: answers of the readiness profile."""

from __future__ import annotations

from collections.abc import Iterator

from driverkit.checks import sources
from driverkit.checks.network.said import SaidOf, network_rule
from driverkit.evidence.readiness import readiness
from driverkit.evidence.readiness_items import READINESS_RULE
from driverkit.evidence.words import quoted
from driverkit.model import Network
from driverkit.model.values import did_you_mean

_BRYK = "Bryk et al. 2015; Russell et al. 2017 (the items of the readiness profile)"


@network_rule(
    "NET20",
    "answer-about-nothing",
    severity="warning",
    summary="Every answer under `readiness` is about an item of the readiness profile.",
    source=_BRYK,
)
def answer_about_nothing(network: Network) -> Iterator[SaidOf]:
    """An answer about anything else is shown nowhere."""
    known = [item.name for item in READINESS_RULE.items]
    for at, answer in enumerate(network.readiness):
        if answer.about not in known:
            hint = did_you_mean(answer.about, known).strip(" ?.")
            likely = f" ({hint[0].lower()}{hint[1:]}?)" if hint else ""
            yield SaidOf(
                None,
                f"An answer under 'readiness' is about {quoted(answer.about)}, which is no item of the readiness profile",
                f"correct it{likely}; 'driverkit network readiness' lists the items",
                path=f"readiness[{at}]",
            )


@network_rule(
    "NET21",
    "answer-against-files",
    severity="info",
    summary="What the hub answers under `readiness` agrees with what the files say.",
    source=f"{sources.OURS}: an answer that the files contradict is a reason to look again, at either.",
)
def answer_against_files(network: Network) -> Iterator[SaidOf]:
    """It never says which of the two is right."""
    if not network.readiness:
        return
    for line in readiness(network).contradictions:
        assert line.said is not None
        assert line.computed is not None
        yield SaidOf(
            None,
            f"On {quoted(line.item.title)} the hub says {line.said.answer} and the files say {line.answer}: "
            f"{line.computed.reason.rstrip('.')}",
            "look again at both, and correct the one that is wrong",
            path=f"readiness[{network.readiness.index(line.said)}]",
        )
