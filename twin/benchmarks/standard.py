"""The standard recipe, for a bench to compare with: PEFT LoRA on Whisper in transformers' own trainer, in fp32.

As in PEFT's example for Whisper (https://github.com/huggingface/peft, ``examples/int8_training``) without its
quantisation: rank 32, alpha 64, dropout 0.05 on all ``q_proj`` and ``v_proj`` of encoder and decoder, learning rate
1e-3, windows of 30 s, labels padded to the longest of the batch; no replay, nothing cached. In a process of its own:
``python -m twin.benchmarks.standard FOLDER``.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from twin.benchmarks.recordings import Recording
from twin.errors import ModelError
from twin.models.cache import WeightsCache
from twin.models.convert import to_ctranslate2, transformers_folder
from twin.models.resolve import LocalWeights
from twin.ports import SAMPLE_RATE_HZ
from twin.speech.audio import decode

_MODULE = "twin.benchmarks.standard"
_PLAN, _RESULT, _TRAINED, _MERGED = "standard.json", "result.json", "trained", "standard"
_RANK, _ALPHA, _DROPOUT, _RATE, _WARM_UP = 32, 64, 0.05, 1e-3, 0.1
_MODULES = ["q_proj", "v_proj"]


class StandardPlan(msgspec.Struct, frozen=True):
    """``clips`` are recordings with what was said in them; ``most_steps`` ends the training early."""

    model: str
    language: str
    clips: tuple[tuple[str, str], ...]
    epochs: int
    batch: int
    threads: int
    seed: int = 0
    most_steps: int | None = None


class Trained(msgspec.Struct, frozen=True):
    """``seconds`` of training alone, for ``done`` of ``steps`` steps."""

    seconds: float
    steps: int
    done: int
    peak_gb: float

    @property
    def seconds_for_all(self) -> float:
        return self.seconds * self.steps / self.done


def train_standard(
    folder: Path,
    base: LocalWeights,
    taught: Sequence[tuple[Recording, str]],
    *,
    cache: WeightsCache,
    language: str,
    epochs: int,
    batch: int,
    threads: int,
    most_steps: int | None = None,
) -> tuple[Trained, Path | None]:
    """Train it on ``taught`` in ``folder``; how that went, and the weights for the recogniser if it went to its end.

    Raises ``ModelError``, with what the process said.
    """
    folder.mkdir(parents=True)
    plan = StandardPlan(
        model=str(transformers_folder(base, cache)),
        language=language,
        clips=tuple((str(recording.path), text) for recording, text in taught),
        epochs=epochs,
        batch=batch,
        threads=threads,
        most_steps=most_steps,
    )
    (folder / _PLAN).write_bytes(msgspec.json.encode(plan))
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "HF_HUB_OFFLINE": "1"}
    ended = subprocess.run(
        [sys.executable, "-m", _MODULE, str(folder)], env=environment, capture_output=True, text=True
    )
    if ended.returncode:
        said = (ended.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        raise ModelError(f"The standard recipe did not run ({said}).", hint="It needs: pip install 'twin[bench]'")
    trained = msgspec.json.decode((folder / _RESULT).read_bytes(), type=Trained)
    whole = trained.done == trained.steps
    return trained, to_ctranslate2(folder / _TRAINED, folder / _MERGED) if whole else None


# --- the process -----------------------------------------------------------------------------------------------


def main(folder: Path) -> None:
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import Seq2SeqTrainer, Seq2SeqTrainingArguments, WhisperForConditionalGeneration

    plan = msgspec.json.decode((folder / _PLAN).read_bytes(), type=StandardPlan)
    torch.set_num_threads(plan.threads)
    torch.manual_seed(plan.seed)
    model = WhisperForConditionalGeneration.from_pretrained(plan.model, dtype=torch.float32)
    adapted = get_peft_model(
        model, LoraConfig(r=_RANK, lora_alpha=_ALPHA, lora_dropout=_DROPOUT, target_modules=_MODULES, bias="none")
    )
    per_epoch = -(-len(plan.clips) // plan.batch)
    steps = plan.epochs * per_epoch
    done = steps if plan.most_steps is None else min(steps, plan.most_steps)
    arguments = Seq2SeqTrainingArguments(
        output_dir=str(folder / "checkpoints"),
        per_device_train_batch_size=plan.batch,
        max_steps=done,
        learning_rate=_RATE,
        warmup_steps=max(1, round(_WARM_UP * steps)),
        seed=plan.seed,
        save_strategy="no",
        report_to=[],
        logging_strategy="no",
        remove_unused_columns=False,
        label_names=["labels"],
        dataloader_num_workers=0,
        disable_tqdm=True,
        use_cpu=True,
    )
    examples, collate = _data(plan)
    trainer = Seq2SeqTrainer(model=adapted, args=arguments, train_dataset=examples, data_collator=collate)
    seconds = float(trainer.train().metrics["train_runtime"])
    if done == steps:
        _save(adapted.merge_and_unload(), Path(plan.model), folder / _TRAINED)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    (folder / _RESULT).write_bytes(msgspec.json.encode(Trained(seconds, steps, done, peak / 1e9)))


def _data(plan: StandardPlan) -> tuple[Any, Any]:
    """The examples, as features and labels, made beforehand, and what puts them together to batches."""
    import torch
    from transformers import WhisperFeatureExtractor

    from twin.training.tokens import load_tokens

    extractor = WhisperFeatureExtractor.from_pretrained(plan.model)
    tokens = load_tokens(Path(plan.model), plan.language)
    examples = []
    for path, text in plan.clips:
        features = extractor(decode(Path(path)), sampling_rate=SAMPLE_RATE_HZ, return_tensors="pt").input_features[0]
        examples.append((features, [*tokens.prompt[1:], tokens.no_timestamps, *tokens.encode(text), tokens.end]))

    def collate(chosen: list[Any]) -> dict[str, Any]:
        longest = max(len(label) for _, label in chosen)
        return {
            "input_features": torch.stack([features for features, _ in chosen]),
            "labels": torch.tensor([[*label, *[-100] * (longest - len(label))] for _, label in chosen]),
        }

    return examples, collate


def _save(model: Any, base: Path, target: Path) -> None:
    """In float16, as the base's weights are, with the base's tokenizer and feature extractor."""
    import shutil

    model.half().save_pretrained(target)
    for file in base.iterdir():
        if not (target / file.name).exists():
            shutil.copyfile(file, target / file.name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
