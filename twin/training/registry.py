"""Versions of what was learned: their files, their lineage, and which of them is in use.

The ledger says what there is; a folder an adapter holds its PEFT files and a manifest. Merged weights are a copy of the
base's and lie there only for what is in use, or was a moment ago. What was withdrawn has no files any more.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from twin.domain import Adapter, TrainingRun
from twin.errors import NotUnderstoodError, TwinError, WeightsError
from twin.models.cache import place_folder, sha256_of
from twin.models.resolve import LocalWeights
from twin.ports import Forgotten, Ledger
from twin.training.plan import ADAPTER, MERGED, WEIGHTS, Outcome

_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class AdapterRegistry:
    """Implements :class:`twin.ports.Registry` over the ledger and ``folder``; ``on_change`` is told the domain, the
    adapter that is in use there from now on, and the folder of its merged weights; or nothing, for what there is
    without one."""

    ledger: Ledger
    folder: Path
    base: Callable[[], LocalWeights]
    on_change: Callable[[str, Adapter | None, Path | None], None] = lambda domain, adapter, merged: None

    def path(self, adapter_id: str) -> Path:
        return self.folder / adapter_id

    def add(self, run: TrainingRun, outcome: Outcome, trained: Path, *, promoted: bool) -> Adapter:
        """Keep the adapter that ``run`` left in the folder ``trained``. What was kept before a crash is kept once."""
        known = next((one for one in self.ledger.adapters() if one.run_id == run.id), None)
        base = self.base()
        adapter = known or self.ledger.add_adapter(
            run, base=base.name, base_sha256=base.sha256, sha256=outcome.sha256, promoted=promoted
        )
        target = self.path(adapter.id)
        if not target.is_dir():

            def fill(folder: Path) -> None:
                _copy(trained / ADAPTER, folder)
                (folder / _MANIFEST).write_text(json.dumps(_manifest(adapter, outcome), indent=2) + "\n")

            place_folder(target, fill)
        merged = target / MERGED
        if promoted and not merged.is_dir() and (trained / MERGED).is_dir():
            place_folder(merged, lambda folder: _copy(trained / MERGED, folder))
        return adapter

    # --- the port -----------------------------------------------------------------------------------------------

    def live(self, domain: str = "") -> Adapter | None:
        return next((one for one in self.ledger.adapters() if one.live and one.domain == domain), None)

    def in_use(self) -> tuple[Adapter, ...]:
        """Of every domain that has one."""
        return tuple(one for one in self.ledger.adapters() if one.live)

    def use(self, adapter_id: str | None, *, domain: str = "") -> Adapter | None:
        adapter = None if adapter_id is None else self.ledger.adapter(adapter_id)
        if adapter is not None and adapter.withdrawn_because:
            raise NotUnderstoodError(f"{adapter.id} was withdrawn: {adapter.withdrawn_because}.")
        if adapter is not None and not adapter.promoted:
            raise NotUnderstoodError(
                f"The gate did not let {adapter.id} through.", hint=f"It says why: twin adapters show {adapter.id}"
            )
        merged = None if adapter is None else self.merged(adapter)
        self.ledger.set_live(domain, adapter_id)
        self.on_change(domain, adapter, merged)
        self._drop_merged(keep={one.id for one in self.in_use()})
        return adapter

    def roll_back(self, domain: str = "") -> Adapter | None:
        return self.use(self._clean_ancestor(self.live(domain)), domain=domain)

    def delete(self, adapter_id: str) -> None:
        adapter = self.ledger.adapter(adapter_id)
        self.withdraw([adapter.id], because="you deleted it")

    def adapters_trained_on(self, example_ids: Sequence[str]) -> tuple[Adapter, ...]:
        return self.ledger.adapters_trained_on(example_ids)

    def withdraw(self, adapter_ids: Sequence[str], *, because: str) -> None:
        live = [adapter for adapter in self.ledger.adapters() if adapter.live and adapter.id in adapter_ids]
        self.ledger.withdraw_adapters(adapter_ids, because=because)
        for adapter in live:
            self._use_newest_clean(adapter)
        for adapter_id in adapter_ids:
            shutil.rmtree(self.path(adapter_id), ignore_errors=True)

    def sweep(self, forgotten: Forgotten | None = None) -> None:
        """Leave no files of what is withdrawn or unknown, as a crash may; also a hook of forgetting."""
        if not self.folder.is_dir():
            return
        known = {one.id for one in self.ledger.adapters() if not one.withdrawn_because}
        for path in self.folder.iterdir():
            if path.name not in known:
                shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def borrowed(self, adapter_id: str) -> Iterator[Path]:
        """The recogniser with an adapter merged in, whether the gate let it through or not, to be loaded within.

        Raises ``NotFoundError``, ``NotUnderstoodError``, ``WeightsError``."""
        adapter = self.ledger.adapter(adapter_id)
        if adapter.withdrawn_because:
            raise NotUnderstoodError(f"{adapter.id} was withdrawn: {adapter.withdrawn_because}.")
        made_for_this = not (self.path(adapter_id) / MERGED).is_dir()
        try:
            yield self.merged(adapter)
        finally:
            if made_for_this and not self.ledger.adapter(adapter_id).live:
                shutil.rmtree(self.path(adapter_id) / MERGED, ignore_errors=True)

    # --- within -------------------------------------------------------------------------------------------------

    def merged(self, adapter: Adapter) -> Path:
        """The recogniser with ``adapter`` merged in, made if it is not there. Raises :class:`WeightsError`."""
        folder = self.path(adapter.id)
        tensors, base = folder / WEIGHTS, self.base()
        if adapter.base_sha256 != base.sha256:
            raise WeightsError(
                f"{adapter.id} was trained for {adapter.base}, which is not the recogniser in use.",
                hint=f"Set recogniser to {adapter.base}, or train anew: twin learn --now",
            )
        if not tensors.is_file() or sha256_of(tensors) != adapter.sha256:
            raise WeightsError(
                f"The files of {adapter.id} are missing or damaged.", hint="Use another: twin adapters; or train anew."
            )
        target = folder / MERGED
        if not target.is_dir():
            from twin.training.lora import LoraAdapter
            from twin.training.merge import merge

            scale = float(json.loads((folder / _MANIFEST).read_text())["scale"])
            merge(base.path, LoraAdapter.load(folder), scale, target)
        return target

    def _use_newest_clean(self, withdrawn: Adapter) -> None:
        """The newest ancestor that may be used takes its place; or the base, if there is none or it cannot be read."""
        while (ancestor := self._clean_ancestor(withdrawn)) is not None:
            try:
                self.use(ancestor, domain=withdrawn.domain)
                return
            except TwinError:
                withdrawn = self.ledger.adapter(ancestor)
        self.use(None, domain=withdrawn.domain)

    def _clean_ancestor(self, adapter: Adapter | None) -> str | None:
        """Of the same domain: where one began from the general adapter, that is in use for it anyway."""
        known = {one.id: one for one in self.ledger.adapters()}
        parent = known.get(adapter.parent_id or "") if adapter is not None else None
        while parent is not None and (parent.withdrawn_because or not parent.promoted):
            parent = known.get(parent.parent_id or "")
        return None if adapter is None or parent is None or parent.domain != adapter.domain else parent.id

    def _drop_merged(self, keep: set[str]) -> None:
        if self.folder.is_dir():
            for path in self.folder.iterdir():
                if path.name not in keep:
                    shutil.rmtree(path / MERGED, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    for file in source.iterdir():
        shutil.copyfile(file, target / file.name)


def _manifest(adapter: Adapter, outcome: Outcome) -> dict[str, object]:
    """All that makes the same adapter again, by ids: no word of what was said."""
    return {
        "adapter": adapter.id,
        "parent": adapter.parent_id,
        "base": adapter.base,
        "base_sha256": adapter.base_sha256,
        "sha256": adapter.sha256,
        "scale": outcome.scale,
        "recipe": json.loads(adapter.recipe),
        "examples": list(adapter.example_ids),
        "replayed": list(adapter.replay_ids),
    }
