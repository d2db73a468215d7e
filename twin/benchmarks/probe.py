"""The bare libraries, each in a process of its own, for a bench to compare with: ``python -m twin.benchmarks.probe``.

    probe whisper FOLDER THREADS COMPUTE_TYPE BEAM LANGUAGE    then a recording's path per line
    probe llama GGUF THREADS                                   then a number of tokens per line

Each answers a line of JSON: ``{"seconds", "tokens", "peak_rss_mb"}``. Kept apart from the bench's process so that
memory is each one's own and nothing is warm for both.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable

PROMPT = "Tell me a long story about a lighthouse keeper."


def peak_rss_mb(who: int = resource.RUSAGE_SELF) -> float:
    """Peak resident memory in MB; ``ru_maxrss`` counts KiB on Linux and bytes on macOS."""
    return resource.getrusage(who).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6


def _whisper(folder: str, threads: str, compute_type: str, beam: str, language: str) -> Callable[[str], int]:
    from faster_whisper import WhisperModel

    model = WhisperModel(folder, device="cpu", cpu_threads=int(threads), compute_type=compute_type)

    def transcribe(path: str) -> int:
        segments, _ = model.transcribe(path, language=language, beam_size=int(beam), word_timestamps=True)
        return sum(len(segment.words) for segment in segments)

    return transcribe


def _llama(gguf: str, threads: str) -> Callable[[str], int]:
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = gguf
    parameters.n_ctx = 2048
    parameters.cpuparams.n_threads = int(threads)
    parameters.cpuparams_batch.n_threads = int(threads)
    server = xllamacpp.Server(parameters)

    def generate(tokens: str) -> int:
        pieces: list[object] = []
        server.handle_chat_completions(
            {
                "messages": [{"role": "user", "content": PROMPT}],
                "max_tokens": int(tokens),
                "temperature": 0,
                "stream": True,
            },
            pieces.append,
        )
        return len(pieces)

    return generate


def main() -> None:
    kind, *arguments = sys.argv[1:]
    work = _whisper(*arguments) if kind == "whisper" else _llama(*arguments)
    for line in sys.stdin:
        began = time.perf_counter()
        tokens = work(line.strip())
        seconds = time.perf_counter() - began
        sys.stdout.write(json.dumps({"seconds": seconds, "tokens": tokens, "peak_rss_mb": peak_rss_mb()}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
