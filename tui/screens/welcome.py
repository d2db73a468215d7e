"""The first two minutes: what the twin keeps and what not, which microphone, and three sentences read aloud."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.actions import Place, bindings
from tui.calls import Call, calls_of
from tui.messages import Answered, Failed, Loudness, Progressed, Understood
from tui.screens.dialog import Dialog
from tui.widgets.entry import Notice
from tui.widgets.meter import Meter
from tui.widgets.spinner import Spinner
from tui.wording import device_line, way_out_of
from twin.errors import CancelledByPersonError
from twin.requests import (
    AudioDevices,
    ListDevices,
    Listen,
    ListSentences,
    ReadSentence,
    SentenceRead,
    Sentences,
    Utterances,
)

SENTENCES = 3
_PROMISES = (
    ("It keeps", "what you type and dictate, word for word, and the recordings, on this machine alone."),
    ("It keeps out", "passwords, keys and card numbers; what you mark private stays between you and the page."),
    ("It asks first", "before it learns anything by training, and before a rule rewrites what you say."),
    ("It forgets", "what you tell it to, for good: text, sound, and whatever was trained on it."),
)


class WelcomeScreen(Dialog[str]):
    """Its result is the microphone that was chosen: a name, or nothing for the usual one. What was read is an example
    to learn from; the guided reading (``twin read``) goes on from there."""

    BINDINGS = bindings(Place.WELCOME)
    TITLE_TEXT = "Welcome"
    KEYS_TEXT = "↑↓ choose · Enter goes on · Esc skips"

    def __init__(self, session_id: str) -> None:
        super().__init__()
        self._session_id = session_id
        self._device: str | None = None
        self._sentences: list[str] = []
        self._read = 0
        self._listening: Call | None = None
        self._settled = ""

    def compose_body(self) -> ComposeResult:
        width = max(len(what) for what, _ in _PROMISES) + 2
        lines = [Content.assemble((what.ljust(width), "bold $primary"), text) for what, text in _PROMISES]
        yield Static(Content("\n").join(lines), id="promises")
        yield Static("Which microphone shall it listen to?", id="asked", classes="label note")
        yield Spinner("looking for microphones")
        microphones = OptionList(compact=True)
        microphones.can_focus = False
        yield microphones
        with Vertical(id="reading"):
            yield Static(id="sentence")
            with Horizontal(classes="state"):
                yield Meter()
                yield Static(id="state")
            yield Static(id="heard", classes="label")

    def on_mount(self) -> None:
        self.query_one(OptionList).display = self.query_one("#reading").display = False
        calls_of(self).start(self, ListDevices())
        calls_of(self).start(self, ListSentences())

    # --- the microphone ---

    async def _offer(self, devices: AudioDevices) -> None:
        await self.query(Spinner).remove()
        if not devices.devices:
            missing = "There is no microphone here. You can type, and dictate recordings (Ctrl+O)."
            self.query_one("#asked", Static).update(missing)
            return
        lines = {"": "as set, or the system’s usual one"}
        for device in devices.devices:
            lines.setdefault(device.name, device_line(device))
        choices = self.query_one(OptionList)
        choices.set_options(Option(Content(line), id=name or "usual") for name, line in lines.items())
        choices.display = choices.can_focus = True
        choices.highlighted = 0
        choices.focus()

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._device = "" if event.option_id == "usual" else event.option_id
        event.option_list.display = False
        self.set_focus(None)
        self._ask_to_read()

    # --- reading ---

    def _ask_to_read(self, said: str = "") -> None:
        """Show the next sentence, or the end; ``said`` is what became of the one before."""
        self.query_one("#promises").display = False
        self.query_one("#reading").display = True
        over = self._read >= SENTENCES or not self._sentences
        asked = "It knows your voice a little now." if over else f"Read this aloud, {self._read + 1} of {SENTENCES}:"
        self.query_one("#asked", Static).update(asked)
        sentence = "`twin read` goes on with more sentences; or just talk to it." if over else self._sentences[0]
        self.query_one("#sentence", Static).update(Content(sentence).stylize("" if over else "bold"))
        self.query_one("#heard", Static).update(Content(said))
        self._say("Enter closes" if over else "Enter begins")

    def action_go_on(self) -> None:
        """Begin to listen, end it, or close: whichever comes next."""
        if self.query_one(OptionList).display or self._device is None:
            if not self.query(Spinner) and self._device is None:
                self.dismiss("")
        elif self._listening is not None:
            if not self._listening.ending:
                calls_of(self).end(self._listening)
                self._say("writing it down")
        elif self._read >= SENTENCES or not self._sentences:
            self.dismiss(self._device)
        elif not self.busy:
            self._settled = ""
            self.query(Notice).remove()
            request = Listen(self._session_id, device=self._device, reading=True)
            self._listening = calls_of(self).start(self, request)
            self._say("opening the microphone")

    async def action_dismiss(self, result: str | None = None) -> None:
        """Escape stops the listening first; what was read before stays."""
        if self._listening is not None:
            calls_of(self).stop(self._listening)
        else:
            self.dismiss(self._device)

    def _say(self, text: str) -> None:
        self.query_one("#state", Static).update(Content.styled(text, "$text-muted"))

    @on(Progressed)
    def _progressed(self, message: Progressed) -> None:
        message.stop()
        if message.call is self._listening and not message.call.ending:
            self._say("read it, then press Enter")

    @on(Loudness)
    def _measure(self, message: Loudness) -> None:
        message.stop()
        self.query_one(Meter).measure(message.rms, message.peak)

    @on(Understood)
    def _understand(self, message: Understood) -> None:
        message.stop()
        self._settled += message.settled
        self.query_one("#heard", Static).update(Content((self._settled + message.tentative).strip()))

    # --- what comes of it ---

    @on(Answered)
    async def _answered(self, message: Answered) -> None:
        message.stop()
        match message.result:
            case AudioDevices():
                await self._offer(message.result)
            case Sentences():
                self._sentences = list(message.result.sentences)
            case Utterances(utterances=utterances):
                self._listening = None
                heard = next((utterance for utterance in utterances if utterance.id), None)
                if heard is None:
                    self._ask_to_read("Nothing was heard. Is it the right microphone?")
                else:
                    self.busy = True
                    calls_of(self).start(self, ReadSentence(heard.id, self._sentences[0]))
            case SentenceRead():
                self.busy = False
                self._taken(message.result)

    def _taken(self, read: SentenceRead) -> None:
        if read.report is None:
            self._ask_to_read(f"Heard “{read.heard}”: that is not the sentence, so it was let go of. Once more?")
            return
        self._sentences.pop(0)
        self._read += 1
        self._ask_to_read(f"Heard “{read.heard}”.")

    @on(Failed)
    async def _failed(self, message: Failed) -> None:
        message.stop()
        self._listening, self.busy = None, False
        await self.query(Spinner).remove()
        if self._device is not None:
            self._ask_to_read()
        if not isinstance(message.error, CancelledByPersonError):
            await self.query(Notice).remove()
            await self.query_one(".dialog").mount(Notice.of(message.error, way_out_of(message.error)))
