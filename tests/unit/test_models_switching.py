"""Switching to other weights, and what of the configuration changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.language_servers import done, scripted, with_models
from twin.engine.in_process import InProcessClient
from twin.errors import ModelError, NotUnderstoodError, SettingsError, WeightsError
from twin.paths import Home
from twin.requests import ListModels, UseModel
from twin.settings import load_settings

# --- through the twin -----------------------------------------------------------------------------------------


def use(home: Home, name: str, **of_server: str) -> str:
    client = InProcessClient(home)
    try:
        return client.call(UseModel(name, **of_server)).name
    finally:
        client.close()


def test_a_server_is_asked_and_then_used(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "k-123")
    with scripted(with_models("a", "b", then=lambda c, r: done(c))) as server:
        assert use(home, server.url, model="b", key_variable="MY_KEY") == "b"
        settings = load_settings(home)
        assert (settings.language_model, settings.server_model) == (server.url, "b")
        assert "k-123" not in home.config.read_text()
        assert any(b"Bearer k-123" in request for request in server.requests)
        client = InProcessClient(home)
        listed = client.call(ListModels()).server
        client.close()
        assert listed is not None
        assert (listed.model, listed.models, listed.problem) == ("b", ("a", "b"), "")
    client = InProcessClient(home)
    gone = client.call(ListModels()).server
    client.close()
    assert gone is not None
    assert "No language server runs" in gone.problem
    assert use(home, "smollm2-135m-instruct") == "smollm2-135m-instruct"
    assert load_settings(home).server_model == "", "what belonged to the server goes with it"


def test_a_server_that_cannot_serve_changes_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(with_models("a", then=lambda c, r: done(c))) as server:
        with pytest.raises(ModelError, match="no model b"):
            use(home, server.url, model="b")
        with pytest.raises(SettingsError, match="ABSENT_KEY"):
            use(home, server.url, key_variable="ABSENT_KEY")
    with pytest.raises(ModelError, match="No language server runs"):
        use(home, server.url)
    assert not home.config.exists()


def test_weights_go_to_the_setting_of_their_role(home: Home, tmp_path: Path) -> None:
    gguf = tmp_path / "my.gguf"
    gguf.write_bytes(b"GGUF and so on")
    assert use(home, str(gguf)) == "my.gguf"
    assert load_settings(home).language_model == str(gguf)
    folder = tmp_path / "embedder"
    folder.mkdir()
    for name in ("model.safetensors", "config.json", "modules.json"):
        (folder / name).write_text("{}")
    use(home, str(folder))
    assert load_settings(home).embedder == str(folder)


@pytest.mark.parametrize("content", [b"", b"PK zip"])
def test_what_is_no_model_changes_nothing(home: Home, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "my.gguf").write_bytes(content)
    for name in (str(tmp_path / "my.gguf"), "no-such-model"):
        with pytest.raises(WeightsError):
            use(home, name)
    with pytest.raises(NotUnderstoodError, match="Only a server"):
        use(home, "smollm2-135m-instruct", model="x")
    assert not home.config.exists()


def test_the_list_says_what_fits_and_what_was_checked(home: Home) -> None:
    client = InProcessClient(home)
    listing = client.call(ListModels())
    client.close()
    by_name = {weights.name: weights for weights in listing.weights}
    tiny = by_name["smollm2-135m-instruct"]
    assert tiny.in_use
    assert tiny.fits
    assert tiny.state in ("verified", "unchecked", "missing")
    assert listing.memory_megabytes > 100
    assert listing.server is None
