"""The boundaries: what each part needs of the others, as Protocols over the domain.

Concrete parts are chosen in ``twin/app.py`` alone; tests put the fakes of ``tests/fakes.py`` in their place.

One module a part of the product; they are imported from here.
"""

from __future__ import annotations

from twin.ports.job import Clock, Job
from twin.ports.learning import Registry, TrainedOn, Trainer
from twin.ports.ledger import Ledger, NewMemory, NewTurn
from twin.ports.memory import (
    AsksOfTime,
    Curator,
    Extractor,
    Forgotten,
    Memoriser,
    ProposedExtraction,
    Purge,
    Recall,
    Timeline,
    Vocabulary,
)
from twin.ports.models import Adapted, ChatMessage, Embedder, Following, Hinting, LanguageModel, Transcriber, no_hints
from twin.ports.sound import SAMPLE_RATE_HZ, Audio, EncoderStates, Sound, Speech

__all__ = [
    "SAMPLE_RATE_HZ",
    "Adapted",
    "AsksOfTime",
    "Audio",
    "ChatMessage",
    "Clock",
    "Curator",
    "Embedder",
    "EncoderStates",
    "Extractor",
    "Following",
    "Forgotten",
    "Hinting",
    "Job",
    "LanguageModel",
    "Ledger",
    "Memoriser",
    "NewMemory",
    "NewTurn",
    "ProposedExtraction",
    "Purge",
    "Recall",
    "Registry",
    "Sound",
    "Speech",
    "Timeline",
    "TrainedOn",
    "Trainer",
    "Transcriber",
    "Vocabulary",
    "no_hints",
]
