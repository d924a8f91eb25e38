"""Theory files as people write them, each in a manner of its own. Every comment has a number."""

from __future__ import annotations

from driverkit import examples

USUAL = """\
# c1 A theory, as somebody writes it
driverkit: 1
title: Leaving hospital safely    # c2
revision: {label: "4", date: 2026-03-01}

# c3 what we want
aims:
  - id: A1
    text: Fewer people come back within 30 days
    population: adults leaving the two medical wards   # c4
    measure: M1
    baseline: 18
    target: 12.0
    by: 2027-06-30
    # c5 to be asked
    owner:
drivers:
  # c6 above the first
  - {id: P1, text: People understand their plan, contributes_to: [A1], addresses: [R1]}  # c7

  # c8 above the second
  - {id: P2, text: "Help is reachable: always", contributes_to: [A1], undeveloped: waiting for the clinic survey}
  - id: S1
    # c9 inside S1
    text: 'Teaching is checked, not assumed'
    contributes_to: [P1, {to: P2, strength: weak, because: people who understand call earlier, only_where: a nurse answers}]
    x-note: [1, two, {three: 3.50}]  # c10
  - id: S2
    text: >-
      Plain words, in the
      language of the person,
      never of the ward
    contributes_to:
      - P1      # c11
      # c12 between links
      - to: P2
        because: |
          the card says
            whom to call
          and when
    tags: [equity, language]
# c13 before the ideas
change_ideas:
  - {id: C1, text: Teach-back with a five-line card, concept: standardise, contributes_to: [S1], owner: ward-5}
  - {id: C2, text: A second idea, contributes_to: [S1, S2]}
measures:
  - {id: M1, name: 30-day readmissions, of: [A1], role: outcome, unit: "%", direction: decrease}
  - id: M2
    name: Teach-back done
    of: [S1]
    strata: [language]
    data:
      - {date: 2026-01-01, value: 12, language: Spanish}
      - {date: 2026-02-01, value: 13.5, note: a new nurse}   # c14
      - {date: 2026-03-01}
cycles:
  - id: T1
    change: C1
    scale: 3                       # c15 how many people
    plan:  {date: 2026-01-08, objective: can the card be used at the bedside}
    predictions:
      - {question: can people repeat the five lines, prediction: 2 of 3, found: 3 of 3, result: confirmed}
      # c16 the second
      - question: does it take long
        prediction: four minutes
    do:    {date: 2026-01-12, observed: took four minutes, as_planned: true}
    study: {date: 2026-01-13, learned: the third line is unclear}
    act:   {date: 2026-01-13, decision: adapt, next: reword line three}
  - {id: T2, change: C1, follows: T1, scale: 10}
evidence:
  - {id: E1, about: S1, kind: research, finding: supports, text: checked teaching sticks, year: 2013}
  - {id: E2, about: S1 -> P2, kind: data, finding: contradicts}
problem:
  text: One in six comes back
  causes: [{id: R1, text: Instructions are not understood, category: communication}]
teams:
  - {id: ward-5, name: Ward 5, works_on: [S1, C1], perspectives: [nurse, patient]}
perspectives: [nurse, patient, carer, pharmacist]
revisions:
  - {label: "4", date: 2026-03-01, kind: substantive, why: phone calls mattered more, because_of: [T2, E2]}
# c17 the end
"""

UNINDENTED = """\
---
title: "Reading by nine"
driverkit: 1
aims:
- text: "Every child reads\\
    \\ by nine"      # c1
  id: A1
  x-order: [keys, in, an, odd, order]
- id: A2

  text: >
    A second aim
    in folded words

    and a paragraph

  contributes_to:
  - A1

drivers:
# c2 unindented sequences
- id: P1
  text: 'It''s read aloud'
  contributes_to:
  - A1
  # c3
  - A2
-  id: P2     # c4 two spaces behind the dash
   text: Books at home
   contributes_to: A1
-
  id: P3
  text: Dash on its own line
  contributes_to:
    - to: A1
      strength: strong


# c5 two empty lines above
- {"id": P4, "text": "Quoted keys", contributes_to: [A1,A2,],
   tags: [ one , two ],   # c6
   x-a: {}}
change_ideas:

- id: C1
  text: Ten minutes a day
  contributes_to: [
    P1,     # c7
    P2,
    P3
  ]
  detail: |+
    kept lines

  owner: Kim
- id: C2
  text: plain text over
    two lines, with words
    that may change
  contributes_to: []
...
# c8 behind the end
"""

FLOW = """\
{driverkit: 1, title: All in braces, # c1
  aims: [{id: A1, text: "An aim"}], drivers: [
    {id: P1, text: "first, with comma"},
    {id: P2, text: plain second , contributes_to: [A1]}, # c2
    # c3
    {id: P3, text: 'third'}],
  change_ideas: [], teams: [{id: t1}]
}
"""

SMALL = "driverkit: 1\ntitle: Small\naims: [{id: A1, text: The only aim}]\ndrivers:\n- {id: P1, text: One driver}  # c1"

EMPTY_VALUES = """\
driverkit: 1
title: Empty values
revision:
headings:
aims:
  - id: A1
    text: An aim
    owner:
    tags:
    by: ~
    detail: null     # c1
drivers: []
change_ideas:
# c2
measures:
  -
    id: M1
    name: A measure
    data: []
problem:
  causes:
perspectives:
"""

PLAIN_JSON = """\
{
  "driverkit": 1,
  "title": "In JSON",
  "aims": [
    {"id": "A1", "text": "An aim", "by": "2027-06-30", "baseline": 18, "target": 12.0}
  ],
  "drivers": [
    {
      "id": "P1",
      "text": "A driver \\u00e9\\n and its words",
      "contributes_to": ["A1"],
      "x-data": {"a": [1, 2.50, null, true]}
    },
    {
      "id": "P2",
      "text": "Another driver",
      "contributes_to": [
        {
          "to": "A1",
          "strength": "weak"
        }
      ]
    }
  ],
  "change_ideas": [],
  "measures": [{"id": "M1", "name": "A measure", "of": ["P1"], "data": [
    {"date": "2026-01-01", "value": 1e3},
    {"date": "2026-02-01", "value": null}
  ]}]
}
"""

COMPACT_JSON = (
    '{"driverkit":1,"title":"Compact","aims":[{"id":"A1","text":"An aim"}],'
    '"drivers":[{"id":"P1","text":"One"},{"id":"P2","text":"Two words","tags":["a","b"]}]}'
)

TABBED_JSON = PLAIN_JSON.replace("  ", "\t")


def _texts() -> dict[str, tuple[str, str]]:
    yaml = {
        "usual": USUAL,
        "unindented": UNINDENTED,
        "flow": FLOW,
        "small-without-final-newline": SMALL,
        "empty-values": EMPTY_VALUES,
        "windows": USUAL.replace("\n", "\r\n"),
        "windows-unindented": UNINDENTED.replace("\n", "\r\n"),
    }
    found = {name: ("yaml", text) for name, text in yaml.items()}
    found |= {name: ("yaml", examples.text(name)) for name in examples.names()}
    found["json"] = ("json", PLAIN_JSON)
    found["json-compact"] = ("json", COMPACT_JSON)
    found["json-tabs"] = ("json", TABBED_JSON)
    found["json-windows"] = ("json", PLAIN_JSON.replace("\n", "\r\n"))
    return found


TEXTS = _texts()
"""Name to format and text."""
