"""Course text from Markdown to safe HTML: no raw HTML, no scripts, pictures only from the course's own folder."""

import re
from collections.abc import Mapping, MutableMapping, Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from content.shipped import FIGURE

_JOIN = "\u200b"  # beside Chinese punctuation CommonMark sees no emphasis; between the two it does
_STRONG = re.compile(r"\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*")
_SAFE_LINK = re.compile(r"(https?://|mailto:|/(?!/)|#)", re.IGNORECASE)
_SAFE_MEDIA = re.compile(r"/(?!/)[A-Za-z0-9/_.-]*")


def render_markdown(text: str, *, figure_base: str) -> str:
    """HTML of a course text.

    Parameters
    ----------
    text : str
        Markdown with headings, lists, notes, tables and pictures.
    figure_base : str
        Address under which the course's figures are served, ending in a slash; it lies on this server.

    Returns
    -------
    str
        HTML that is safe to show as it is. A picture that is not a figure of the course is left out,
        its description stays.

    Examples
    --------
    >>> render_markdown("<b>不是</b>", figure_base="/f/")
    '<p>&lt;b&gt;不是&lt;/b&gt;</p>\\n'
    """
    if not _SAFE_MEDIA.fullmatch(figure_base) or not figure_base.endswith("/"):
        raise ValueError(f"figures are served from this server only: {figure_base!r}")
    marked = _STRONG.sub(f"**{_JOIN}\\1{_JOIN}**", text)
    return str(_parser().render(marked, {"figure_base": figure_base})).replace(_JOIN, "")


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
    parser.add_render_rule("image", _image)
    parser.add_render_rule("link_open", _link_open)
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    parser.core.ruler.push("figures", _mark_figures)
    parser.core.ruler.push("headings", _lower_headings)
    return parser


def _mark_figures(state: StateCore) -> None:
    """A paragraph that is one picture becomes a figure with the description as its caption."""
    for before, inline, after in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        lone = inline.type == "inline" and inline.children and [child.type for child in inline.children] == ["image"]
        if before.type == "paragraph_open" and lone and inline.children:
            before.tag = after.tag = "figure"
            inline.children[0].meta["is_figure"] = True


def _lower_headings(state: StateCore) -> None:
    """The page's own title is the only first-level heading."""
    for token in state.tokens:
        if token.tag == "h1":
            token.tag = "h2"


def _image(
    _renderer: RendererHTML, tokens: Sequence[Token], at: int, _options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    token = tokens[at]
    words = escapeHtml(token.content)
    name = str(token.attrs.get("src", ""))
    if not FIGURE.fullmatch(name):
        return words
    picture = f'<img src="{env["figure_base"]}{name}" alt="{words}" loading="lazy">'
    return f'{picture}<figcaption aria-hidden="true">{words}</figcaption>' if token.meta.get("is_figure") else picture


def _link_open(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    token = tokens[at]
    address = str(token.attrs.get("href", ""))
    if not _SAFE_LINK.match(address):
        token.attrs["href"] = "#"
    token.attrs["rel"] = "noopener noreferrer nofollow"
    return renderer.renderToken(tokens, at, options, env)


def _table_open(
    _renderer: RendererHTML, _tokens: Sequence[Token], _at: int, _options: OptionsDict, _env: Mapping[str, Any]
) -> str:
    return '<div class="wide" tabindex="0"><table>\n'


def _table_close(
    _renderer: RendererHTML, _tokens: Sequence[Token], _at: int, _options: OptionsDict, _env: Mapping[str, Any]
) -> str:
    return "</table></div>\n"
