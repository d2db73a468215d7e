"""Commands of rewrite rules: rules list, approve, reject, undo; vocabulary rule add."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.table import Table

from twin.cli import documents, render
from twin.cli.options import HomeOption, InProcessOption, JsonOption, session
from twin.domain import RewriteRule, RuleStatus, Scope
from twin.requests import AddRule, DecideRule, ListRules, TakeBack

rules_app = typer.Typer(
    name="rules", help="What is always misheard the same way, and what to write instead.", no_args_is_help=True
)
_rule_app = typer.Typer(name="rule", help="Rewrite rules (see `twin rules`).", no_args_is_help=True)

_RuleArgument = Annotated[str, typer.Argument(metavar="ID", help="A rule of `twin rules list` (w3).")]


def register(vocabulary_app: typer.Typer, app: typer.Typer) -> None:
    rules_app.command("list")(list_rules)
    rules_app.command("approve")(approve)
    rules_app.command("reject")(reject)
    rules_app.command("undo")(undo)
    _rule_app.command("add")(add)
    _rule_app.callback()(lambda: None)
    vocabulary_app.add_typer(_rule_app)
    app.add_typer(rules_app, rich_help_panel="Dictate")


def list_rules(
    context: typer.Context, home: HomeOption = None, in_process: InProcessOption = False, json: JsonOption = False
) -> None:
    """List the rewrite rules: those that wait for your word, those in force, those withdrawn."""
    with session(context, home, in_process, json) as twin:
        listing = twin.call(ListRules())
        if json:
            documents.print_json(listing)
            return
        if not listing.rules:
            render.out.print(
                "There are no rules. What you correct twice the same way is proposed as one; or say it outright: "
                "twin vocabulary rule add “open rider” OpenRouter"
            )
        table = Table.grid(padding=(0, 2))
        for rule in listing.rules:
            table.add_row(*_row(rule))
        render.out.print(table)


def approve(
    context: typer.Context,
    rule_id: _RuleArgument,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Put a rule in force, in dictations from now on. It is checked once more that it would do no damage."""
    with session(context, home, in_process, json) as twin:
        _show(twin.call(DecideRule(rule_id, approve=True)), json=json)


def reject(
    context: typer.Context,
    rule_id: _RuleArgument,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Withdraw a rule. It is not proposed again."""
    with session(context, home, in_process, json) as twin:
        _show(twin.call(DecideRule(rule_id, approve=False)), json=json)


def undo(
    context: typer.Context,
    utterance_id: Annotated[str, typer.Argument(metavar="UTTERANCE", help="The utterance (u12), or `last`.")],
    number: Annotated[int, typer.Argument(min=1, metavar="N", help="Which of its rewritten places.")] = 1,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Put back what was heard where a rule rewrote it. A rule that you take back twice is suspended."""
    with session(context, home, in_process, json) as twin:
        utterance = twin.call(TakeBack(utterance_id, number))
        if json:
            documents.print_json(documents.utterance_document(utterance))
        else:
            render.out.print(render.styled_utterance(utterance))


def add(
    context: typer.Context,
    heard: Annotated[str, typer.Argument(metavar="HEARD", help="What is heard, wrongly.")],
    term: Annotated[str, typer.Argument(metavar="TERM", help="What you say, as you write it.")],
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Have one thing written where another is heard. In force at once, and nowhere that you really said it."""
    with session(context, home, in_process, json) as twin:
        _show(twin.call(AddRule(heard, term)), json=json)


def _show(rule: RewriteRule, *, json: bool) -> None:
    if json:
        documents.print_json(rule)
        return
    render.out.print(" ".join(_row(rule)))


def _row(rule: RewriteRule) -> tuple[str, str, str, str]:
    state = str(rule.status)
    if rule.reason and rule.status is RuleStatus.WITHDRAWN:
        state += f": {rule.reason}"
    return rule.id, f"“{rule.heard}” → {rule.term}", _in_words(rule.scope), f"({state})"


def _in_words(scope: Scope) -> str:
    """Where a rule fires, for people."""
    places = []
    if scope.below is not None:
        places.append(f"where the recogniser is less than {scope.below:.0%} sure")
    if scope.near:
        places.append(f"near {_either(scope.near)}")
    if scope.domain:
        places.append(f"in talk of {scope.domain}")
    return " and ".join(places) or "wherever it is heard"


def _either(words: Sequence[str]) -> str:
    return " or ".join(f"“{word}”" for word in words)
