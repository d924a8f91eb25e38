"""Fifty theory files, each in the manner of another hand: what people's habits do to the same structure.

A hand is a set of habits: how far it indents, where dashes stand, which quotation marks it likes, where it puts
remarks and empty lines, which keys come first, how lines end. The words are made up for each file.
"""

from __future__ import annotations

import json
import random
import textwrap
from typing import Any

AIMS = (
    "Children wait less than four weeks for a first visit",
    "Every pupil leaves year two reading with ease",
    "Half as many falls on the three eastern wards",
    "New nurses are still with us after two years",
    "Fewer loaves go to waste in the school kitchens",
)
DRIVERS = (
    "Letters say in plain words what will happen",
    "Families are asked, not told",
    "The rota shows who is free on which day",
    "What was learned on Monday is known on Friday",
    "Floors, shoes and lights are looked at together",
    "Somebody answers when people call",
    "Time is set aside and kept free",
)
IDEAS = (
    "Two pages less in the folder",
    "A phone call the evening before",
    "Swap the order of greeting and weighing",
    "A board beside the door, wiped every noon",
    "Ask three people what they understood",
    "Begin with the smallest group",
)
REMARKS = ("ask Kim", "see minutes of May", "not sure yet", "agreed", "old wording below", "to be counted")
DETAIL = (
    "We talked about this for two meetings and came back to where we began. The group would like to see it tried "
    "with one class before anybody decides."
)


def content(rng: random.Random) -> dict[str, Any]:
    """A theory as plain data, with ids in one of several manners."""
    name = rng.choice(("{}{}", "{}-{}", "{}0{}", "{}.{}"))
    id = name.format
    aim, primary = id("A", 1), [id("P", 1), id("P", 2)]
    drivers: list[dict[str, Any]] = [
        {"id": one, "text": rng.choice(DRIVERS), "contributes_to": [aim]} for one in primary
    ]
    drivers[0]["detail"] = DETAIL
    drivers.append(
        {
            "id": id("S", 1),
            "text": rng.choice(DRIVERS),
            "contributes_to": [primary[0], {"to": primary[1], "because": "people said so in spring"}],
            "tags": ["first choice", "ward"],
        }
    )
    ideas = [
        {"id": id("C", n), "text": rng.choice(IDEAS), "contributes_to": [id("S", 1)], "owner": "morning team"}
        for n in (1, 2, 3)
    ]
    return {
        "driverkit": 1,
        "title": f"Plan number {rng.randrange(100)} of the eastern house",
        "aims": [{"id": aim, "text": rng.choice(AIMS), "population": "all who come by day", "target": 12.5}],
        "drivers": drivers,
        "change_ideas": ideas,
        "measures": [{"id": id("M", 1), "name": "Days until the visit", "of": [aim], "role": "outcome"}],
        "cycles": [
            {
                "id": id("T", 1),
                "change": id("C", 1),
                "scale": 3,
                "plan": {"date": "2026-02-03", "objective": "does it fit into the morning"},
                "predictions": [{"question": "how many take part", "prediction": "two of three"}],
            }
        ],
    }


