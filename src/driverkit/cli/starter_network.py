"""The files of a small network to begin with; each is a text to fill in."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["STARTER_NETWORK"]

STARTER_NETWORK: Mapping[str, str] = {
    "network.yaml": """\
# yaml-language-server: $schema=network.schema.json
# A network: a hub that keeps the common theory (hub.yaml), and members that each keep a theory of their own.
# Only the first three keys are needed. To add a member, copy members/m01.yaml and a line below.
driverkit: 1
title: {title}
hub: hub.yaml
history: []                     # earlier versions of hub.yaml, oldest first: [history/hub-1.yaml]

members:
  - id: m01
    name: School by the park
    theory: members/m01.yaml
    kind: school                # kind and role in your own words
    role: lead
    team: books
    context: {{setting: town, coach: new}}     # what may make an idea work here and not there
    perspectives: [teacher]

teams:                          # each looks after a part of the common theory; an aim of its own may be in it
  - {{id: books, name: Books at hand, works_on: [P1, S1, C1], perspectives: [librarian]}}

perspectives: [pupil, family, teacher, librarian]     # whose voices should be heard

recommendations:
  - {{id: N1, text: Open the library one evening a week, about: [P1], to: the city council, uptake: pending}}
""",
    "hub.yaml": """\
# yaml-language-server: $schema=driverkit.schema.json
# The common theory. Before you change it much, copy it to history/hub-1.yaml and name that in network.yaml.
driverkit: 1
title: {common}
revision: {{label: "1"{date}}}

aims:
  - id: A1
    text: More pupils read at home            # what is to improve
    population: pupils of classes 3 and 4     # for whom
    measure: M1                               # by which measure
    baseline: 40                              # from where
    target: 70                                # to where
    by: {by}                            # by when: change it

drivers:
  - {{id: P1, text: Books that pupils want are at hand, contributes_to: [A1]}}
  - {{id: P2, text: Families know how to help, contributes_to: [A1]}}
  - {{id: S1, text: Pupils choose their own books, contributes_to: [P1]}}

change_ideas:
  - {{id: C1, text: Each pupil picks a book for the weekend every Friday, contributes_to: [S1]}}
  - {{id: C2, text: A two-minute film in four languages on reading together, contributes_to: [P2]}}

measures:
  - {{id: M1, name: Pupils who read at home on four days or more, of: [A1], role: outcome, unit: "%", direction: increase}}
""",
    "members/m01.yaml": """\
# yaml-language-server: $schema=../driverkit.schema.json
# The theory of one member. The ids are its own; `adapts` names what each part adapts in ../hub.yaml. A part
# without it is the member's own invention. A cycle that takes up one of another member says so: adapted_from: m02/T3
driverkit: 1
title: The school by the park
revision: {{label: "1"{date}}}

aims:
  - {{id: A, text: More of our pupils read at home, population: classes 3a and 3b, measure: M1, adapts: A1}}

drivers:
  - {{id: D1, text: Books that pupils want are at hand, contributes_to: [A], adapts: P1}}
  - {{id: D2, text: There is a quiet corner after lessons, contributes_to: [A]}}

change_ideas:
  - {{id: C1, text: Each pupil picks a book for the weekend every Friday, contributes_to: [D1], adapts: C1}}

measures:
  - {{id: M1, name: Pupils who read at home on four days or more, of: [A], role: outcome, unit: "%", direction: increase, adapts: M1}}

cycles:
  - id: T1
    change: C1
    site: Class 3a
    scale: 6                                  # how many pupils were in the test
    plan: {{objective: can they choose in ten minutes{date}}}
    predictions:                              # written before doing; add found and result afterwards
      - {{question: how many have a book to take home, prediction: 5 of 6}}
""",
}
"""Path in the folder to text, in the manner of ``str.format``: title, common, date and by are filled in."""
