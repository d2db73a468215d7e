"""Commands of review: what the twin asks about its memory, and the person's answers."""

from __future__ import annotations

from typing import Annotated

import typer

from twin.cli import documents, render
from twin.cli.options import HomeOption, InProcessOption, JsonOption, session
from twin.requests import AnswerQuestion, AskedOfPerson, ListQuestions

questions_app = typer.Typer(help="What the twin asks about its memory: contradictions, and what a model read in it.")


def register(app: typer.Typer) -> None:
    app.add_typer(questions_app, name="questions", rich_help_panel="Memory")


@questions_app.callback(invoke_without_command=True)
def questions(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        list_questions(context)


@questions_app.command("list")
def list_questions(
    context: typer.Context,
    answered: Annotated[bool, typer.Option("--all", help="Also those that you have answered.")] = False,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """List the open questions, oldest first."""
    with session(context, home, in_process, json) as twin:
        listing = twin.call(ListQuestions(answered=answered))
        if json:
            documents.print_json(listing)
            return
        if not listing.questions:
            render.out.print("No question is open.")
        for asked in listing.questions:
            _show(asked)


@questions_app.command("answer")
def answer_question(
    context: typer.Context,
    id: Annotated[str, typer.Argument(metavar="ID", help="The question (q3).")],
    answer: Annotated[
        str,
        typer.Argument(
            metavar="ANSWER",
            help="Of a contradiction, what holds: new, old, both or neither. Of what a model read: yes or no.",
        ),
    ],
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Answer a question. What does not hold stays in the history as said and not so."""
    with session(context, home, in_process, json) as twin:
        asked = twin.call(AnswerQuestion(id, answer))
        if json:
            documents.print_json(asked)
        else:
            _show(asked)


def _show(asked: AskedOfPerson) -> None:
    question = asked.question
    render.headline(f"{question.id} · {render.day(question.asked_at)} · {' / '.join(question.memory_ids)}")
    render.out.print(f"  {asked.text}")
    if question.answered_at is not None:
        render.note(f"  └ {question.answer}, you said on {render.day(question.answered_at)}")
    else:
        render.note(f"  └ twin questions answer {question.id} {'|'.join(asked.answers)}")
