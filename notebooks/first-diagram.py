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
# # A first driver diagram
#
# A physiotherapy clinic loses one visit in five because people do not come. Here is what the team believes about
# it, drawn, checked and counted. The clinic and its numbers are made up.

# %%
import attrs

import driverkit as dk

theory = dk.Theory(
    "Fewer missed visits",
    aims=[
        dk.Aim(
            "A1",
            "Fewer people miss a visit they have booked",
            population="everybody who books at the clinic",
            measure="M1",
            baseline=20,
            target=10,
            by="2027-03-31",
        )
    ],
    drivers=[
        dk.Driver("P1", "People remember their visit", contributes_to=["A1"]),
        dk.Driver("P2", "The time suits them when it comes", contributes_to=["A1"]),
        dk.Driver("P3", "Coming feels worth the effort", contributes_to=["A1"]),
        dk.Driver("S1", "A reminder reaches the person", contributes_to=["P1"]),
        dk.Driver("S2", "Moving a visit is easier than missing it", contributes_to=["P2", "P1"]),
    ],
    measures=[
        dk.Measure("M1", "Visits missed", of=["A1"], role="outcome", unit="%", direction="decrease"),
        dk.Measure("M2", "Texts delivered", of=["S1"], role="process", direction="increase"),
    ],
)

# %% [markdown]
# A theory is a value: `add` hands back a new one, and the old one is still there to compare with.

# %%
theory = theory.add(
    dk.ChangeIdea("C1", "Text message two days before", contributes_to=["S1"]),
    dk.ChangeIdea("C2", "Answer the text with a 2 to get another time", contributes_to=["S2", "S1"]),
    dk.ChangeIdea("C3", "A wall calendar with stickers", contributes_to=["P1"]),
)

# %% [markdown]
# As the last line of a cell, a theory draws itself. Read it from right to left: we do this, so that this condition
# changes, so that the aim is reached.

# %%
theory

# %% [markdown]
# ## What have we not thought of?
#
# Findings are values with a code, a severity, a sentence and the node they are about.

# %%
for finding in dk.check(theory):
    print(f"{finding.code}  {finding.severity:8} {finding.message}")

# %% [markdown]
# Nobody has an idea for P3. Either somebody finds one, or the team says honestly that it is open; then it is a
# known gap and no longer a forgotten one.

# %%
open_driver = attrs.evolve(theory.node("P3"), undeveloped="we will ask ten people who stayed away")
theory = theory.replace(open_driver)
assert len(dk.check(theory)) > 0

# %% [markdown]
# ## One test
#
# The predictions were written before anything was done.

# %%
theory = theory.add(
    dk.PdsaCycle(
        "T1",
        "C1",
        scale=12,
        plan={"date": "2026-09-01", "objective": "do texts arrive and help"},
        predictions=[
            {
                "question": "how many texts arrive",
                "prediction": "10 of 12",
                "found": "11 of 12",
                "result": "confirmed",
            },
            {"question": "how many of the 12 come", "prediction": "11", "found": "9", "result": "refuted"},
        ],
        do={"date": "2026-09-02", "observed": "two people had changed their number"},
        study={"date": "2026-09-09", "learned": "those who missed had remembered but could not come"},
        act={"date": "2026-09-09", "decision": "adapt", "next": "let people answer the text"},
    )
)
coverage = dk.coverage(theory)
coverage.nodes[["id", "kind", "text", "ideas", "ideas_tested", "cycles", "measures", "gap"]]

# %%
coverage.levels

# %% [markdown]
# What is missing, with the reason and the next step:

# %%
coverage.gaps

# %% [markdown]
# ## Keep it
#
# The theory goes into a text file that people can read and change; the picture into whatever the report needs.

# %%
dk.save(theory, "visits.yaml")
dk.render(theory, "visits.svg")
dk.render(theory, "visits.png")
assert dk.load("visits.yaml") == theory

# %% [markdown]
# With the status of each idea as shading, and as a word:

# %%
dk.diagram(theory, overlay="status")
