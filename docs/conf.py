"""How Sphinx builds the documentation: without a connection, without a clock, twice the same."""

import sys
from importlib.metadata import version as installed_version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "driverkit"
author = "The driverkit authors"
copyright = "The driverkit authors"
version = release = installed_version("driverkit")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "records"]
exclude_patterns = ["_build", "_ext"]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
# "# Title" of every page and nothing else decides its place; the toctrees are in the index pages.
source_suffix = {".md": "markdown"}

autodoc_typehints = "description"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autoclass_content = "class"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True

# A copy on a stick works as well: nothing is loaded from elsewhere.
html_theme = "furo"
html_title = "driverkit"
html_last_updated_fmt = None
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {"navigation_with_keys": True}

nitpicky = False
suppress_warnings = ["config.cache"]
