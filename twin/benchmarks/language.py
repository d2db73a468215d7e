"""``twin bench language``: whether answers about the person are right, honest and to the point.

Each part can be asked for by itself; ``PARTS`` names them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from twin.benchmarks.grounded import measure_choices, measure_grounded, measure_invented
from twin.benchmarks.language_speed import measure_speed
from twin.benchmarks.report import Report
from twin.errors import NotUnderstoodError
from twin.language.engine import EmbeddedLanguageModel
from twin.models.cache import WeightsCache
from twin.models.catalog import Role
from twin.models.resolve import WeightsStore
from twin.models.seed_adapter import adapters_for
from twin.paths import Home
from twin.settings import load_settings

_CONTEXT_TOKENS = 4096

Part = Callable[[Report, EmbeddedLanguageModel, Sequence[Path], int | None], None]


def _speed(report: Report, model: EmbeddedLanguageModel, data: Sequence[Path], limit: int | None) -> None:
    """Through an engine process of its own; ``limit`` is of its rounds."""
    with TemporaryDirectory(prefix="twin-bench-") as folder:
        home = Home(Path(folder) / "home").create()
        rounds = {} if limit is None else {"rounds": limit, "starts": limit}
        found = measure_speed(home, load_settings(home), **rounds)
    report.metrics |= found.metrics
    report.notes += found.notes


PARTS: Mapping[str, Part] = {
    "grounded": measure_grounded,
    "invented": measure_invented,
    "choice": measure_choices,
    "speed": _speed,
}


def run(data: Sequence[Path], parts: Sequence[str] = (), limit: int | None = None) -> Report:
    """Measure the parts named, or all; ``limit``: on so many questions of each kind. Raises ``NotUnderstoodError``."""
    for part in parts:
        if part not in PARTS:
            raise NotUnderstoodError(f"There is no part {part!r}.", hint=f"There are: {', '.join(PARTS)}.")
    settings = load_settings(Home.locate())
    store = WeightsStore(WeightsCache.locate())
    weights = store.resolve(settings.language_model, Role.LANGUAGE_MODEL)
    report = Report("language", settings=settings.model_dump(mode="json"))
    model = EmbeddedLanguageModel(
        weights.path,
        name=weights.name,
        context_tokens=_CONTEXT_TOKENS,
        threads=settings.model_threads,
        adapters=adapters_for(weights.sha256, store.cache),
    )
    with closing(model):
        for name, measure in PARTS.items():
            if not parts or name in parts:
                measure(report, model, data, limit)
    return report
