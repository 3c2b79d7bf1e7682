"""The site: README.md, CONTRIBUTING.md, CHANGELOG.md and docs/*.md as they are, and the docstrings of `weft`.

python -m sphinx -W --keep-going -c docs . site
"""

from importlib.util import find_spec
from typing import ClassVar

from pygments import token
from pygments.lexer import RegexLexer, words
from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx
from sphinx.directives.code import CodeBlock

import weft

project = "Weft"
author = "The authors of Weft"
copyright = f"{author}. Apache 2.0"
version = release = weft.__version__

RUNS_CELLS = find_spec("myst_nb") is not None
"""Whether the cells of notebooks run (extra `notebooks`), or are shown alone."""

extensions = ["myst_nb" if RUNS_CELLS else "myst_parser", "sphinx.ext.autodoc"]
root_doc = "docs/index"
include_patterns = ["*.md", "docs/*.md"]
exclude_patterns = [".*", "site", "tests", "examples", "src"]

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4

if RUNS_CELLS:
    nb_execution_mode = "force"
    nb_execution_raise_on_error = True
    nb_execution_timeout = 300

autodoc_member_order = "alphabetical"
autodoc_typehints = "description"
default_role = "literal"

html_theme = "furo"
html_title = f"Weft {version}"
html_extra_path = ["site"]
html_static_path = ["static"]
html_css_files = ["wide.css"]
html_show_sphinx = False
html_copy_source = False


class DirectivesLexer(RegexLexer):
    """Mapping files: comments, blocks and directives, numbers."""

    name = "maestro"
    tokens: ClassVar = {
        "root": [
            (r"//.*", token.Comment.Single),
            (words(("SpatialMap", "TemporalMap", "Cluster", "Hold"), suffix=r"\b"), token.Name.Function),
            (words(("Network", "Layer", "Fuse", "Stage", "Dataflow", "Accelerator"), suffix=r"\b"), token.Keyword),
            (r"\d+", token.Number),
            (r"\w+", token.Name),
            (r"\s+", token.Whitespace),
            (r".", token.Punctuation),
        ]
    }


def setup(app: Sphinx) -> None:
    """The languages of the examples that Pygments lacks."""
    app.add_lexer("maestro", DirectivesLexer)
    app.add_lexer("mlir", TextLexer)
    app.add_lexer("csv", TextLexer)
    if not RUNS_CELLS:
        app.add_directive("code-cell", CodeBlock)
