"""A small network folder for tests: three wards, two teams, three versions of the common theory."""

from __future__ import annotations

from pathlib import Path

FILES = {
    "network.yaml": """\
driverkit: 1
title: Safe wards
hub: hub.yaml
history: [history/hub-1.yaml, history/hub-2.yaml]
members:
  - {id: m01, name: Ward 6, theory: members/m01.yaml, team: t1, context: {setting: rural}, perspectives: [nurse]}
  - {id: m02, name: Ward 7, theory: members/m02.yaml, team: [t1, t2], context: {setting: urban}}
  - {id: m03, name: Ward 8, theory: members/m03.yaml, context: {setting: rural}}
teams:
  - {id: t1, name: Admission, works_on: [P1], perspectives: [Patient]}
  - {id: t2, name: Floors, works_on: [P2]}
perspectives: [nurse, patient]
""",
    "hub.yaml": """\
driverkit: 1
title: Fewer falls
revision: {label: "3", date: 2026-01-10}
aims: [{id: A1, text: Halve falls, target: 3, by: 2027-06-30}]
drivers:
  - {id: P1, text: The risk of every patient is known, contributes_to: [A1]}
  - {id: P2, text: Floors are safe to walk on, contributes_to: [A1]}
  - {id: S1, text: Medicines that make dizzy are reviewed, contributes_to: [P1]}
change_ideas:
  - {id: C1, text: Ask five questions on admission, contributes_to: [P1]}
  - {id: C2, text: Dry the floor twice a day, contributes_to: [P2]}
""",
    "history/hub-1.yaml": """\
driverkit: 1
title: Fewer falls
revision: {label: "1", date: 2024-01-10}
aims: [{id: A1, text: Halve falls, target: 5, by: 2026-06-30}]
drivers:
  - {id: P1, text: Risk is known, contributes_to: [A1]}
  - {id: P2, text: Floors are safe to walk on, contributes_to: [A1]}
  - {id: P3, text: Shoes fit, contributes_to: [A1]}
""",
    "history/hub-2.yaml": """\
driverkit: 1
title: Fewer falls
revision: {label: "2", date: 2025-01-10}
aims: [{id: A1, text: Halve falls, target: 3, by: 2027-06-30}]
drivers:
  - {id: P1, text: The risk of every patient is known, contributes_to: [A1]}
  - {id: P3, text: Shoes fit, contributes_to: [A1]}
""",
    "members/m01.yaml": """\
driverkit: 1
title: Ward 6
aims: [{id: A, text: Halve falls on ward 6, adapts: A1}]
drivers:
  - {id: D1, text: The risk of every patient is known, contributes_to: [A], adapts: P1}
  - {id: D2, text: Floors are safe for walking on, contributes_to: [A]}
  - {id: D3, text: Somebody answers the bell at night, contributes_to: [A]}
change_ideas:
  - {id: I1, text: Ask three questions on day one, contributes_to: [D1], adapts: C1}
cycles:
  - id: T1
    change: I1
    site: Room 1
    plan: {date: 2025-02-01}
    predictions: [{question: is it quick, prediction: yes it is, found: it was, result: confirmed}]
    do: {date: 2025-02-02}
    study: {date: 2025-02-03}
""",
    "members/m02.yaml": """\
driverkit: 1
title: Ward 7
aims: [{id: A, text: Fewer falls, adapts: A1}]
drivers:
  - {id: D1, text: We know whose risk is high, contributes_to: [A], adapts: P1}
  - {id: D9, text: Dizziness from medicines, contributes_to: [A], adapts: S1}
  - {id: D3, text: Somebody answers the bells at night, contributes_to: [A]}
change_ideas:
  - {id: I1, text: Ask five questions on admission, contributes_to: [D1], adapts: C1}
  - {id: I2, text: A bell that is loud, contributes_to: [D3]}
cycles:
  - id: T1
    change: I1
    adapted_from: m01/T1
    site: Room 2
    plan: {date: 2025-03-01}
    predictions: [{question: is it quick, prediction: yes it is, found: no, result: refuted}]
    do: {date: 2025-03-02}
    study: {date: 2025-03-03}
  - {id: T2, change: I2, plan: {date: 2025-04-01}}
""",
    "members/m03.yaml": """\
driverkit: 1
title: Ward 8
aims: [{id: A, text: Halve falls, adapts: A1}]
drivers:
  - {id: D1, text: Shoes fit, contributes_to: [A], adapts: P3}
""",
}


def wards(folder: Path, **changed: str) -> Path:
    """Write the network, with some of its files replaced by their stem (``m01``, ``hub``, ``network``)."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(changed.get(path.stem.replace("-", "_"), text), encoding="utf-8")
    return folder
