"""When something was, as one would say it, in the machine's own time zone. Pure."""

from __future__ import annotations

from datetime import datetime


def time_of(when: datetime) -> str:
    return f"{when.astimezone():%H:%M}"


def date_of(when: datetime) -> str:
    local = when.astimezone()
    return f"{local.day} {local:%b %Y}"


def short_date_of(when: datetime, now: datetime) -> str:
    """The date, without the year if it is this one."""
    local = when.astimezone()
    return f"{local.day} {local:%b}" if local.year == now.astimezone().year else date_of(when)


def day_of(when: datetime, now: datetime) -> str:
    """A day as one would call it: Today, Yesterday, Tuesday 3 March."""
    local, today = when.astimezone().date(), now.astimezone().date()
    days_ago = (today - local).days
    if days_ago == 0:
        return "Today"
    if days_ago == 1:
        return "Yesterday"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local:%A} {local.day} {local:%B}{year}"
