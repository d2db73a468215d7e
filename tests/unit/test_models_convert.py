"""Whisper from CTranslate2 to transformers and back, with the real weights."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from twin.errors import WeightsError
from twin.models.cache import WeightsCache
from twin.models.convert import to_ctranslate2, to_transformers, transformers_folder
from twin.models.ct2 import read_ct2
from twin.models.resolve import LocalWeights
from twin.speech.audio import decode


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> WeightsCache:
    """A cache of its own, so that what is tested was converted by the code as it is."""
    return WeightsCache(tmp_path_factory.mktemp("converted"))


@pytest.fixture(scope="module")
def there(recogniser_weights: LocalWeights, cache: WeightsCache) -> Path:
    return transformers_folder(recogniser_weights, cache)


@pytest.fixture(scope="module")
def back(there: Path, cache: WeightsCache) -> Path:
    return to_ctranslate2(there, cache.root / "back")


@pytest.fixture(scope="module")
def features(there: Path, spoken: Path) -> NDArray[np.float32]:
    from transformers import WhisperFeatureExtractor

    extractor = WhisperFeatureExtractor.from_pretrained(there)
    mel: NDArray[np.float32] = extractor(decode(spoken), sampling_rate=16_000, return_tensors="np").input_features
    return mel


@pytest.fixture(scope="module")
def whisper(there: Path) -> Any:
    """The transformers model in float32, as it would be trained."""
    import torch
    from transformers import WhisperForConditionalGeneration

    return WhisperForConditionalGeneration.from_pretrained(there, dtype=torch.float32).eval()


@pytest.fixture(scope="module")
def runtime(recogniser_weights: LocalWeights) -> Any:
    """The CTranslate2 model in float32."""
    import ctranslate2

    return ctranslate2.models.Whisper(str(recogniser_weights.path), compute_type="float32", intra_threads=2)


@pytest.mark.weights
def test_there_and_back_gives_the_same_bits(recogniser_weights: LocalWeights, back: Path) -> None:
    original, returned = read_ct2(recogniser_weights.path / "model.bin"), read_ct2(back / "model.bin")
    assert (original.spec, original.revision, original.aliases) == (returned.spec, returned.revision, returned.aliases)
    assert original.variables.keys() == returned.variables.keys()
    for name, value in original.variables.items():
        assert returned.variables[name].dtype == value.dtype, name
        assert returned.variables[name].tobytes() == value.tobytes(), name
    for file in ("config.json", "vocabulary.json", "tokenizer.json"):
        assert json.loads((back / file).read_text()) == json.loads((recogniser_weights.path / file).read_text()), file


@pytest.mark.weights
def test_no_tensor_is_missing_or_left_over(there: Path) -> None:
    import torch
    from transformers import WhisperForConditionalGeneration

    _, loading = WhisperForConditionalGeneration.from_pretrained(there, output_loading_info=True, dtype=torch.float16)
    assert not any(loading[key] for key in ("missing_keys", "unexpected_keys", "mismatched_keys"))


@pytest.mark.weights
def test_both_encode_real_speech_alike(whisper: Any, runtime: Any, features: NDArray[np.float32]) -> None:
    import ctranslate2
    import torch

    with torch.no_grad():
        trained = whisper.model.encoder(torch.from_numpy(features)).last_hidden_state.numpy()
    run = np.array(runtime.encode(ctranslate2.StorageView.from_array(np.ascontiguousarray(features))))
    rounding = np.finfo(np.float16).eps * np.abs(trained).max()
    assert np.abs(trained - run).max() < rounding


@pytest.mark.weights
def test_both_transcribe_real_speech_alike(
    whisper: Any, runtime: Any, there: Path, features: NDArray[np.float32]
) -> None:
    import ctranslate2
    import torch
    from transformers import WhisperTokenizer

    tokenizer = WhisperTokenizer.from_pretrained(there)
    prompt = tokenizer.convert_tokens_to_ids(["<|startoftranscript|>", "<|en|>", "<|transcribe|>", "<|notimestamps|>"])
    (run,) = runtime.generate(ctranslate2.StorageView.from_array(np.ascontiguousarray(features)), [prompt], beam_size=1)
    with torch.no_grad():
        (trained,) = whisper.generate(torch.from_numpy(features), language="en", task="transcribe", num_beams=1)
    text = tokenizer.decode(trained, skip_special_tokens=True)
    assert text == tokenizer.decode(run.sequences_ids[0], skip_special_tokens=True)
    assert "quick brown fox" in text


@pytest.mark.weights
def test_what_was_converted_back_transcribes_too(back: Path, spoken: Path) -> None:
    from faster_whisper import WhisperModel

    segments, _ = WhisperModel(str(back), device="cpu", cpu_threads=2).transcribe(decode(spoken), language="en")
    assert "quick brown fox" in "".join(segment.text for segment in segments)


@pytest.mark.weights
def test_a_conversion_is_made_once(recogniser_weights: LocalWeights, cache: WeightsCache, there: Path) -> None:
    before = (there / "model.safetensors").stat().st_mtime_ns
    assert transformers_folder(recogniser_weights, cache) == there
    assert (there / "model.safetensors").stat().st_mtime_ns == before


@pytest.mark.weights
def test_a_failed_conversion_leaves_nothing(recogniser_weights: LocalWeights, tmp_path: Path) -> None:
    torn = tmp_path / "torn"
    shutil.copytree(recogniser_weights.path, torn)
    with (torn / "model.bin").open("r+b") as file:
        file.truncate(50_000_000)
    cache = WeightsCache(tmp_path / "cache")
    with pytest.raises(WeightsError, match="cannot be read as a CTranslate2 model"):
        transformers_folder(LocalWeights("torn", recogniser_weights.role, torn, "0" * 64), cache)
    assert not [entry for entry in (cache.root / "weights").iterdir() if entry.is_dir()]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "cannot be read"), (b"\x05\0\0\0rest", "version 5"), (b"\x06\0\0\0\xff\xff", "cannot be read")],
)
def test_what_is_no_ct2_file_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "model.bin").write_bytes(content)
    with pytest.raises(WeightsError, match=reason):
        to_transformers(tmp_path, tmp_path / "out")
