"""The bare libraries, each in a process of its own, for a bench to compare with: ``python -m twin.benchmarks.probe``.

    probe whisper FOLDER THREADS COMPUTE_TYPE BEAM LANGUAGE    then a recording's path per line
    probe llama GGUF THREADS                                   then a number of tokens per line
    probe engine GGUF THREADS CONTEXT_TOKENS REPLY_TOKENS      then a prompt per line: ``[[role, content], ...]``

Each answers a line of JSON: ``{"seconds", "tokens", "peak_rss_mb"}``; ``engine``, the twin's own language engine with
nothing around it, adds ``{"decode_seconds", "first_token_s", "prompt_tokens", "cached_tokens"}``. Kept apart from the
bench's process so that memory is each one's own and nothing is warm for both.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

PROMPT = "Tell me a long story about a lighthouse keeper."


def peak_rss_mb(who: int = resource.RUSAGE_SELF) -> float:
    """Peak resident memory in MB; ``ru_maxrss`` counts KiB on Linux and bytes on macOS."""
    return resource.getrusage(who).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6


Work = Callable[[str], dict[str, float]]


def _whisper(folder: str, threads: str, compute_type: str, beam: str, language: str) -> Work:
    from faster_whisper import WhisperModel

    model = WhisperModel(folder, device="cpu", cpu_threads=int(threads), compute_type=compute_type)

    def transcribe(path: str) -> dict[str, float]:
        segments, _ = model.transcribe(path, language=language, beam_size=int(beam), word_timestamps=True)
        return {"tokens": sum(len(segment.words) for segment in segments)}

    return transcribe


def _llama(gguf: str, threads: str) -> Work:
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = gguf
    parameters.n_ctx = 2048
    parameters.cpuparams.n_threads = int(threads)
    parameters.cpuparams_batch.n_threads = int(threads)
    server = xllamacpp.Server(parameters)

    def generate(tokens: str) -> dict[str, float]:
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
        return {"tokens": len(pieces)}

    return generate


def _engine(gguf: str, threads: str, context_tokens: str, reply_tokens: str) -> Work:
    from twin.language.engine import EmbeddedLanguageModel
    from twin.ports import ChatMessage

    model = EmbeddedLanguageModel(Path(gguf), name="bare", context_tokens=int(context_tokens), threads=int(threads))

    def generate(prompt: str) -> dict[str, float]:
        messages = [ChatMessage(role, content) for role, content in json.loads(prompt)]
        began = time.perf_counter()
        moments = [time.perf_counter() for _ in model.stream(messages, max_tokens=int(reply_tokens))]
        usage = model.last_usage
        return {
            "tokens": len(moments),
            "decode_seconds": moments[-1] - moments[0],
            "first_token_s": moments[0] - began,
            "prompt_tokens": usage.prompt_tokens if usage else 0,
            "cached_tokens": usage.cached_tokens if usage else 0,
        }

    return generate


WORKS: dict[str, Callable[..., Work]] = {"whisper": _whisper, "llama": _llama, "engine": _engine}


def main() -> None:
    kind, *arguments = sys.argv[1:]
    work = WORKS[kind](*arguments)
    for line in sys.stdin:
        began = time.perf_counter()
        done = work(line.strip())
        answer = {"seconds": time.perf_counter() - began, "peak_rss_mb": peak_rss_mb(), **done}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
