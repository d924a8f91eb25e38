# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A hub's quarter
#
# Eight school districts want fewer pupils to miss school. Each keeps a theory of its own; a hub keeps the common one, and three teams look after a part of it
# each. It is July 2026, and the hub goes through what came in since April. The network ships with driverkit; its districts, people and numbers are made up,
# the research that it cites is not.

# %%
import datetime as dt
from itertools import pairwise

import driverkit as dk

network = dk.examples.network()  # or dk.load_network("your-folder")
network

# %%
dk.diagram(network.common)

# %% [markdown]
# ## What came in
#
# The network as it was known at the end of March, and at the end of June. What was studied in between is the quarter.

# %%
before, now = (network.as_of(day) for day in (dt.date(2026, 3, 31), dt.date(2026, 6, 30)))
for member in now.members:
    known = set(before.theory(member.id).cycles)
    for cycle in now.theory(member.id).cycles:
        if cycle not in known and cycle.study:
            print(f"{member.name} ({member.id}/{cycle.id}, {cycle.conditions}): {cycle.study.learned}")

# %% [markdown]
# What is weak in how the files fit each other:

# %%
for finding in dk.check_network(network):
    print(
        f"{'known' if finding.known else finding.severity:8} {finding.code}  {finding.node or '-':6} {finding.message}"
    )

# %% [markdown]
# ## Who works on what
#
# `share` is how much of the common theory a member adapts, `drift` how much of what it shares says something else.

# %%
aligned = dk.align(network)
aligned.members[["member", "teams", "adapted", "inventions", "reworded", "missing", "drift"]]

# %% [markdown]
# Lakeshore went its own way, and found something. Its inventions stand beside those of the others. One of Three Rivers reads nearly like C5 of the hub: that is
# offered, and nobody but Three Rivers can say whether it is so.

# %%
aligned.inventions[["member", "id", "text", "cycles_studied", "held", "same", "likely", "score"]]

# %% [markdown]
# Each team's part is a theory of its own. This is what "The way to school" looks after:

# %%
dk.diagram(network.common.part(network.team("way").works_on))

# %% [markdown]
# ## What is covered, and who is not heard

# %%
coverage = dk.network_coverage(network)
coverage.gaps[["id", "gap", "text", "reason", "known"]]

# %%
coverage.contexts[["context", "value", "members", "cycles_studied", "judged", "held", "drivers_untested"]]

# %% [markdown]
# ## What held where?
#
# A member counts as one, and an idea held there where more than half of what was predicted did. The nurse line (C6) holds wherever it was tried. Two minutes
# a day (C7) split the members exactly by coach; six members cannot show more than that, and chance cannot be ruled out.

# %%
held = dk.held_where(network, ["C4", "C6", "C7"], by=["coach", "setting"])
held.values[["about", "name", "value", "members_judged", "members_held", "judged", "held", "p"]]

# %% [markdown]
# ## Did it help?
#
# Each district counts the pupils who missed two days or more in the month. In four of eight the level moved, and for the better:

# %%
for id, theory in network.theories.items():
    chart = dk.measure_chart(theory, "M1")
    moved = (
        f"{chart.change}, between {chart.shift_from} and {chart.shift_to}" if chart.signal else "no signal"
    )
    print(f"{network.member(id).name:18} coach {network.member(id).context['coach']:12} {moved}")

# %%
dk.chart(network.theory("m01"), "M1")

# %% [markdown]
# All four have an experienced coach. So has Lakeshore, which went its own way. That is a pattern to test, and no proof.
#
# Before and since each first adopted something, side by side; a pooled number comes last, beside how far the members differ, and stands for none of them:

# %%
pooled = dk.pooled(network, "M1", since="adopted")
pooled.measures[["member", "since", "before", "after", "difference", "low", "high", "reason"]]

# %%
print(pooled.between["reason"].item())

# %% [markdown]
# ## Whose work spread where, and where did it stop?

# %%
spread = dk.diffusion(network)
spread.ideas[["idea", "state", "began", "members", "adoptions", "depth", "median_days"]]

# %%
dk.spread_chart(network, ["C6", "C7"])

# %%
spread.stops[["idea", "path", "cycle", "since", "why"]]

# %% [markdown]
# ## What became of our advice?

# %%
print(dk.uptake(network).text())

# %% [markdown]
# ## Is the network what it wants to be?

# %%
profile = dk.readiness(network)
print(profile)

# %% [markdown]
# ## The wall
#
# How many members saw each part hold:

# %%
dk.diagram(network, overlay="confirmed")

# %% [markdown]
# ## How the common theory changed
#
# What is the same stands in the same place; what is new, changed or gone is marked.

# %%
dk.small_multiples(network.versions, across=2)

# %%
for old, new in pairwise(network.versions):
    for gone in dk.compare(old, new).vanished:
        print(f"since revision {new.revision.label}: {gone}")

# %% [markdown]
# Nobody wrote down why the medals went. A district that joins next year may begin with them.

# %% [markdown]
# ## Send it back
#
# A page for the hub, and a page for each member; Northgate wants to stay anonymous, so no other district's page names it.

# %%
page = dk.network_report(network, today=dt.date(2026, 7, 6))
pages = {
    member.id: dk.member_report(network, member.id, today=dt.date(2026, 7, 6)) for member in network.members
}
print(f"{len(page.html):,} characters, sections: {', '.join(page.sections)}")
assert not any("Northgate" in one.html for id, one in pages.items() if id != "m05")
