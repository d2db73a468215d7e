"""Two versions on the person's own recordings, heard anew by both: how that looks."""

from __future__ import annotations

from textual.content import Content

from tui.learned import marked_words
from tui.times import date_of
from twin.requests import HeardByTwo, VersionsCompared


def heard_content(compared: VersionsCompared) -> Content:
    """Each recording as both hear it, the words in which they differ marked; and what the person put it right to."""
    alike = sum(one.first == one.second for one in compared.heard)
    lines = [
        Content.assemble(
            (f"{compared.first} and {compared.second}, heard anew", "bold $primary"),
            (f"  {alike} of {len(compared.heard)} alike, without hints and rules", "$text-muted"),
        )
    ]
    width = max(len(name) for name in (compared.first, compared.second, "said", "both"))
    for one in compared.heard:
        lines += [Content.styled(f"  {one.utterance_id} · {date_of(one.said_at)}", "$text-muted")]
        lines += [
            Content.assemble((f"  {name:<{width}}  ", "$text-muted"), text) for name, text in _texts(one, compared)
        ]
    return Content("\n").join(lines)


def _texts(one: HeardByTwo, compared: VersionsCompared) -> list[tuple[str, Content]]:
    said = [] if one.said is None else [("said", Content(" ".join(one.said.split())))]
    if one.first == one.second:
        return [*said, ("both", Content(one.first))]
    first, second = marked_words(one.first, one.second, "$accent")
    return [*said, (compared.first, first), (compared.second, second)]
