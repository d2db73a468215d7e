"""Commands that look after the twin itself: doctor, engine, settings, bench."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from twin.cli import documents, render
from twin.cli.options import HomeOption, InProcessOption, JsonOption, locate_home, session
from twin.client import examine_home
from twin.errors import EngineStartError, LedgerError, NotUnderstoodError, SettingsError
from twin.requests import Doctor, Status, Stop

engine_app = typer.Typer(help="The background process that holds the models.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Look after it")(doctor)
    app.add_typer(engine_app, name="engine", rich_help_panel="Look after it")
    app.command(rich_help_panel="Look after it")(settings)
    app.command(rich_help_panel="Look after it")(bench)


def doctor(
    context: typer.Context,
    rebuild_index: Annotated[
        bool, typer.Option("--rebuild-index", help="Build the vector and word indexes anew from the ledger.")
    ] = False,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Check everything the twin rests on; whatever fails says what to do. Exit code 1 if something must be mended."""
    try:
        with session(context, home, in_process, json) as twin:
            diagnosis = twin.call(Doctor(rebuild_index=rebuild_index))
    except (EngineStartError, LedgerError, SettingsError) as error:
        diagnosis = examine_home(locate_home(context, home), error)
    if json:
        documents.print_json({"healthy": diagnosis.healthy, "checks": diagnosis.checks})
    else:
        render.show_diagnosis(diagnosis)
    if not diagnosis.healthy:
        raise typer.Exit(1)


@engine_app.command("status")
def engine_status(context: typer.Context, home: HomeOption = None, json: JsonOption = False) -> None:
    """Show whether the engine runs, and its models. Starts none."""
    from twin.engine.remote import EngineClient

    client = EngineClient(locate_home(context, home))
    if not client.running():
        if json:
            documents.print_json({"running": False})
        else:
            render.out.print("No engine runs; the next command starts one.")
        return
    status = client.call(Status())
    if json:
        documents.print_json({"running": True, "status": status})
    else:
        render.show_status(status)


@engine_app.command("start")
def engine_start(context: typer.Context, home: HomeOption = None, json: JsonOption = False) -> None:
    """Start the engine, unless it runs."""
    with session(context, home, in_process=False, json=json) as twin:
        status = twin.call(Status())
        if json:
            documents.print_json({"running": True, "status": status})
        else:
            render.show_status(status)


@engine_app.command("stop")
def engine_stop(context: typer.Context, home: HomeOption = None, json: JsonOption = False) -> None:
    """Stop the engine. What runs has ten seconds to finish."""
    from twin.engine.remote import EngineClient

    client = EngineClient(locate_home(context, home))
    was_running = client.running()
    if was_running:
        client.call(Stop())
        client.wait_until_stopped()
    if json:
        documents.print_json({"stopped": was_running})
    else:
        render.out.print("Stopped." if was_running else "No engine was running.")


def settings(context: typer.Context, home: HomeOption = None, json: JsonOption = False) -> None:
    """Show every setting: its value, where to change it, and what it does."""
    from twin.settings import load_settings

    located = locate_home(context, home)
    current = load_settings(located)
    if json:
        documents.print_json(current.model_dump(mode="json"))
        return
    render.note(f"Change one in {located.config} (TOML), or in the environment (TWIN_NAME).")
    for name, field in type(current).model_fields.items():
        if name == "home":
            continue
        value = getattr(current, name)
        changed = "" if value == field.default else "  (changed)"
        render.out.print(f"{name} = {value!r}{changed}")
        render.note(f"    {field.description}")


def bench(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What to measure: dictation, language, latency, memory or speech.")],
    data: Annotated[
        list[Path] | None,
        typer.Option(
            "--data",
            metavar="PATH",
            help="dictation, latency, speech: recordings, or a folder with a manifest. memory: a folder with LoCoMo, "
            "REALTALK, BEAM or PrefEval in it, or a tree of them; without it, only growth is measured. "
            "language: the same.",
        ),
    ] = None,
    memories: Annotated[
        int,
        typer.Option(
            "--memories", min=0, metavar="N", help="memory: how far to follow the growth of its cost; 0 leaves it out."
        ),
    ] = 100_000,
    part: Annotated[
        list[str] | None,
        typer.Option(
            "--part",
            metavar="NAME",
            help="Only this; repeatable. dictation: hints, live, commands, nothing, lost or hour. language: grounded, "
            "invented, choice or speed. latency: starts, screen, recognition, language or asking. "
            "speech: main, standard (main beside the standard recipe), speed, curve, "
            "sequence, poison, kill or ablations; else main.",
        ),
    ] = None,
    general: Annotated[
        Path | None,
        typer.Option(
            "--general",
            metavar="DIR",
            help="speech: a folder with a manifest of ordinary speech, to measure forgetting by; never learned from.",
        ),
    ] = None,
    learn: Annotated[
        int, typer.Option("--learn", min=1, metavar="N", help="speech: so many of each manifest are corrected.")
    ] = 40,
    test: Annotated[
        int | None,
        typer.Option("--test", min=1, metavar="M", help="speech: so many are held out; without it, all that are left."),
    ] = None,
    splits: Annotated[
        int, typer.Option("--splits", min=1, metavar="K", help="speech: draw what is learned so many times.")
    ] = 1,
    kills: Annotated[
        int, typer.Option("--kills", min=1, metavar="N", help="speech: how often the part kill kills the engine.")
    ] = 5,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, metavar="N", help="language: only so many questions of each kind.")
    ] = None,
    workers: Annotated[
        int,
        typer.Option(
            "--workers", min=1, metavar="N", help="language: so many processes side by side, each with its own engine."
        ),
    ] = 1,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write the report and its plots here.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Measure the twin on this machine, beside baselines in the same run. Uses a home folder of its own."""
    from twin.benchmarks import BENCHES, Options
    from twin.benchmarks.report import print_report, write_report

    if name not in BENCHES:
        raise NotUnderstoodError(f"There is no bench {name!r}.", hint=f"There are: {', '.join(sorted(BENCHES))}.")
    report = BENCHES[name](
        Options(tuple(data or ()), memories, tuple(part or ()), general, learn, test, splits, kills, limit, workers)
    )
    if out is not None:
        write_report(report, out)
    if json:
        documents.print_json(report.document())
    else:
        print_report(report)
