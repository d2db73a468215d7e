"""Commands of weights: models list, install, use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from twin.cli import documents, render
from twin.cli.options import HomeOption, InProcessOption, JsonOption, session
from twin.requests import InstallModel, ListModels, ServerInfo, UseModel, WeightsList

models_app = typer.Typer(
    help="Weights and language servers: what there is, what is in use, what fits, what can be fetched."
)


def register(app: typer.Typer) -> None:
    app.add_typer(models_app, name="models", rich_help_panel="Look after it")


@models_app.callback(invoke_without_command=True)
def models(
    context: typer.Context, home: HomeOption = None, in_process: InProcessOption = False, json: JsonOption = False
) -> None:
    """List the weights that the twin knows, and which are in use."""
    if context.invoked_subcommand is None:
        models_list(context, home=home, in_process=in_process, json=json)


@models_app.command("list")
def models_list(
    context: typer.Context,
    verify: Annotated[
        bool, typer.Option("--verify", help="Read every file again and compare its sha256; takes a while.")
    ] = False,
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """List the weights that the twin knows, which are in use (→), and what this machine's memory has room for."""
    with session(context, home, in_process, json) as twin:
        listing = twin.call(ListModels(verify=verify))
        if json:
            documents.print_json(listing)
        else:
            show_weights(listing)


@models_app.command("install")
def models_install(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(help="A name from `twin models`, or OWNER/REPOSITORY or OWNER/REPOSITORY/FILE.gguf of the hub."),
    ],
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Fetch weights from the hub. Ctrl-C stops; the same command goes on where it stopped."""
    with session(context, home, in_process, json) as twin:
        info = twin.call(InstallModel(name))
        if json:
            documents.print_json(info)
        else:
            render.out.print(f"{info.name} is in {info.where}, every file with its sha256.")
            if not info.fits:
                render.note(
                    f"  It takes about {info.needs_megabytes:.0f} MB of memory: more than this machine has to spare."
                )
            render.note(f"  To use it: twin models use {info.name}")


@models_app.command("use")
def models_use(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            help="A name from `twin models`, a folder or a GGUF file, or the address of an OpenAI-compatible server "
            "(Ollama, llama.cpp, vLLM)."
        ),
    ],
    model: Annotated[str, typer.Option("--model", metavar="NAME", help="Of a server: the model's name on it.")] = "",
    adapter: Annotated[
        str, typer.Option("--adapter", metavar="NAME", help="Of a server: an adapter's name on it (vLLM, llama.cpp).")
    ] = "",
    key_variable: Annotated[
        str,
        typer.Option("--key-variable", metavar="NAME", help="Of a server: the environment variable with its key."),
    ] = "",
    home: HomeOption = None,
    in_process: InProcessOption = False,
    json: JsonOption = False,
) -> None:
    """Switch to other weights, or to a language server. They are looked at first; the next request uses them."""
    path = Path(name).expanduser()
    there = path.exists() and "://" not in name and (path.is_absolute() or "/" in name or path.suffix)
    with session(context, home, in_process, json) as twin:
        in_use = twin.call(UseModel(str(path.absolute()) if there else name, model, adapter, key_variable))
        if json:
            documents.print_json(in_use)
        else:
            render.out.print(f"The {in_use.setting.replace('_', ' ')} is now {in_use.name} ({in_use.where}).")


def show_weights(listing: WeightsList) -> None:
    for weights in listing.weights:
        fits = "fits" if weights.fits else f"too large: it takes {weights.needs_megabytes / 1000:.1f} GB"
        facts = (weights.role, f"{weights.megabytes:.0f} MB", fits, weights.state, weights.licence)
        name = (weights.name, "bold" if weights.in_use else "")
        render.out.print(Text.assemble("→ " if weights.in_use else "  ", name, f"  {' · '.join(filter(None, facts))}"))
        if weights.where:
            render.out.print(Text(f"    {weights.where}", style="dim"))
    if listing.server is not None:
        _show_server(listing.server)
    render.note(f"This machine has {listing.memory_megabytes / 1000:.1f} GB of memory. To switch: twin models use NAME")


def _show_server(server: ServerInfo) -> None:
    render.out.print(Text.assemble("→ ", (server.url, "bold"), f" answers with {server.model or 'nothing yet'}"))
    if server.problem:
        render.out.print(Text(f"  {server.problem}", style="yellow"))
    for kind, names in (("models", server.models), ("adapters", server.adapters)):
        if names:
            render.out.print(f"  {kind}: {', '.join(names)}")
