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
# # From a spreadsheet to a theory and back
#
# The team of a school library keeps its driver diagram in a spreadsheet: one row a box. Here it becomes a theory that can be
# drawn and checked, and goes back into a workbook for those who work there. The library and its numbers are made up.
#
# ## What the team has
#
# Saved from the spreadsheet as CSV. It came from a machine that divides cells by semicolons, one id is missing, and somebody
# began a text with an equals sign.

# %%
from pathlib import Path

import driverkit as dk

Path("library.csv").write_text(
    """\
id;kind;level;parents;text;owner
A1;aim;;;More pupils of class 7 borrow a book each month;
P1;driver;1;A1;There is something for everybody;Ms Osei
P2;driver;1;A1;Going there is easy;
S1;driver;2;"P1; P2";Pupils have a say in what is bought;Book club
;change;;S1;=wishes: a box for wishes at the door;
C2;change;;P2;Open in the long break;Mr Lund
""",
    "utf-8",
)
theory = dk.load("library.csv")

# %% [markdown]
# What the table does not say had to be concluded. It is told, each with its line:

# %%
for guess in theory.origin.guessed:
    print(guess)

# %%
assert theory.node("C1").text.startswith("=wishes")
theory

# %% [markdown]
# ## What is wrong is told where it is
#
# All at once, with line and column, so that it can be mended in the spreadsheet.

# %%
broken = "id,kind,parents,text\nA1,aim,,Fewer\nP1,drver,A9,x\nP1,driver,A1,y\n"
try:
    dk.loads(broken, format="csv")
except dk.FormatError as error:
    for fault in error.faults:
        print(fault)

# %% [markdown]
# ## What a flat table cannot say
#
# How much, by when, measured by what, and what was tested.

# %%
import attrs

theory = theory.add(
    dk.Measure("M1", "Pupils who borrowed a book", of=["A1"], role="outcome", unit="%", direction="increase"),
    dk.PdsaCycle(
        "T1",
        "C2",
        scale=1,
        plan={"date": "2026-09-07", "objective": "does anybody come in the long break"},
        predictions=[{"question": "how many come", "prediction": "10", "found": "23", "result": "mixed"}],
        do={"date": "2026-09-09", "as_planned": True},
        study={"date": "2026-09-09", "learned": "most of them came to be warm"},
    ),
)
theory = theory.replace(
    attrs.evolve(theory.node("A1"), measure="M1", baseline=31, target=60, by="2027-07-01")
)

# %% [markdown]
# The flat table cannot hold that any more, and driverkit says so instead of dropping it:

# %%
for loss in dk.losses(theory, "csv"):
    print(loss)

# %% [markdown]
# ## Back into a spreadsheet
#
# A workbook holds everything: one sheet a section, with lists to choose from. So does a folder of CSV files.

# %%
dk.save(theory, "library.xlsx")
dk.save(theory, "library", format="csv-folder")
assert dk.load("library.xlsx") == theory
assert dk.load("library") == theory
print(Path("library/predictions.csv").read_text("utf-8"))

# %% [markdown]
# Text that begins with an equals sign is text there too: nothing in the workbook is a formula. In CSV it has an
# apostrophe in front, which is taken away again when the file is read.

# %%
print(Path("library/change_ideas.csv").read_text("utf-8").splitlines()[1])

# %% [markdown]
# A finding in the workbook names its sheet and cell:

# %%
for finding in dk.check(dk.load("library.xlsx"))[:5]:
    print(finding.where or "the whole theory", finding.code, finding.message)
