"""Configuration of Sphinx: ``python -m sphinx -W docs docs/_build``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

sys.path.insert(0, os.path.abspath(".."))

import wandb_testkit

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "wandb_testkit"
author = project_copyright = "wandb_testkit contributors"
version = release = wandb_testkit.__version__
extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
exclude_patterns = ["_build"]
nitpicky = False

# The docstrings write `name` for what is code.
default_role = "code"
html_theme = "alabaster"
html_theme_options = {
    "description": "Test code that uses Weights & Biases",
    "fixed_sidebar": False,
    "page_width": "60rem",
    "sidebar_width": "15rem",
}
html_sidebars = {"**": ["about.html", "navigation.html", "searchbox.html"]}
html_show_sourcelink = False
html_static_path = ["_static"]
html_css_files = ["wide.css"]

autodoc_typehints = "none"
autodoc_member_order = "bysource"
autoclass_content = "class"
napoleon_use_rtype = False


def _as_prose(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Let a docstring of an attribute be prose: napoleon would take what is before a colon for a type."""
    from sphinx.ext.napoleon import GoogleDocstring

    if what in ("attribute", "data", "property"):
        # The empty comment is a first line without a colon.
        lines[:] = ["..", "", *GoogleDocstring(list(lines), app.config, app, "method", name, obj, options).lines()]


def setup(app: Sphinx) -> None:
    """Have attributes' docstrings read before napoleon does."""
    app.connect("autodoc-process-docstring", _as_prose, priority=400)
