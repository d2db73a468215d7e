"""A language model behind a server: a real one with the packaged weights, and one that fails in every way."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.language_servers import (
    KEY,
    as_json,
    begin_events,
    done,
    event,
    http,
    llama_server,
    scripted,
    with_models,
)
from twin.errors import ModelError, SettingsError
from twin.language.exchange import read_address
from twin.language.server import ServerLanguageModel
from twin.ports import ChatMessage

HELLO = (ChatMessage("system", "You are a friendly assistant."), ChatMessage("user", "Count from one to ten."))


# --- the real one ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served(smollm2_gguf: Path) -> Iterator[str]:
    server = llama_server(smollm2_gguf)
    yield server.listening_address
    del server


@pytest.fixture(scope="module")
def model(served: str) -> ServerLanguageModel:
    return ServerLanguageModel(served, key=KEY)


@pytest.mark.weights
def test_a_reply_streams_and_repeats_with_its_seed(model: ServerLanguageModel) -> None:
    assert model.model == "tiny", "it has one, which need not be named"
    once = list(model.stream(HELLO, max_tokens=12, temperature=0.8, seed=7))
    assert len(once) > 3
    assert once == list(model.stream(HELLO, max_tokens=12, temperature=0.8, seed=7))


@pytest.mark.weights
def test_a_stop_string_ends_the_reply(model: ServerLanguageModel) -> None:
    whole = "".join(model.stream(HELLO, max_tokens=16, temperature=0.0))
    stop = whole.split()[2]
    assert stop not in "".join(model.stream(HELLO, max_tokens=16, temperature=0.0, stop=[stop]))


@pytest.mark.weights
def test_a_cancel_ends_the_stream_and_the_server_is_free_again(model: ServerLanguageModel) -> None:
    cancelled = threading.Event()
    pieces = []
    for piece in model.stream(HELLO, max_tokens=300, temperature=0.0, cancelled=cancelled):
        pieces.append(piece)
        cancelled.set()
    assert len(pieces) == 1
    assert list(model.stream(HELLO, max_tokens=2, temperature=0.0))


@pytest.mark.weights
def test_the_oldest_turns_are_left_out_of_a_full_context(model: ServerLanguageModel) -> None:
    turns = [ChatMessage("user", "Here are some more words for you. " * 8), ChatMessage("assistant", "Thanks.")] * 8
    assert "".join(model.stream([HELLO[0], *turns, HELLO[1]], max_tokens=32, temperature=0.0)).strip()
    with pytest.raises(ModelError, match=r"too long .* where 512 fit"):
        list(model.stream([ChatMessage("user", "word " * 900)], max_tokens=8))


@pytest.mark.weights
@pytest.mark.parametrize(("key", "said"), [("", "wants a key"), ("another", "does not accept the key")])
def test_a_wrong_key_is_a_sentence_without_the_key(served: str, key: str, said: str) -> None:
    with pytest.raises(ModelError, match=said) as caught:
        ServerLanguageModel(served, key=key)
    assert "server_key_variable" in caught.value.hint
    assert "another" not in str(caught.value)


@pytest.mark.weights
def test_an_unknown_model_is_named_with_those_there_are(served: str) -> None:
    with pytest.raises(ModelError, match="no model llama-70b") as caught:
        ServerLanguageModel(served, key=KEY, model="llama-70b")
    assert caught.value.hint == "It has: tiny."


@pytest.mark.weights
def test_adapters_of_a_real_server_are_selected_by_name(smollm2_gguf: Path, tmp_path: Path) -> None:
    adapters = [_random_adapter(tmp_path / f"{name}.gguf", seed) for seed, name in enumerate(("one", "two"))]
    server = llama_server(smollm2_gguf, adapters=adapters)
    model = ServerLanguageModel(server.listening_address, key=KEY)
    said = {}
    for name in ("", "one", "two"):
        model.use_adapter(name)
        said[name] = "".join(model.stream(HELLO, max_tokens=8, temperature=0.0))
    assert len(set(said.values())) == 3
    model.use_adapter("")
    assert "".join(model.stream(HELLO, max_tokens=8, temperature=0.0)) == said[""]
    assert model.offer.adapters == ("one", "two")
    del server


def _random_adapter(path: Path, seed: int) -> Path:
    """A LoRA of rank 4 on ten attention outputs of SmolLM2-135M, as GGUF; it makes the model talk nonsense."""
    import numpy as np

    gguf = pytest.importorskip("gguf")
    random = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 8.0)
    for layer in range(10):
        for part, shape in (("a", (4, 576)), ("b", (576, 4))):
            values = (0.5 * random.normal(size=shape)).astype(np.float32)
            writer.add_tensor(f"blk.{layer}.attn_output.weight.lora_{part}", values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


# --- what is sent ---------------------------------------------------------------------------------------------


def _say_hello(connection: socket.socket, request: bytes) -> None:
    begin_events(connection)
    connection.sendall(b": keep-alive\n\n")
    event(connection, "Hel")
    event(connection, "lo")
    done(connection)


def test_what_is_asked_for_is_what_is_sent() -> None:
    with scripted(with_models("a", "b", then=_say_hello)) as server:
        model = ServerLanguageModel(f"{server.url}/v1/", model="b", key="k")
        assert list(model.stream(HELLO, max_tokens=5, temperature=0.5, seed=3, stop=["x"])) == ["Hel", "lo"]
        (body,) = server.bodies()
        assert body == {
            "model": "b", "max_tokens": 5, "temperature": 0.5, "seed": 3, "stop": ["x"], "stream": True,
            "messages": [{"role": message.role, "content": message.content} for message in HELLO],
        }  # fmt: skip
        assert all(b"Authorization: Bearer k\r\n" in request for request in server.requests)


def test_of_several_models_one_must_be_named() -> None:
    with scripted(with_models("a", "b:latest", then=_say_hello)) as server:
        with pytest.raises(ModelError, match="not said which") as caught:
            ServerLanguageModel(server.url)
        assert "a, b:latest" in caught.value.hint
        assert ServerLanguageModel(server.url, model="b").model == "b:latest", "as Ollama has it"


def test_an_adapter_is_a_model_of_its_own_where_the_server_has_it_so() -> None:
    with scripted(with_models("base", "my-style", then=_say_hello)) as server:
        model = ServerLanguageModel(server.url, model="base", adapter="my-style")
        list(model.stream(HELLO, max_tokens=2))
        model.use_adapter("")
        list(model.stream(HELLO, max_tokens=2))
        assert [body["model"] for body in server.bodies()] == ["my-style", "base"]
        with pytest.raises(ModelError, match="no adapter other"):
            model.use_adapter("other")


def test_an_adapter_is_a_scale_in_the_request_where_the_server_has_it_so() -> None:
    with scripted(with_models("base", then=_say_hello, adapters=("one", "two"))) as server:
        model = ServerLanguageModel(server.url, adapter="two")
        list(model.stream(HELLO, max_tokens=2))
        model.use_adapter("")
        list(model.stream(HELLO, max_tokens=2))
        scales = [[one["scale"] for one in body["lora"]] for body in server.bodies()]
        assert scales == [[0.0, 1.0], [0.0, 0.0]]
        assert [body["model"] for body in server.bodies()] == ["base", "base"]


# --- how it fails ---------------------------------------------------------------------------------------------


def _cut_off(connection: socket.socket, request: bytes) -> None:
    begin_events(connection)
    event(connection, "Hel")


def _reset(connection: socket.socket, request: bytes) -> None:
    _cut_off(connection, request)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


def _cut_off_in_a_chunk(connection: socket.socket, request: bytes) -> None:
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\nff\r\ndata: {"
    )


def _no_json(connection: socket.socket, request: bytes) -> None:
    begin_events(connection)
    connection.sendall(b"data: <html>\n\n")


def _other_shape(connection: socket.socket, request: bytes) -> None:
    begin_events(connection)
    connection.sendall(b'data: {"choices": ["text"]}\n\n')


def _fails_in_the_stream(connection: socket.socket, request: bytes) -> None:
    begin_events(connection)
    connection.sendall(b'data: {"error": {"message": "out of memory", "type": "server_error"}}\n\n')


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda c, r: as_json(c, {"error": {"message": "no such model"}}, "404 Not Found"), "no such model"),
        (lambda c, r: as_json(c, {"error": "model 'x' not found"}, "404 Not Found"), "model 'x' not found"),
        (lambda c, r: as_json(c, {"error": {"message": "nope"}}, "401 Unauthorized"), "wants a key: nope"),
        (lambda c, r: as_json(c, {"error": {"message": "Loading model"}}, "503 Busy"), "is not ready: Loading model"),
        (lambda c, r: http(c, "500 Oh", "text/html", b"<html>oh</html>"), r"failed \(500\)"),
        (lambda c, r: http(c, "302 Found", "text/html", b"", "Location: http://elsewhere/"), "sends on to http://else"),
        (lambda c, r: http(c, "200 OK", "text/html", b"<html>hello</html>"), "not understood: text/html"),
        (lambda c, r: c.sendall(b"SSH-2.0-OpenSSH\r\n\r\n"), "not understood: no HTTP"),
        (lambda c, r: None, "broke off"),
        (_cut_off, "broke off"),
        (_reset, "broke off"),
        (_cut_off_in_a_chunk, "broke off"),
        (_no_json, "not understood: no JSON"),
        (_other_shape, "not understood"),
        (_fails_in_the_stream, "out of memory"),
    ],
)
def test_every_failure_is_a_sentence(answer: object, said: str) -> None:
    with scripted(with_models("m", then=answer)) as server:  # type: ignore[arg-type]
        model = ServerLanguageModel(server.url)
        with pytest.raises(ModelError, match=said) as caught:
            list(model.stream(HELLO, max_tokens=4))
        assert caught.value.message.endswith(".")
        assert caught.value.hint


def test_what_came_before_a_failure_is_not_lost() -> None:
    with scripted(with_models("m", then=_cut_off)) as server:
        stream = ServerLanguageModel(server.url).stream(HELLO, max_tokens=4)
        assert next(stream) == "Hel"
        with pytest.raises(ModelError, match="broke off"):
            next(stream)


def test_nobody_there_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(ModelError, match="No language server runs at") as caught:
        ServerLanguageModel(url)
    assert "twin models use" in caught.value.hint


def test_a_server_that_says_nothing_is_given_up() -> None:
    over = threading.Event()
    with scripted(with_models("m", then=lambda connection, request: over.wait(10) and None)) as server:
        model = ServerLanguageModel(server.url, silence_seconds=0.2)
        with pytest.raises(ModelError, match=r"has said nothing for 0\.2 s"):
            list(model.stream(HELLO, max_tokens=4))
        over.set()


def test_a_cancel_does_not_wait_for_the_server_and_closes_the_connection() -> None:
    def talk_for_ever(connection: socket.socket, request: bytes) -> None:
        begin_events(connection)
        while True:
            event(connection, "and ")
            time.sleep(0.01)

    cancelled = threading.Event()
    with scripted(with_models("m", then=talk_for_ever)) as server:
        stream = ServerLanguageModel(server.url).stream(HELLO, max_tokens=4, cancelled=cancelled)
        assert next(stream) == "and "
        cancelled.set()
        assert list(stream) == []
        assert server.closed.wait(5), "the server learns of it"


def test_a_cancel_while_the_server_is_silent() -> None:
    over, cancelled = threading.Event(), threading.Event()
    with scripted(with_models("m", then=lambda connection, request: over.wait(10) and None)) as server:
        model = ServerLanguageModel(server.url, silence_seconds=10)
        threading.Timer(0.05, cancelled.set).start()
        assert list(model.stream(HELLO, max_tokens=4, cancelled=cancelled)) == []
        over.set()


@pytest.mark.parametrize("url", ["localhost:8080", "ftp://x/v1", "http://", "http://x:port/", ""])
def test_what_is_no_address_is_a_sentence(url: str) -> None:
    with pytest.raises(SettingsError, match="no address"):
        ServerLanguageModel(url)


@pytest.mark.parametrize("url", ["http://me:secret@host/v1", "http://host/v1?key=secret"])
def test_an_address_holds_no_secret(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_address(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://127.0.0.1:11434", "http://127.0.0.1:11434/v1"),
        ("https://host/openai/v1/", "https://host:443/openai/v1"),
        ("http://[::1]:8000/v1/chat/completions", "http://[::1]:8000/v1"),
    ],
)
def test_addresses_are_read_as_people_give_them(url: str, shown: str) -> None:
    assert read_address(url).shown == shown
