"""Small invented corpora in the four layouts that ``twin bench memory`` reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

NEVER_SAID = "a photograph search that nobody said aloud"


def write_locomo(folder: Path) -> None:
    def turn(key: str, speaker: str, text: str, **more: Any) -> dict[str, Any]:
        return {"dia_id": key, "speaker": speaker, "text": text, **more}

    def question(text: str, evidence: list[str], category: int) -> dict[str, Any]:
        return {"question": text, "evidence": evidence, "category": category, "answer": "-"}

    picture = {"blip_caption": "a red canoe on a lake", "query": NEVER_SAID}
    conversation = {
        "speaker_a": "Mira",
        "speaker_b": "Oskar",
        "session_1_date_time": "1:56 pm on 8 May, 2023",
        "session_1": [
            turn("D1:1", "Mira", "I started to learn the accordion last winter."),
            turn("D1:2", "Oskar", "My brother keeps bees behind the old mill."),
            turn("D1:3", "Mira", "Look at this!", **picture),
        ],
        "session_10_date_time": "9:05 am on 2 July, 2023",
        "session_10": [turn("D10:1", "Oskar", "The bees gave forty jars of honey.")],
        "session_2_date_time": "10:00 am on 20 May, 2023",
        "session_2": [turn("D2:1", "Mira", "I have an exam in botany on Friday.")],
    }
    questions = [
        question("Which instrument does Mira learn?", ["D1:1"], 4),
        question("What does Oskar's brother keep, and what came of it?", ["D1:2; D10:01"], 1),
        question("What is on the picture that Mira showed?", ["D1:2"], 4),
        question("Which exam does Mira have?", ["D:2:1", "D7:99"], 2),
        question("What did nobody write down?", [], 3),
        question("Which submarine did Oskar buy?", ["D1:2"], 5),
        question("What was talked about first?", ["D1:1-D1:3"], 1),
    ]
    audit = [
        {
            "question_id": "locomo_0_qa2",
            "question": questions[2]["question"],
            "cited_evidence": ["D1:2"],
            "correct_evidence": ["D1:3"],
        }
    ]
    _write(folder / "locomo10.json", [{"sample_id": "conv-1", "conversation": conversation, "qa": questions}])
    _write(folder / "audit_errors.json", audit)


def write_realtalk(folder: Path) -> None:
    def turn(key: str, speaker: str, text: str, at: str) -> dict[str, Any]:
        return {"dia_id": key, "speaker": speaker, "clean_text": text, "date_time": f"29.12.2023, {at}"}

    chat = {
        "name": {"speaker_1": "Tilda", "speaker_2": "Ravi"},
        "session_1": [
            turn("D1:1", "Tilda", "Our choir sings in the cathedral tonight.", "18:00:00"),
            turn("D1:2", "Ravi", "I repaired the dishwasher with a paper clip.", "18:00:40"),
        ],
        "events_session_1": {"agent_a": []},
        "qa": [{"question": "With what did Ravi repair the dishwasher?", "evidence": ["D1:2"], "category": 1}],
    }
    _write(folder / "Chat_1_Tilda_Ravi.json", chat)


def write_beam(folder: Path, *, in_plans: bool = False) -> None:
    def message(number: int, role: str, text: str, day: str | None = None) -> dict[str, Any]:
        return {"id": number, "role": role, "content": f"{text} ->-> 1,{number}", "time_anchor": day}

    first = [
        message(0, "user", "The budget of the greenhouse is 900 euros.", "March-15-2024"),
        message(1, "assistant", "Nine hundred euros will do for glass and a door."),
    ]
    second = [
        message(2, "user", "I raised the budget of the greenhouse to 1200 euros.", "April-02-2024"),
        message(3, "assistant", "Then a heater is possible too."),
    ]
    batches = [{"batch_number": n, "time_anchor": None, "turns": [turns]} for n, turns in enumerate((first, second))]
    questions = {
        "knowledge_update": [
            {
                "question": "What is the budget of the greenhouse?",
                "source_chat_ids": {"original_info": [0], "updated_info": [2]},
            }
        ],
        "information_extraction": [{"question": "What becomes possible with more money?", "source_chat_ids": [3]}],
        "abstention": [{"question": "Which colour has my bicycle?"}],
    }
    _write(folder / "1" / "chat.json", {"plan-1": batches} if in_plans else batches)
    _write(folder / "1" / "probing_questions" / "probing_questions.json", questions)


def write_prefeval(folder: Path) -> None:
    def entry(preference: str, question: str) -> dict[str, str]:
        return {"preference": preference, "question": question, "explanation": "-"}

    _write(
        folder / "explicit_preference" / "food.json",
        [
            entry("I cannot stand coriander.", "Which soup should I cook tonight?"),
            entry("I never eat anything that is fried.", "What is a good snack for the match?"),
        ],
    )
    _write(
        folder / "explicit_preference" / "trips.json",
        [
            entry("I am afraid of heights.", "Where could I go hiking in the mountains?"),
            entry("I cannot stand coriander.", "Which market should I visit in Bangkok?"),
        ],
    )
    _write(folder / "mcq_options" / "food.json", [{"preference": "-", "question": "-"}])


def write_all(folder: Path) -> None:
    """A tree with all four, among other things."""
    write_locomo(folder / "a" / "locomo")
    write_realtalk(folder / "a" / "realtalk")
    write_beam(folder / "b" / "beam_100k")
    write_prefeval(folder / "b" / "prefeval")
    _write(folder / "package.json", {"name": "something else"})


def _write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