class Hand:
    """The habits of one person who writes YAML."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.step = rng.choice((2, 2, 3, 4, 6))
        self.dash = rng.choice((0, 2, self.step))
        self.behind = rng.choice((1, 1, 3))
        self.quote = rng.choice(("", "", "'", '"', "mixed"))
        self.long = rng.choice((">-", "|-", ">", "plain", "double", "line"))
        self.items = rng.choice(("block", "block", "flow", "by turns"))
        self.lists = rng.choice(("flow", "block", "spaced"))
        self.remarks = rng.choice((0.0, 0.2, 0.5))
        self.gaps = rng.choice((0.0, 0.3, 1.0))
        self.align = rng.random() < 0.2
        self.quoted_keys = rng.random() < 0.1
        self.shuffled = rng.random() < 0.4
        self.marks = rng.random() < 0.2
        self.ends = rng.choice(("\n", "\n", "\r\n"))
        self.final = rng.random() < 0.8
        self.count = 0

    def write(self, data: dict[str, Any]) -> str:
        """The whole file."""
        lines: list[str] = ["---"] if self.marks else []
        if self.rng.random() < 0.5:
            lines.append(self.remark())
        for key, value in data.items():
            if isinstance(value, list):
                if self.rng.random() < self.gaps:
                    lines.append("")
                if self.rng.random() < self.remarks:
                    lines.append(self.remark())
                lines.append(f"{key}:")
                for item in value:
                    lines += self.item(item)
            else:
                lines.append(f"{key}: {self.scalar(value)}{self.aside()}")
        if self.marks:
            lines.append("...")
        return self.ends.join(lines) + (self.ends if self.final else "")

    def item(self, item: dict[str, Any]) -> list[str]:
        self.count += 1
        pad = " " * self.dash
        lines = [pad + self.remark()] if self.rng.random() < self.remarks else []
        if self.rng.random() < self.gaps / 2:
            lines.append("")
        keys = list(item)
        if self.shuffled:
            self.rng.shuffle(keys)
        flow = self.items == "flow" or (self.items == "by turns" and self.count % 2)
        if flow and "detail" not in item:
            inner = ", ".join(f"{self.key(k)}: {self.flow(item[k])}" for k in keys)
            blank = " " if self.lists == "spaced" else ""
            return [*lines, f"{pad}-{' ' * self.behind}{{{blank}{inner}{blank}}}{self.aside()}"]
        inside = pad + " " * (1 + self.behind)
        wide = max(map(len, keys)) if self.align else 0
        body: list[str] = []
        for key in keys:
            body += self.field(key, item[key], inside, wide)
        body[0] = pad + "-" + " " * self.behind + body[0].lstrip()
        return lines + body

    def field(self, key: str, value: Any, pad: str, wide: int) -> list[str]:
        name = f"{pad}{self.key(key)}:" + " " * max(1, wide - len(key) + 1)
        deeper = pad + " " * self.step
        if isinstance(value, dict):
            if self.rng.random() < 0.5:
                return [f"{name}{self.flow(value)}{self.aside()}"]
            return [name.rstrip(), *(line for k, v in value.items() for line in self.field(k, v, deeper, 0))]
        if isinstance(value, list):
            if self.lists == "block" or any(isinstance(one, dict) and "question" in one for one in value):
                return [name.rstrip(), *(f"{deeper}- {self.flow(one)}{self.aside()}" for one in value)]
            return [f"{name}{self.flow(value)}{self.aside()}"]
        if key == "detail":
            return self.paragraph(name, value, deeper)
        return [f"{name}{self.scalar(value)}{self.aside()}"]

    def paragraph(self, name: str, text: str, pad: str) -> list[str]:
        parts = textwrap.wrap(text, 44)
        match self.long:
            case "line":
                return [f"{name}{text}"]
            case "plain":
                return [f"{name}{parts[0]}", *(pad + part for part in parts[1:])]
            case "double":
                return [f'{name}"{parts[0]}', *(pad + part for part in parts[1:-1]), f'{pad}{parts[-1]}"']
            case style:
                return [f"{name}{style}", *(pad + part for part in parts)]

    def key(self, key: str) -> str:
        return f'"{key}"' if self.quoted_keys else key

    def flow(self, value: Any) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{k}: {self.flow(v)}" for k, v in value.items()) + "}"
        if isinstance(value, list):
            blank = " " if self.lists == "spaced" else ""
            return f"[{blank}{', '.join(map(self.flow, value))}{blank}]"
        text = self.scalar(value)
        return f"'{text}'" if "," in text and text[0] not in "'\"" else text

    def scalar(self, value: Any) -> str:
        if not isinstance(value, str) or value[:4] == "2026":
            return str(value)
        quote = self.rng.choice(("", "'", '"')) if self.quote == "mixed" else self.quote
        return f"{quote}{value}{quote}"

    def remark(self) -> str:
        return f"#{self.rng.choice(('', ' ', '  '))}{self.rng.choice(REMARKS)}"

    def aside(self) -> str:
        return (
            (" " * self.rng.choice((1, 2, 8)) + self.remark()) if self.rng.random() < self.remarks / 2 else ""
        )


def as_json(rng: random.Random, data: dict[str, Any]) -> str:
    """A file of somebody who writes JSON, by hand or with an editor that lays it out."""
    style = rng.randrange(4)
    if style == 0:
        text = json.dumps(data, indent=rng.choice((1, 2, 4, "\t")), ensure_ascii=False)
    elif style == 1:  # a node a line, as people write tables
        parts = []
        for key, value in data.items():
            if isinstance(value, list):
                rows = ",\n    ".join(json.dumps(one) for one in value)
                parts.append(f'  "{key}": [\n    {rows}\n  ]')
            else:
                parts.append(f'  "{key}": {json.dumps(value)}')
        text = "{\n" + ",\n".join(parts) + "\n}"
    elif style == 2:
        text = json.dumps(data, indent=2, separators=(" ,", " : "))
    else:
        text = json.dumps(data, indent=3).replace("[\n", "[ \n").replace("\n\n", "\n")
    ends = rng.choice(("\n", "\n", "\r\n"))
    return text.replace("\n", ends) + (ends if rng.random() < 0.7 else "")


def _written(number: int) -> tuple[str, str]:
    rng = random.Random(number)
    data = content(rng)
    return ("json", as_json(rng, data)) if number % 5 == 4 else ("yaml", Hand(rng).write(data))


HANDS = {f"hand-{number:02}": _written(number) for number in range(50)}
"""Name to format and text."""
