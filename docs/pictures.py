"""Make the README pictures anew: `make pictures`. A real twin in a home of its own, with a packaged voice.

Before a training there are weeks of corrections, so that one is drawn of the past that the tests have.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from threading import Event

from hibari import Hibari
from textual.pilot import Pilot

from tests.fakes import FakeClient
from tests.tui.learning_script import with_learning
from tests.tui.script import NOW
from tui.app import TwinApp
from tui.news import Newsroom
from twin.client import TwinClient, connect
from twin.events import Progress
from twin.paths import Home
from twin.requests import Correct, Dictate, Learn
from twin.time_left import TimeLeft

PICTURES = Path(__file__).parent / "pictures"
SIZE = (118, 34)
SAID = "We deploy it with cube control on Friday, after the review."
PUT_RIGHT = (
    "The invoice from Quillon is late.",
    "I met Quillon at the station.",
    "Put Oakhanger on the list.",
    "We talked about Oakhanger all morning.",
)
"""Dictations with names that the recogniser does not know: misheard alike twice, each becomes a proposal."""
SCREENS = {"proposals": ("f3", "Why this rung"), "learning": ("f4", "missing:"), "knows": ("f2", "Where it comes from")}
"""The key that opens each screen, and what is to be seen on it."""
STEPS, SEEN_STEPS, STEP_SECONDS = 84, 37, 0.7
PATIENCE_SECONDS = 300.0
_POLL_SECONDS = 0.2


async def sees(pilot: Pilot[None], text: str) -> None:
    """Wait until ``text`` stands on the screen."""
    for _ in range(int(PATIENCE_SECONDS / _POLL_SECONDS)):
        await pilot.pause(_POLL_SECONDS)
        if text in pilot.app.export_screenshot().replace("&#160;", " "):
            await pilot.pause(0.5)
            return
    raise TimeoutError(f"{text!r} did not appear")


async def say(pilot: Pilot[None], text: str, until: str) -> None:
    """Type a line and wait until ``until`` stands on the screen."""
    await pilot.press(*("space" if character == " " else character for character in text), "enter")
    await sees(pilot, until)


def picture(app: TwinApp, name: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / f"{name}.svg").write_text(app.export_screenshot(title="twin"))


def teach(client: TwinClient, said: Sequence[Path]) -> None:
    """Dictate each and put it right."""
    for path, text in zip(said, PUT_RIGHT, strict=True):
        heard = client.call(Dictate(str(path), path.stem))
        client.call(Correct(heard.id, text))


async def draw_training(home: Home) -> None:
    """Learning, while a training is under way."""
    client = FakeClient()
    with_learning(client)
    steps = [
        Progress(
            "train",
            f"Training on 17 examples: step {step} of {STEPS}",
            step / STEPS,
            0.9 + 1.7 * 0.94**step + 0.1 * (step % 3 - 1),
        )
        for step in range(1, SEEN_STEPS + 1)
    ]
    over = Event()
    client.script(Learn, *steps, over)
    app = TwinApp(client, home, now=lambda: NOW)
    app.news = Newsroom(app, app.calls, lambda: TimeLeft(count(step=STEP_SECONDS).__next__))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("f4")
        await sees(pilot, "Words wrong in your speech")
        await pilot.press("t", "down", "enter")
        await sees(pilot, f"step {SEEN_STEPS} of {STEPS}")
        picture(app, "training")
        over.set()
    client.close()


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        voice = Hibari()
        voice.save(SAID, str(Path(folder) / "memo.wav"), seed=1)
        said = [Path(folder) / f"{number}.wav" for number in range(len(PUT_RIGHT))]
        for path, text in zip(said, PUT_RIGHT, strict=True):
            voice.save(text, str(path), seed=1)
        home = Home(Path(folder) / "home").create()
        # Without hints, so that a name is misheard again after it was put right once.
        client = connect(home, in_process=True, vocabulary_hints=False)
        app = TwinApp(client, home, here=Path(folder))
        os.environ["TEXTUAL_ANIMATIONS"] = "none"
        try:
            async with app.run_test(size=SIZE) as pilot:
                await say(pilot, "I drink oat flat whites, and I can't stand instant coffee.", "remembered")
                await say(pilot, "My sister is called Anna.", "Anna")
                await say(pilot, "/dictate memo.wav", "dictated")
                await say(pilot, "What coffee do I like?", "said on")
                await say(pilot, "What is my brother's name?", "know that yet")
                picture(app, "main")
                await asyncio.to_thread(teach, client, said)
                for name, (key, text) in SCREENS.items():
                    await pilot.press(key)
                    await sees(pilot, text)
                    picture(app, name)
        finally:
            client.close()
        await draw_training(Home(Path(folder) / "another").create())


if __name__ == "__main__":
    asyncio.run(main())
