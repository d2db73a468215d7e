"""Dictations with spoken commands, to be said by the packaged voice, and whether what came of one is right.

``said`` is what the voice says; ``|`` is a pause of 0.4 s. ``written`` is what it should come to. Some pause around
their commands, some only as a voice does at a comma, some not at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import soundfile
from numpy.typing import NDArray

from twin.ports import Audio
from twin.speech.audio import decode

_PAUSE_SECONDS = 0.4
_MARKS = re.compile(r"\n\n|\n|[,.;:!?…–“”()]|[\w'’-]+")


class Voice(Protocol):
    """A ``hibari.Hibari``."""

    sample_rate: int

    def __call__(self, text: str, *, seed: int) -> NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True)
class Spoken:
    """``marks``: the marks that are dictated (others may be the recogniser's own); ``exactly``: words that have to
    stand in the text as they are, case and all.
    """

    said: str
    written: str
    marks: str = ""
    exactly: tuple[str, ...] = ()


CASES = (
    Spoken("I will call you on Monday. | Scratch that. | I will call you on Tuesday.", "I will call you on Tuesday"),
    Spoken("The meeting is at noon. | Strike that. | The meeting is at five.", "The meeting is at five"),
    Spoken("Send the report today. | Delete that. | Send the report tomorrow.", "Send the report tomorrow"),
    Spoken(
        "We met in Paris. We stayed a week. | Scratch that. | We stayed a month.", "We met in Paris We stayed a month"
    ),
    Spoken("We met in Paris. | We stayed a week. | Scratch that. | Scratch that. | We met in Rome.", "We met in Rome"),
    Spoken("The garden needs water. | The roses are dry. | Scratch that.", "The garden needs water"),
    Spoken("The train leaves at nine. | Scratch that | the train leaves at ten.", "The train leaves at ten"),
    Spoken("My brother lives in Boston, | scratch that, | my brother lives in Chicago.", "My brother lives in Chicago"),
    Spoken(
        "Thanks for the invitation. | I cannot come. | Strike that. | I would love to come.",
        "Thanks for the invitation I would love to come",
    ),
    Spoken("She ordered the soup. | Delete that. | She ordered the salad.", "She ordered the salad"),
    Spoken("The shop opens at eight. | No, wait, | scratch that. | The shop opens at nine.", "The shop opens at nine"),
    Spoken("Dear Anna | new line | thank you for the flowers.", "Dear Anna\nThank you for the flowers"),
    Spoken(
        "Thank you for your letter. | New paragraph. | The second point is the budget.",
        "Thank you for your letter\n\nThe second point is the budget",
    ),
    Spoken(
        "That is all for today. | New paragraph. | Tomorrow we will meet again. | New paragraph. | Best wishes.",
        "That is all for today\n\nTomorrow we will meet again\n\nBest wishes",
    ),
    Spoken("Milk. | New line. | Bread. | New line. | Butter.", "Milk\nBread\nButter"),
    Spoken(
        "The first item is done. New line. The second item is open.", "The first item is done\nThe second item is open"
    ),
    Spoken(
        "I agree with you. New paragraph. Let us talk about the price.",
        "I agree with you\n\nLet us talk about the price",
    ),
    Spoken("Best regards, new line, Daniel.", "Best regards\nDaniel"),
    Spoken(
        "The weather was fine, new paragraph, we went to the beach.", "The weather was fine\n\nWe went to the beach"
    ),
    Spoken(
        "I bought onions comma carrots comma and plums full stop", "I bought onions, carrots, and plums.", marks=",."
    ),
    Spoken(
        "I bought onions, comma, carrots, comma, and plums, full stop.",
        "I bought onions, carrots, and plums.",
        marks=",.",
    ),
    Spoken(
        "Dear Clara Brown comma | thank you for your letter full stop",
        "Dear Clara Brown, thank you for your letter.",
        marks=",.",
    ),
    Spoken("If it rains comma we stay at home period", "If it rains, we stay at home.", marks=",."),
    Spoken("We need more time | period | The work is hard | period", "We need more time. The work is hard.", marks="."),
    Spoken(
        "The house is old | full stop | The garden is large | full stop",
        "The house is old. The garden is large.",
        marks=".",
    ),
    Spoken("Yes | comma | I can do that | full stop", "Yes, I can do that.", marks=",."),
    Spoken("However | comma | the price went up | period", "However, the price went up.", marks=",."),
    Spoken("Hello there | comma | world | full stop", "Hello there, world.", marks=",."),
    Spoken(
        "First comma we open the window full stop Then comma we close the door full stop",
        "First, we open the window. Then, we close the door.",
        marks=",.",
    ),
    Spoken("She smiled full stop He left the room full stop", "She smiled. He left the room.", marks="."),
    Spoken("On Friday, comma, the shop is closed, period.", "On Friday, the shop is closed.", marks=",."),
    Spoken("In my opinion comma this is wrong period", "In my opinion, this is wrong.", marks=",."),
    Spoken("Are you coming tonight question mark", "Are you coming tonight?", marks="?"),
    Spoken("How much does it cost | question mark", "How much does it cost?", marks="?"),
    Spoken("What time is it, question mark.", "What time is it?", marks="?"),
    Spoken("That is wonderful exclamation mark", "That is wonderful!", marks="!"),
    Spoken("Happy birthday | exclamation mark", "Happy birthday!", marks="!"),
    Spoken("Congratulations, exclamation point.", "Congratulations!", marks="!"),
    Spoken(
        "Where is the key | question mark | I cannot find it | full stop",
        "Where is the key? I cannot find it.",
        marks="?.",
    ),
    Spoken("Stop now exclamation mark I am serious full stop", "Stop now! I am serious.", marks="!."),
    Spoken(
        "We need three things | colon | milk | comma | bread | comma | and butter | period",
        "We need three things: milk, bread, and butter.",
        marks=":,.",
    ),
    Spoken("There is only one answer, colon, we have to wait.", "There is only one answer: we have to wait", marks=":"),
    Spoken("The sky was grey semicolon the sea was calm full stop", "The sky was grey; the sea was calm.", marks=";."),
    Spoken("He was late | semicolon | she was early | period", "He was late; she was early.", marks=";."),
    Spoken(
        "My sister | dash | the doctor | dash | lives in Vienna | period",
        "My sister – the doctor – lives in Vienna.",
        marks="–.",
    ),
    Spoken("The result, dash, a surprise, dash, was positive.", "The result – a surprise – was positive", marks="–"),
    Spoken("I do not know | ellipsis | maybe tomorrow | full stop", "I do not know… maybe tomorrow.", marks="…."),
    Spoken("And then | dot dot dot | nothing happened | full stop", "And then… nothing happened.", marks="…."),
    Spoken(
        "She said | open quote | I am tired | close quote | and left | period",
        "She said “I am tired” and left.",
        marks="“”.",
    ),
    Spoken("He called it, open quote, a small mistake, close quote.", "He called it “a small mistake”", marks="“”"),
    Spoken(
        "The price | open bracket | without tax | close bracket | is high | full stop",
        "The price (without tax) is high.",
        marks="().",
    ),
    Spoken(
        "My cousin, open parenthesis, from Madrid, close parenthesis, sings well.",
        "My cousin (from Madrid) sings well",
        marks="()",
    ),
    Spoken(
        "The book open quote War and Peace close quote is long full stop",
        "The book “War and Peace” is long.",
        marks="“”.",
    ),
    Spoken("This is | all caps | urgent", "This is URGENT", exactly=("URGENT",)),
    Spoken("Please read the | all caps | important | note.", "Please read the IMPORTANT note", exactly=("IMPORTANT",)),
    Spoken(
        "The file is | all caps on | do not open | all caps off | for now.",
        "The file is DO NOT OPEN for now",
        exactly=("DO", "NOT", "OPEN", "for"),
    ),
    Spoken("I live on | capital | maple street.", "I live on Maple street", exactly=("Maple",)),
    Spoken("The word is | capital F | freedom | and it is on the wall.", "The word is Freedom and it is on the wall"),
    Spoken("My handle is blue | no space | bird.", "My handle is bluebird", exactly=("bluebird",)),
    Spoken("The new word is note | no space | book.", "The new word is notebook", exactly=("notebook",)),
    Spoken("My name is Smith, spelled S, M, Y, T, H.", "My name is Smyth", exactly=("Smyth",)),
    Spoken("The surname is | spell | K, U, B, E.", "The surname is Kube", exactly=("Kube",)),
    Spoken("Ask for Mister | spell | M, E, I, E, R.", "Ask for Mister Meier", exactly=("Meier",)),
    Spoken("Her name is Catherine, spelled K, A, T, H, R, I, N.", "Her name is Kathrin", exactly=("Kathrin",)),
    Spoken("The code is | spell | alpha bravo charlie.", "The code is Abc", exactly=("Abc",)),
    Spoken("The street is called | spell | B, R, A, U, N.", "The street is called Braun", exactly=("Braun",)),
    Spoken("My name is Jon, that's J, O, N.", "My name is Jon", exactly=("Jon",)),
    Spoken("He is called Philip, that's with double L.", "He is called Phillip", exactly=("Phillip",)),
    Spoken("The city is | spell | L, Y, O, N.", "The city is Lyon", exactly=("Lyon",)),
    Spoken(
        "Dear team | comma | new line | the server is back | period | thanks for waiting | exclamation mark",
        "Dear team,\nThe server is back. Thanks for waiting!",
        marks=",.!",
    ),
    Spoken(
        "Hi Tom comma new paragraph are you free on Friday question mark new paragraph best comma new line Daniel",
        "Hi Tom,\n\nAre you free on Friday?\n\nBest,\nDaniel",
        marks=",?",
    ),
    Spoken("The answer is yes period scratch that. | The answer is no period", "The answer is no.", marks="."),
    Spoken(
        "Note to self colon buy paint period new line call the bank period",
        "Note to self: buy paint.\nCall the bank.",
        marks=":.",
    ),
    Spoken(
        "The road was long | full stop | new paragraph | We stopped at a small inn | comma | where we had soup | "
        "full stop",
        "The road was long.\n\nWe stopped at a small inn, where we had soup.",
        marks=".,",
    ),
    Spoken(
        "Attention | exclamation mark | the lift is broken | full stop", "Attention! The lift is broken.", marks="!."
    ),
    Spoken(
        "You said you would come comma but you did not full stop Who knows question mark",
        "You said you would come, but you did not. Who knows?",
        marks=",.?",
    ),
)


def say(case: Spoken, voice: Voice, folder: Path, *, seed: int = 1) -> Audio:
    """``case`` spoken by ``voice``, at 16 kHz; ``folder`` is for the file that it goes through."""
    silence = np.zeros(int(_PAUSE_SECONDS * voice.sample_rate), np.float32)
    parts: list[NDArray[np.float32]] = []
    for part in case.said.split("|"):
        parts += [silence] * bool(parts) + [voice(part.strip(), seed=seed)]
    path = folder / "said.wav"
    soundfile.write(path, np.concatenate(parts), voice.sample_rate)
    return decode(path)


def is_right(case: Spoken, text: str) -> bool:
    """Whether ``text`` has what was commanded, where it was commanded: marks, line breaks, words taken back or written
    in a certain way. A word that the recogniser misheard is not the editor's fault, if one in its place is there.
    """
    wanted, got = _skeleton(case.written, case.marks), _skeleton(text, case.marks)
    if [mark for mark, _ in wanted] != [mark for mark, _ in got]:
        return False
    near = all(abs(at - where) <= 1 for (_, at), (_, where) in zip(wanted, got, strict=True))
    words = set(re.findall(r"[\w'’-]+", text))
    return near and set(case.exactly) <= words


def _skeleton(text: str, marks: str) -> Sequence[tuple[str, int]]:
    """The dictated marks and line breaks of ``text`` with the number of words before each, and the end."""
    found: list[tuple[str, int]] = []
    count = 0
    for token in _MARKS.findall(text.strip()):
        if token[0].isalnum():
            count += 1
        elif token in marks or "\n" in token:
            found.append((token, count))
    return [*found, ("", count)]
