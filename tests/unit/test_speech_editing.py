"""Spoken editing: what is heard, and what it comes to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ordinary_speech import ORDINARY
from twin.domain import Word
from twin.speech.commands import CATALOGUE, Group
from twin.speech.editing import Preferences, SpokenEdit, edit_spoken
from twin.speech.pauses import Silence

ALL = Preferences()


def heard(text: str) -> list[Word]:
    """Words of 0.3 s one after the other; ``|`` is a pause of half a second."""
    words, at = [], 0.0
    for token in text.split():
        if token == "|":
            at += 0.5
            continue
        words.append(Word(token, round(at, 2), round(at + 0.3, 2), 0.9))
        at += 0.3
    return words


def edit(text: str, previous: str = "", preferences: Preferences = ALL) -> SpokenEdit:
    return edit_spoken(heard(text), previous, preferences)


def written(text: str, previous: str = "", preferences: Preferences = ALL) -> str:
    return edit(text, previous, preferences).edited.text


# --- what is meant is done -------------------------------------------------------------------------------------

MEANT = {
    # taking back
    "I will come on Monday. Scratch that. I will come on Tuesday.": "I will come on Tuesday.",
    "We met. We stayed a week. Strike that. We stayed a month.": "We met. We stayed a month.",
    "One here. Two here. Delete that. Delete that. Three.": "Three.",
    "The garden is dry. The roses are red. Scratch that.": "The garden is dry.",
    "Thanks for coming, | I cannot stay, | scratch that, | I would love to stay.": (
        "Thanks for coming, I would love to stay."
    ),
    "The shop opens at eight. No, wait, scratch that. The shop opens at nine.": "The shop opens at nine.",
    "It rains. Now | and then the sun | | is out | scratch that.": "It rains. Now and then the sun",
    # layout
    "Dear Anna. New line. thanks for the flowers.": "Dear Anna.\nThanks for the flowers.",
    "Dear Anna, new line, thanks.": "Dear Anna\nThanks.",
    "That is all. New paragraph. the rest follows.": "That is all.\n\nThe rest follows.",
    "milk | new line | bread | new line | butter": "milk\nBread\nButter",
    "Line one. New line. New line. Line two.": "Line one.\n\nLine two.",
    "Done. New paragraph.": "Done.\n\n",
    # marks, as recognisers write them
    "Hello, comma, world": "Hello, world",
    "Hello | comma | world": "Hello, world",
    "I bought figs comma dates comma and plums full stop.": "I bought figs, dates, and plums.",
    "She smiled full-stop, he left the room full-stop.": "She smiled. He left the room.",
    "Are you coming tonight, question mark?": "Are you coming tonight?",
    "How much does it cost? Question mark.": "How much does it cost?",
    "Happy birthday. exclamation mark.": "Happy birthday!",
    "There is one answer, colon, no.": "There is one answer: no.",
    "He was late. Semi-colon. She was early. Period.": "He was late; she was early.",
    "The result, dash, a surprise, dash, was good.": "The result – a surprise – was good.",
    "And then, dot, dot, dot, nothing.": "And then… nothing.",
    "She said, open quote. I am tired. Close quote. And left. Period.": "She said, “I am tired” And left.",
    "The price, open bracket, without tax, close bracket, is high.": "The price (without tax) is high.",
    "He called it, open quote, a mistake, close quote.": "He called it, “a mistake”",
    "a well | hyphen | known man": "a well-known man",
    "We need time. Period. The work is hard. Period.": "We need time. The work is hard.",
    "If it rains, comma, we stay at home period.": "If it rains, we stay at home.",
    "The answer is yes, period, scratch that. The answer is no period.": "The answer is no.",
    "However, | Kama, | the price went up. | Period.": "However, the price went up.",
    "Yes. Comma. I can. Comma. On Monday. Period.": "Yes, I can, on Monday.",
    # capitals and spaces
    "This is | all caps | urgent.": "This is URGENT.",
    "Please read the | all caps | important | note.": "Please read the IMPORTANT note.",
    "It is | all caps on | do not open | all caps off | for now.": "It is DO NOT OPEN for now.",
    "I live on | capital | maple street.": "I live on Maple street.",
    "the word | capital F | freedom | is on it": "the word Freedom is on it",
    "My handle is blue. No space. Bird.": "My handle is bluebird.",
    # spelling
    "My name is Smith, spelled S-M-Y-T-H.": "My name is Smyth.",
    "My name is Smith S-M-Y-T-H": "My name is Smyth",
    "My name is S M I T H.": "My name is Smith.",
    "The surname is Spell K-U-B-E": "The surname is Kube",
    "Ask for Mr. Spell, M-E-I-E-R.": "Ask for Mr. Meier.",
    "The code is, spell, alpha bravo Charlie.": "The code is Abc.",
    "He is called Philip, that's with double L.": "He is called Phillip.",
    "My name is John, that's J-O-N.": "My name is Jon.",
    "It runs kubernetes, spelled K-U-B-E.": "It runs kube.",
    "The name is spell M-U double L-E-R.": "The name is Muller.",
}


@pytest.mark.parametrize("said", MEANT)
def test_what_is_meant_is_done(said: str) -> None:
    assert written(said) == MEANT[said]


# --- what is not meant is left alone ---------------------------------------------------------------------------


@pytest.mark.parametrize("sentence", ORDINARY)
def test_ordinary_speech_is_left_alone(sentence: str) -> None:
    done = edit(sentence)
    assert done.edited.commands_applied == ()
    assert done.edited.text == sentence


def test_a_hesitation_seldom_makes_a_command_of_ordinary_speech() -> None:
    """A pause before any one word of any of the sentences."""
    places = [
        " ".join((*words[:at], "|", *words[at:]))
        for words in (sentence.split() for sentence in ORDINARY)
        for at in range(1, len(words))
    ]
    fired = [place for place in places if edit(place).edited.commands_applied]
    assert len(places) > 1000
    assert len(fired) < 0.01 * len(places), fired


def test_many_sentences_about_punctuation_do_not_speak_for_each_other() -> None:
    """But for the emphatic ones: ", period." said once is a figure of speech, said four times it is dictation."""
    unemphatic = [
        sentence
        for sentence in ORDINARY
        if "pay full stop" not in sentence and ", full stop" not in sentence and ", period" not in sentence
    ]
    assert edit(" ".join(unemphatic)).edited.commands_applied == ()


# --- reports ---------------------------------------------------------------------------------------------------


def test_every_command_is_reported_with_its_place() -> None:
    words = heard("Hello, comma, dear world. Scratch that. Bye. New line.")
    done = edit_spoken(words, "", ALL).edited
    assert [(c.name, c.heard) for c in done.commands_applied] == [
        ("comma", "comma,"),
        ("scratch that", "Scratch that."),
        ("new line", "New line."),
    ]
    for command in done.commands_applied:
        said = words[command.heard_from : command.heard_to]
        assert " ".join(word.word for word in said) == command.heard


def test_words_keep_their_times_and_probabilities() -> None:
    words = heard("Hello, comma, world. No space. Wide. Period.")
    done = edit_spoken(words, "", ALL).edited
    assert [word.word for word in done.words] == ["Hello,", "worldwide."]
    assert (done.words[0].start, done.words[0].end) == (words[0].start, words[0].end)
    assert (done.words[1].start, done.words[1].end) == (words[2].start, words[5].end)


# --- the text before -------------------------------------------------------------------------------------------


def test_a_take_back_reaches_the_utterance_before() -> None:
    done = edit("Scratch that. I meant Friday.", "We meet here. I come on Monday.")
    assert (done.previous_text, done.edited.text) == ("We meet here.", "I meant Friday.")


def test_take_backs_go_on_from_this_utterance_to_the_one_before() -> None:
    done = edit("Perhaps. Scratch that. Scratch that. Scratch that. Enough.", "One. Two. Three.")
    assert (done.previous_text, done.edited.text) == ("One.", "Enough.")


def test_a_mark_by_itself_goes_to_the_utterance_before() -> None:
    done = edit("Question mark.", "Are you there.")
    assert (done.previous_text, done.edited.text) == ("Are you there?", "")


def test_nothing_before_is_no_harm() -> None:
    assert edit("Scratch that.") == edit("Scratch that.", "")
    assert written("Scratch that.") == ""


# --- preferences -----------------------------------------------------------------------------------------------

EXAMPLES = {
    Group.TAKE_BACK: "One. Scratch that. Two.",
    Group.LAYOUT: "One. New line. Two.",
    Group.PUNCTUATION: "One, comma, two.",
    Group.CAPITALS: "one | all caps | two",
    Group.SPELLING: "My name is Smith, spelled S-M-Y-T-H.",
}


@pytest.mark.parametrize("group", Group)
def test_each_group_can_be_switched_off_by_itself(group: Group) -> None:
    without = Preferences(groups=frozenset(Group) - {group})
    for other, example in EXAMPLES.items():
        plain = " ".join(word.word for word in heard(example))
        assert (written(example, preferences=without) == plain) == (other is group)


def test_only_dictated_punctuation_if_that_is_wanted() -> None:
    spoken_only = Preferences(own_punctuation=False)
    assert written("Yes, I can. The rest, Comma, is silence. Full stop.", preferences=spoken_only) == (
        "Yes I can the rest, is silence."
    )
    assert written("Dr. Brown paid 3.5 at 10 a.m. today.", preferences=spoken_only) == (
        "Dr. Brown paid 3.5 at 10 a.m. today"
    )


def test_names_keep_their_capital_after_a_dictated_comma() -> None:
    assert written("Milk. Comma. Anna. Period.") == "Milk, anna."
    names = Preferences(capitals=frozenset({"anna"}))
    assert written("Milk. Comma. Anna. Period.", preferences=names) == "Milk, Anna."
    assert written("I saw Anna. Comma. Anna left. Period.") == "I saw Anna, Anna left.", "it was a name before"


def test_other_languages_have_no_commands() -> None:
    words = heard("Das ist ein Test. Scratch that. Comma.")
    assert edit_spoken(words, "", ALL, language="de").edited.commands_applied == ()


def test_pauses_in_the_sound_count_where_the_word_times_hide_them() -> None:
    """Whisper gives a pause to the word after it."""
    words = [Word("milk", 0.0, 0.6, 0.9), Word("new", 0.6, 1.8, 0.9), Word("line", 1.8, 2.2, 0.9),
             Word("bread", 2.2, 3.6, 0.9)]  # fmt: skip
    assert edit_spoken(words, "", ALL).edited.text == "milk new line bread"
    silences = (Silence(0.55, 1.5), Silence(2.2, 3.1))
    assert edit_spoken(words, "", ALL, silences=silences).edited.text == "milk\nBread"


# --- for any words ---------------------------------------------------------------------------------------------

PHRASES = [phrase for command in CATALOGUE for phrase in (*command.phrases, *command.misheard)]
TOKENS = st.sampled_from(
    [*PHRASES, *(p.capitalize() + "." for p in PHRASES), *(p + "," for p in PHRASES), "|", "the", "Anna", "it's",
     "spell", "S-M-I-T-H.", "K", "double L", "5", "twenty", "p.m.", "…", "–", "«Oui»", "日本"]
)  # fmt: skip


@given(st.lists(TOKENS, max_size=14), st.booleans(), st.sampled_from([None, 0, 10]), st.text(max_size=20))
def test_the_words_are_those_of_the_text(
    tokens: list[str], own_punctuation: bool, digits_from: int | None, previous: str
) -> None:
    preferences = Preferences(own_punctuation=own_punctuation, digits_from=digits_from)
    words = heard(" ".join(tokens))
    done = edit_spoken(words, previous, preferences).edited
    assert done.text.split() == [word.word for word in done.words]
    assert all(before.start <= word.start for before, word in zip(done.words, done.words[1:], strict=False))
    assert all(0 <= c.heard_from < c.heard_to <= len(words) for c in done.commands_applied)
    if not done.commands_applied and own_punctuation and digits_from is None:
        assert done.text == " ".join(word.word for word in words)
