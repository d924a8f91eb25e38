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
# # From a first prediction to a revised theory
#
# Two medical wards want fewer people to come back within 30 days. This notebook follows one of their ideas, teach-back with a
# five-line card, from the first test with three people to the day on which the theory had to change. The hospital and its
# numbers are made up; the research that is cited is not.

# %%
import driverkit as dk

theory = dk.examples.load("leaving-hospital")
dk.diagram(theory, focus="S1", levels=[0, 1, 2, "change"])

# %% [markdown]
# ## The first prediction
#
# Before anything was done, a nurse wrote down what she expected: two of three people would repeat the five lines.

# %%
first = theory.node("T1")
for prediction in first.predictions:
    print(
        f"{prediction.question}?  predicted: {prediction.prediction}  found: {prediction.found}  -> {prediction.result}"
    )
print("learned:", first.study.learned)
print("decided:", first.act.decision, "-", first.act.next)

# %% [markdown]
# ## The ramp
#
# One test is an anecdote. Tests that follow one another, each larger and under other conditions, are a ramp.

# %%
ramp = next(ramp for ramp in dk.ramps(theory) if ramp[0].id == "T1")
for cycle in ramp:
    results = ", ".join(p.result for p in cycle.predictions)
    print(f"{cycle.id}: {cycle.scale:>3} people, {cycle.conditions}: {results}; then {cycle.act.decision}")

# %% [markdown]
# How did the predictions fare? Never a bare percentage of a few: the interval says how little eight results settle.

# %%
print(dk.tally(dk.predictions_of(theory, "C1")))

# %% [markdown]
# ## Where we were wrong
#
# A confirmed prediction says that we knew. A refuted one says where the theory is wrong, which is worth more.

# %%
table = dk.learning(theory)
table[table["idea"] == "C1"][["cycle", "question", "predicted", "found", "learned"]]

# %% [markdown]
# The third test found it: the card spreads, and it leaves behind those who need an interpreter.
#
# ## What the measure said, and what it hid
#
# The readmission rate fell, and the run chart has a signal: ten points in a row below the median.

# %%
dk.chart(theory, "M1")

# %%
print(dk.measure_chart(theory, "M1").reason)

# %% [markdown]
# An average can hide a harm. By language the picture is another:

# %%
dk.chart(theory, "M1", by="language")

# %%
print(dk.strata_compared(theory, "M1").reason)

# %% [markdown]
# Did the change come first? The cycles stand at their dates on the chart; in words:

# %%
for found in dk.after_change(theory, "M2"):
    print(found.reason)

# %% [markdown]
# ## The theory is revised
#
# "Plain words" became a driver of its own, with an idea for people who do not speak English. The revision says what it rests on.

# %%
for revision in theory.revisions:
    print(
        f"{revision.label} ({revision.date}): {revision.why}"
        + (f"  [{', '.join(revision.because_of)}]" if revision.because_of else "")
    )

# %% [markdown]
# The idea for those who were left behind is tested in its turn:

# %%
for id in ("C1", "C2"):
    print(f"{id} {theory.node(id).text}\n    {dk.belief(theory, id)}")

# %% [markdown]
# One link holds only under a condition, and is known to fail in one place. It is shown and counted as that:

# %%
print(dk.link_holding(theory, "S1 -> P3"))

# %% [markdown]
# ## Words change, and the evidence has to be looked at again
#
# The team confirms that all evidence speaks of today's words. Then somebody makes the idea bigger than what was tested:

# %%
confirmed = dk.confirm(theory)
bolder = confirmed.replace("C1", text="Teach-back by video for everybody, also at home")
for suspect in dk.suspects(bolder):
    print(suspect.record, "was gathered about other words than those of", suspect.about)
print("belief before:", dk.belief(confirmed, "C1").word, "- after:", dk.belief(bolder, "C1").word)

# %% [markdown]
# ## What next?
#
# A written rule drafts the agenda; the team decides.

# %%
dk.next_tests(theory, most=4)

# %% [markdown]
# And the page for the board: one HTML file with everything above, and all that this notebook left out.

# %%
page = dk.report(theory, sections=["summary", "next", "predictions", "measures"])
print(f"{len(page.html):,} characters, sections: {', '.join(page.sections)}")
