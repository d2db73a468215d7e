"""Markdown that is mere prose (paragraphs and lists) as one piece of text, which costs one widget however long it is.

Textual's Markdown makes a widget of every paragraph and several of every item of a list, which is right where text
streams in, and too dear for hundreds of replies that stand. What it makes of prose looks the same here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from textual.content import Content, Span
from textual.style import Style

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

BULLETS = ("• ", "▪ ", "‣ ", "⭑ ", "◦ ")
"""By depth, as Textual has them."""
_NOTHING = Content("")
_STYLES = {"strong_open": "bold", "em_open": "italic", "s_open": "strike"}
_NO_MARKDOWN = re.compile(r"(?!\s|[-+=]|\d+[.)])(?:[^*_`#<>\[\]|~\\&\n:@.-]|[.-](?!\w|[.-]))*")
"""A paragraph without any mark in it, nor an address: most of what is said."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph; in a list with what stands before its first line, and as many blanks before the others."""

    content: Content
    before: Content = _NOTHING
    apart: bool = False
    """Whether an empty line is above it."""


def prose_of(markdown: str) -> tuple[Piece, ...] | None:
    """The pieces of ``markdown``; ``None`` if there is more in it than prose: a heading, a table, code."""
    if _NO_MARKDOWN.fullmatch(markdown):
        return (Piece(Content(" ".join(markdown.split()))),)
    tokens = _parser().parse(markdown)
    if any(
        token.type.partition("_")[0] not in ("paragraph", "inline", "bullet", "ordered", "list") for token in tokens
    ):
        return None
    return tuple(_pieces(tokens))


def laid_out(pieces: Sequence[Piece], width: int) -> Content:
    """The pieces below each other; paragraphs are left to be wrapped where they are shown, ``width`` cells wide."""
    lines: list[Content] = []
    for piece in pieces:
        if piece.apart:
            lines.append(_NOTHING)
        if not piece.before:
            lines.append(piece.content)
            continue
        indent = piece.before.cell_length
        first, *others = piece.content.wrap(max(1, width - indent)) or [_NOTHING]
        lines.append(Content.assemble(piece.before, first))
        lines += [Content.assemble(" " * indent, line) for line in others]
    return Content("\n").join(lines)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("gfm-like")  # as Textual's Markdown reads it


@dataclass(slots=True)
class _List:
    """A list that is open."""

    numbers: Iterator[str] | None
    """Of an ordered one."""
    bullet: str = ""
    before: Content = _NOTHING
    """What stands before the next paragraph: the bullet, then as many blanks."""


def _pieces(tokens: Sequence[Token]) -> Iterator[Piece]:
    lists: list[_List] = []
    apart = any_before = False
    for at, token in enumerate(tokens):
        if token.level == 0 and token.nesting == 1:
            apart = any_before
        match token.type:
            case "bullet_list_open":
                depth = sum(one.numbers is None for one in lists)
                lists.append(_List(None, BULLETS[depth % len(BULLETS)]))
            case "ordered_list_open":
                lists.append(_List(iter(_numbers(tokens, at))))
            case "list_item_open":
                item = lists[-1]
                item.before = Content.styled(item.bullet if item.numbers is None else next(item.numbers), ".bullet")
            case "inline":
                yield Piece(_inline(token), _before(lists), apart)
                apart, any_before = False, True
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()


def _before(lists: Sequence[_List]) -> Content:
    """What stands before a paragraph in ``lists``: each bullet once, then blanks in its place."""
    before = _NOTHING.join(one.before for one in lists)
    for one in lists:
        one.before = Content(" " * one.before.cell_length)
    return before


def _numbers(tokens: Sequence[Token], at: int) -> list[str]:
    """``1.`` and so on of the ordered list that opens there, all as wide as the widest."""
    level = tokens[at].level
    first = items = 0
    for token in tokens[at + 1 :]:
        if token.type == "ordered_list_close" and token.level == level:
            break
        if token.type == "list_item_open" and token.level == level + 1:
            first = first if items else int(token.info)
            items += 1
    numbers = [f"{number}. " for number in range(first, first + items)]
    width = max(map(len, numbers), default=0) + 1
    return [number.rjust(width) for number in numbers]


def _inline(token: Token) -> Content:
    """Emphasis, code and links of a paragraph."""
    text = ""
    spans: list[Span] = []
    opened: list[tuple[Style | str, int]] = []
    for child in token.children or ():
        match child.type:
            case "text":
                text += re.sub(r"\s+", " ", child.content)
            case "hardbreak":
                text += "\n"
            case "softbreak":
                text += " "
            case "code_inline":
                spans.append(Span(len(text), len(text) + len(child.content), ".code_inline"))
                text += child.content
            case "link_open":
                opened.append((_link(child.attrs.get("href", "")), len(text)))
            case "image":
                alt = f"🖼  {child.content}"
                spans.append(Span(len(text), len(text) + len(alt), _link(child.attrs.get("src", ""))))
                text += alt
            case kind if kind in _STYLES:
                opened.append((_STYLES[kind], len(text)))
            case kind if kind.endswith("_close"):
                style, start = opened.pop()
                spans.append(Span(start, len(text), style))
    return Content(text, spans)


def _link(address: object) -> Style:
    return Style.from_meta({"@click": f"link({str(address)!r})"})
