"""The news, wherever one is: proposals that wait, and how far a training is; a click opens them."""

from __future__ import annotations

from textual.content import Content
from textual.events import Click
from textual.style import Style
from textual.widget import Widget

from tui.news import News, news_of


class Badge(Widget):
    """As wide as what it says; nothing where there is no news."""

    ALLOW_SELECT = False

    def on_mount(self) -> None:
        news = news_of(self)
        news.changed.subscribe(self, self._show)
        self._show(news.now)

    def _show(self, news: News) -> None:
        self.display = bool(news.proposals or news.training)
        self.refresh(layout=True)

    def render(self) -> Content:
        news = news_of(self).now
        parts = []
        if news.training is not None:
            done = "" if news.training.fraction is None else f" {news.training.fraction:.0%}"
            parts.append(_part("F4", f"training{done}", "show_learning"))
        if news.proposals:
            noun = "proposal" if news.proposals == 1 else "proposals"
            parts.append(_part("F3", f"{news.proposals} {noun}", "show_proposals"))
        return Content("  ").join(parts)

    async def on_click(self, event: Click) -> None:
        action = event.style.meta.get("action")
        if action is not None:
            await self.run_action(f"app.{action}")


def _part(key: str, text: str, action: str) -> Content:
    return Content.assemble((key, "bold $accent"), f" {text}").stylize(Style.from_meta({"action": action}))
