"""An argument in the Goal Structuring Notation, written as the YAML that gsn2x reads.

Aims, drivers and change ideas are goals; a link is ``supportedBy``, its reason a justification, the
condition under which it holds a context; evidence that supports and tests that were studied are
solutions. What nothing supports is marked as undeveloped.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from driverkit.formats.convert import to_plain
from driverkit.formats.loss import Loss, compared
from driverkit.formats.record import Format
from driverkit.formats.sketch import SECTION
from driverkit.formats.yaml_write import write_yaml
from driverkit.model import Aim, ChangeIdea, Evidence, PdsaCycle, Theory

__all__ = ["GSN", "dumps_gsn"]


def supports(evidence: Evidence) -> bool:
    """Whether it can be a solution: what contradicts or is mixed supports no claim."""
    return evidence.finding in (None, "supports") and evidence.text is not None


def studied(cycle: PdsaCycle) -> bool:
    """Whether a test reached Study and what was found does not speak against the change."""
    refuted = any(p.result == "refuted" for p in cycle.predictions)
    abandoned = cycle.act is not None and cycle.act.decision == "abandon"
    return cycle.study is not None and cycle.study.learned is not None and not refuted and not abandoned


def dumps_gsn(theory: Theory) -> str:
    """A theory as an argument."""
    goals: dict[str, dict[str, Any]] = {}
    for node in theory.nodes:
        kind = "aim" if isinstance(node, Aim) else "change-idea" if isinstance(node, ChangeIdea) else "driver"
        goal: dict[str, Any] = {"text": node.text, "classes": [kind], "supportedBy": [], "inContextOf": []}
        if node.url is not None:
            goal["url"] = node.url
        goals[f"G-{node.id}"] = goal
    others: dict[str, dict[str, Any]] = {}
    reached: set[str] = set()
    for link in theory.links:
        effect = goals[f"G-{link.effect}"]
        effect["supportedBy"].append(f"G-{link.cause}")
        reached.add(f"G-{link.cause}")
        for letter, words in (("J", link.because), ("C", link.only_where)):
            if words is not None:
                name = f"{letter}-{link.cause}-to-{link.effect}"
                while name in others:
                    name += "-"
                others[name] = {"text": words}
                effect["inContextOf"].append(name)
    for evidence in theory.evidence:
        about = f"G-{evidence.about.rpartition(' -> ')[2]}"
        if supports(evidence) and about in goals:
            others[f"Sn-{evidence.id}"] = {"text": evidence.text}
            goals[about]["supportedBy"].append(f"Sn-{evidence.id}")
    for cycle in theory.cycles:
        about = f"G-{cycle.change}"
        if studied(cycle) and about in goals and cycle.study is not None:
            others[f"Sn-{cycle.id}"] = {"text": cycle.study.learned}
            goals[about]["supportedBy"].append(f"Sn-{cycle.id}")
    tops = [name for name in goals if name not in reached]
    if len(tops) != 1:  # gsn2x wants one goal above all others
        top: dict[str, Any] = {"text": theory.title, "supportedBy": tops, "inContextOf": []}
        goals = {"G": top, **goals}
    for goal in goals.values():
        if not goal["supportedBy"]:
            del goal["supportedBy"]
            goal["undeveloped"] = True
        if not goal["inContextOf"]:
            del goal["inContextOf"]
    return write_yaml({**goals, **others})


def loss(theory: Theory) -> Iterable[Loss]:
    """What of a theory is no part of the argument."""
    before = to_plain(theory)
    kept: dict[str, Any] = {"driverkit": before["driverkit"]}
    tops = [node for node in theory.nodes if not theory.parents(node.id)]
    if len(tops) != 1:
        kept["title"] = theory.title
    for section in SECTION.values():
        for item in before.get(section, ()):
            held = {k: v for k, v in item.items() if k in ("id", "text", "url")}
            if "contributes_to" in item:
                held["contributes_to"] = [_link(link) for link in item["contributes_to"]]
            kept.setdefault(section, []).append(held)
    boxes = {node.id for node in theory.nodes}
    written = {e.id for e in theory.evidence if supports(e) and e.about.rpartition(" -> ")[2] in boxes}
    for item in before.get("evidence", ()):
        if item["id"] in written:
            kept.setdefault("evidence", []).append(
                {k: v for k, v in item.items() if k in ("id", "about", "text")}
            )
    for item, cycle in zip(before.get("cycles", ()), theory.cycles, strict=True):
        if studied(cycle):
            kept.setdefault("cycles", []).append({k: v for k, v in item.items() if k in ("id", "change")})
    return compared(before, kept)


def _link(link: str | dict[str, Any]) -> str | dict[str, Any]:
    if isinstance(link, str):
        return link
    held = {k: v for k, v in link.items() if k in ("to", "because", "only_where")}
    return held if len(held) > 1 else str(held["to"])


GSN = Format(
    name="gsn",
    suffixes=(".gsn.yaml", ".gsn"),
    description="An argument in the Goal Structuring Notation, in the YAML of gsn2x; only written.",
    holds="aims, drivers and change ideas as goals, links with their reasons and conditions, evidence and tests that support",
    dumps=dumps_gsn,
    loss=loss,
)
