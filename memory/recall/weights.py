"""The weights by which recall puts in order what was said, and by which it knows that it does not know.

Fitted by ``tests/benchmarks/fit_recall.py`` on public conversations (LoCoMo, REALTALK, BEAM-100K, PrefEval) and on
invented people (``tests/people.py``, the first of the two, and ``tests/benchmarks/invented.py``): the order of talk by
a listwise softmax and its certainty by logistic regression, each corpus counting the same; statements by logistic
regression. The script says how they do on conversations, corpora and people that they were not fitted on.
"""

from __future__ import annotations

from typing import Final

from twin.domain import RecallMode

RECALLING: Final = {
    RecallMode.FULL: {
        "dense": 0.75, "cover": 2.85, "cover_near": 1.77, "bm25_near": 1.74, "dense_near": 0.19, "speaker": 1.03,
        "session_bm25": 3.23, "session_dense": 0.24, "length": 0.4, "asks": -0.56, "first_person": 2.6, "time": 0.53,
        "when_time": 0.68, "amount_number": 1.01, "hub": 0.16,
    },
    RecallMode.LEXICAL: {
        "cover": 3.71, "cover_near": 0.84, "bm25_near": 3.51, "speaker": 0.97, "session_bm25": 4.25, "length": 0.02,
        "asks": -0.43, "first_person": 2.15, "time": 0.24, "when_time": 0.73, "amount_number": 1.21,
    },
}  # fmt: skip
"""Of signals, for a question that asks for what was said."""

ADVISING: Final = {
    "dense_unhubbed": 1.25, "speaker": 1.07, "liking": 0.69,
}  # fmt: skip
"""Of signals, for a question that asks for advice."""

STATEMENTS: Final = {
    RecallMode.FULL: {
        "cosine": 6.34, "margin": 8.13, "coverage": 3.2, "empty slot": -0.84, "liking": 1.62,
        "not the favourite": -1.31, "not as expected": -3.73, "subject": 0.62, "prior": -6.81,
    },
    RecallMode.LEXICAL: {
        "coverage": 3.74, "empty slot": -1.78, "liking": 0.13, "no liking": -1.5, "not the favourite": -1.73,
        "not as expected": -3.07, "subject": 0.81, "prior": -2.62,
    },
}  # fmt: skip
"""Of what is observed of a statement (:func:`memory.recall.fusion.observed_of`)."""

CERTAINTY: Final = {
    RecallMode.FULL: {
        "top": 0.171, "cover_top": -1.36, "asked_top": 1.086, "cover_match": 0.294, "unknown": -1.595,
        "terms": -0.049, "idf": -0.017, "near_match": -0.357, "entropy": -0.014, "dense_match": 1.333,
        "match_share": 4.264, "margin_person": 0.369, "margin_self": -0.961, "cover_other_person": -1.332,
        "cover_other_self": 0.583, "dense_other_person": 0.641, "dense_other_self": 2.053, "person": 0.456,
        "cosine_top": -0.533, "cosine_margin": -4.37,
    },
    RecallMode.LEXICAL: {
        "top": 0.273, "cover_top": -1.636, "asked_top": 0.314, "cover_match": -0.219, "unknown": -1.359,
        "terms": -0.013, "idf": -0.026, "near_match": -0.405, "entropy": -0.019, "match_share": 3.857,
        "margin_person": 0.473, "margin_self": -0.892, "cover_other_person": -0.936, "cover_other_self": 1.282,
        "person": 0.47,
    },
}  # fmt: skip
"""Of what the ranking tells (:data:`memory.recall.abstention.FEATURES`), in the log-odds of there being an answer."""

BIAS: Final = {RecallMode.FULL: -4.2, RecallMode.LEXICAL: -3.36}
