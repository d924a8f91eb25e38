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
# # Look closely, and go on with what you picked
#
# Two medical wards want fewer people to come back within 30 days; the example ships with driverkit. Point at a box to see what it hangs
# together with, click on it for what is known of it. Pick several with Ctrl or Shift held.

# %%
import importlib.util

import driverkit as dk

theory = dk.examples.load("leaving-hospital")
shown = dk.explore(theory, overlay="evidence")
shown

# %% [markdown]
# The ids of what is picked are a list. Nobody has clicked while this notebook ran by itself, so here it is set, which picks the
# boxes in the picture above. (Without anywidget the picture is the same and the ids stay in it: `pip install 'driverkit[notebook]'`.)

# %%
picked = ["S1", "C9"]
if importlib.util.find_spec("anywidget"):
    shown.selected = picked
    picked = shown.selected

# %% [markdown]
# Each id is a node of the theory: here is what is believed of those that were picked, and why.

# %%
for id in picked:
    print(f"{id}  {theory.node(id).text}: {dk.belief(theory, id).word}")

# %% [markdown]
# A notebook that others read without a kernel keeps the plain frame.

# %%
dk.explore(theory, view="fishbone", live=False)
