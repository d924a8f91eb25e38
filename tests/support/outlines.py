"""Outlines as people write them: each with habits of its own."""

from __future__ import annotations

WIKI = """\
**Leaving hospital safely**

<!-- written at the away day, please keep the order -->

# Fewer people come back within 30 days {#A1}

Agreed with the board in March.

> For: adults leaving the two medical wards
> By: 2027-06-30

## People understand their plan {#P1}

### Teaching is checked, not assumed [P2] {#S1}

> Link to P2: weak; only where a nurse answers

* Teach-back with a five-line card {#C1}
  > Owner: ward-5
* The card is read aloud, slowly,
  in the language of the family

## Help is reachable afterwards {#P2}

1. One phone number, day and night
2. A call on the second day {#C4}

```sh
make diagram
```
"""

BARE = """\
# Fewer falls
## Risk is known on admission
- [x] Ask on admission
- [ ] Ask again after a transfer
## The ward is safe at night
### Floors are dry
- Mop before ten
### Light is on
"""

UNDERLINED = """\
---
title: Small steps
date: 2026-04-05
---

Walk more
=========

Errands are near
----------------

Bread, post and pharmacy
are all on foot now.

- Shoes by the door

Somebody waits for us
---------------------

+ Walk with the neighbours

---

> Not linked to an aim:

- Buy a dog
"""

WINDOWS = BARE.replace("\n", "\r\n")
NO_END = BARE.rstrip("\n")

OUTLINES = {"wiki": WIKI, "bare": BARE, "underlined": UNDERLINED, "windows": WINDOWS, "no end": NO_END}
