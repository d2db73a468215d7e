"""How quick a conversation is: its tokens beside those of the engine alone, the wait for the first, the cold start.

The engine alone (:mod:`twin.benchmarks.probe`) is given the very prompt that the conversation sent, with the same
sampling and the same seed, so that both make the same tokens; they take turns at going first.
"""

from __future__ import annotations

import json
import statistics
import time
from dataclasses import dataclass, field

from twin.benchmarks.figures import Metric
from twin.benchmarks.processes import Probe, command_seconds, connected, probe, stop, without_preload
from twin.benchmarks.report import bootstrap, repeated
from twin.client import TwinClient
from twin.domain import Reply
from twin.errors import ModelError
from twin.events import Event, Token
from twin.models.cache import WeightsCache
from twin.models.catalog import Role
from twin.models.resolve import WeightsStore
from twin.paths import Home
from twin.requests import Converse, Remember, WarmUp
from twin.settings import Settings

_ROUNDS = 5
_STARTS = 5
_STORY = "Write a long story about a lighthouse keeper and the {} storm of the year."
_FACT = "I keep the spare key of the boathouse under the green flower pot"
_QUESTION = "where is the spare key of the boathouse?"
_LONG_TURN = "Write a story that has these in it: " + "a lamp, a stair, some rope, two gulls, " * 70
"""Some 850 tokens; with our own words, and the reply to it, a prefix of about a thousand."""


@dataclass(slots=True)
class LanguageSpeed:
    """Figures by name, for the report of ``twin bench language``, and what to know of them."""

    metrics: dict[str, Metric] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Talk:
    """What was seen of one reply from the outside."""

    reply: Reply
    tokens: int
    decode_seconds: float
    first_token_s: float


def measure_speed(home: Home, settings: Settings, *, rounds: int = _ROUNDS, starts: int = _STARTS) -> LanguageSpeed:
    """Measure with an engine over ``home``, a home of the bench's own. Raises :class:`ModelError`.

    ``decode_tokens_per_s`` (baseline: the engine alone), ``decode_ratio`` (of each round, its median with interval),
    ``first_token_s`` (a warm prefix of about 1,000 tokens; baseline: the engine alone), ``cold_answer_s`` (from nothing
    running to an answer on the terminal, by words alone; baseline: by meaning)."""
    found = LanguageSpeed()
    weights = WeightsStore(WeightsCache.locate()).resolve(settings.language_model, Role.LANGUAGE_MODEL)
    arguments = (weights.path, settings.model_threads, settings.context_tokens, settings.reply_tokens)
    with without_preload(), probe("engine", *map(str, arguments)) as alone, connected(home) as client:
        client.call(WarmUp())
        _decoding(found, client, alone, rounds)
        _first_token(found, client, alone, rounds)
        stop(home)
    _cold_start(found, home, starts)
    return found


def _decoding(found: LanguageSpeed, client: TwinClient, alone: Probe, rounds: int) -> None:
    graph: list[float] = []
    engine: list[float] = []
    prompt = ""
    for number in range(rounds + 1):
        ours_first = number % 2 == 0 or not prompt
        bare = None if ours_first else alone(prompt)
        talked = _talk(client, _STORY.format("worst"), f"bench-{number}")
        prompt = _as_line(talked.reply)
        bare = bare or alone(prompt)
        if number:  # the first is to warm up
            graph.append((talked.tokens - 1) / talked.decode_seconds)
            engine.append((bare["tokens"] - 1) / bare["decode_seconds"])
    ratios = [ours / theirs for ours, theirs in zip(graph, engine, strict=True)]
    alone_rate = {"the engine alone": statistics.median(engine)}
    found.metrics["decode_tokens_per_s"] = repeated(graph, unit="tokens/s", baselines=alone_rate)
    found.metrics["decode_ratio"] = Metric(statistics.median(ratios), bootstrap(ratios))


def _first_token(found: LanguageSpeed, client: TwinClient, alone: Probe, rounds: int) -> None:
    graph: list[float] = []
    engine: list[float] = []
    prefix: list[float] = []
    for number in range(rounds):
        session = f"bench-long-{number}"
        talked = _talk(client, f"{_LONG_TURN} Begin with number {number}.", session)
        alone(_as_line(talked.reply))
        talked = _talk(client, "Go on with the story.", session)
        bare = alone(_as_line(talked.reply))
        graph.append(talked.first_token_s)
        engine.append(bare["first_token_s"])
        prefix.append(bare["prompt_tokens"])
    found.metrics["first_token_s"] = repeated(
        graph, unit="s", baselines={"the engine alone": statistics.median(engine)}
    )
    found.notes.append(
        f"first_token_s: with a prompt of {statistics.median(prefix):.0f} tokens, all but the last turn read."
    )


def _cold_start(found: LanguageSpeed, home: Home, starts: int) -> None:
    with connected(home) as client:
        client.call(Remember(_FACT, "bench"))
    by_words, by_meaning = [], []
    for _ in range(starts):
        stop(home)
        by_words.append(command_seconds(home, "ask", "--now", _QUESTION))
        stop(home)
        by_meaning.append(command_seconds(home, "ask", _QUESTION))
    stop(home)
    found.metrics["cold_answer_s"] = repeated(
        by_words, unit="s", baselines={"by meaning": statistics.median(by_meaning)}
    )


def _talk(client: TwinClient, text: str, session: str) -> _Talk:
    moments: list[float] = []

    def see(event: Event) -> None:
        if isinstance(event, Token):
            moments.append(time.perf_counter())

    began = time.perf_counter()
    reply = client.call(Converse(text, session, explain=True), see)
    if len(moments) < 2 or not reply.prompt:
        raise ModelError("The language model said nothing to measure.", hint="`twin doctor` checks it.")
    return _Talk(reply, len(moments), moments[-1] - moments[0], moments[0] - began)


def _as_line(reply: Reply) -> str:
    return json.dumps([[message.role, message.content] for message in reply.prompt])
