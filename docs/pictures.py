"""Make the README pictures anew: `make pictures`. A real twin in a home of its own, with a packaged voice."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

from textual.pilot import Pilot

from tui.app import TwinApp
from twin.client import connect
from twin.paths import Home

PICTURES = Path(__file__).parent / "pictures"
SAID = "We deploy it with cube control on Friday, after the review."


async def say(pilot: Pilot[None], text: str, until: str, patience_seconds: float = 60.0) -> None:
    """Type a line and wait until ``until`` stands on the screen."""
    await pilot.press(*("space" if character == " " else character for character in text), "enter")
    for _ in range(int(patience_seconds / 0.2)):
        await pilot.pause(0.2)
        if until in pilot.app.export_screenshot().replace("&#160;", " "):
            await pilot.pause(0.5)
            return
    raise TimeoutError(f"{until!r} did not appear")


async def main() -> None:
    from hibari import Hibari

    with tempfile.TemporaryDirectory() as folder:
        memo = Path(folder) / "memo.wav"
        Hibari().save(SAID, str(memo), seed=1)
        home = Home(Path(folder) / "home").create()
        client = connect(home, in_process=True)
        app = TwinApp(client, home, here=Path(folder))
        os.environ["TEXTUAL_ANIMATIONS"] = "none"
        try:
            async with app.run_test(size=(118, 34)) as pilot:
                await say(pilot, "I drink oat flat whites, and I can't stand instant coffee.", "remembered")
                await say(pilot, "My sister is called Anna.", "Anna")
                await say(pilot, "/dictate memo.wav", "dictated")
                await say(pilot, "What coffee do I like?", "said on")
                await say(pilot, "What is my brother's name?", "know that yet")
                PICTURES.mkdir(exist_ok=True)
                (PICTURES / "main.svg").write_text(app.export_screenshot(title="twin"))
        finally:
            client.close()


if __name__ == "__main__":
    asyncio.run(main())
