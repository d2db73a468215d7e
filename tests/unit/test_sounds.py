"""Whether two spellings sound alike: the table that the rule was tuned to does not get worse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.learning.feedback import SOUND_ALIKE
from twin.sounds import letters, similarity

MISHEARD = """
open rider/OpenRouter  open writer/OpenRouter  Clyde code/Claude Code  cloud code/Claude Code  cube cuddle/kubectl
cube control/kubectl  post gray sequel/PostgreSQL  post grass/Postgres  engine x/nginx  system dee/systemd
pie test/pytest  pie torch/PyTorch  num pie/NumPy  sigh pie/SciPy  get hub/GitHub  get lab/GitLab  jason/JSON
yammel/YAML  see quill/SQL  a p i/API  a w s/AWS  k eights/k8s  cooper netties/Kubernetes  terror form/Terraform
pro me theus/Prometheus  graph anna/Grafana  red is/Redis  cough ka/Kafka  elastic surge/Elasticsearch  jango/Django
view js/Vue.js  type script/TypeScript  dino/Deno  oh llama/Ollama  hugging phase/Hugging-Face  chat gbt/ChatGPT
and tropic/Anthropic  open eye/OpenAI  croma/Chroma  textural/Textual  met foreman/metformin  a pixaban/apixaban
lysine pril/lisinopril  is chemic/ischemic  steno sis/stenosis  Katherine/Kathryn  Shawn/Sean  Joachim/Joaquin
beam/bean  their/there  two/too  write/right  weather/whether  piece/peace  buy/by  ship/sheep  thing/sing  vine/wine
pull/pool  rice/lice  very/berry  think/sink  accept/except  then/than  quite/quiet  nebula/neighbour
"""

REWORDED = """
big/large  begin/start  quick/fast  buy/purchase  help/assist  very nice/lovely  show/demonstrate  use/employ
get/obtain  need/require  make/create  think/believe  say/state  tell/inform  ask/request  end/finish  happy/glad
smart/clever  small/tiny  old/ancient  new/modern  rich/wealthy  easy/simple  hard/difficult  fix/repair
look at/examine  find out/discover  put off/postpone  set up/install  a lot of/many  right now/immediately
because of/due to  but/however  so/therefore  maybe/perhaps  before/prior to  enough/sufficient  wrong/incorrect
sure/certain  main/primary  boring/dull  tired/exhausted  cold/freezing  boss/manager  kids/children  car/vehicle
job/position  money/cash  meeting/appointment  email/message  bug/defect  delete/remove  change/modify  send/forward
stop/halt  close/shut  leave/depart  hope/expect  try/attempt  keep/retain  tomorrow/on Friday  Monday/Tuesday
morning/afternoon  ten/eleven  two/three  good/great  yes/sure  hello/hi  can/could  he/we  a/the  first/last
always/usually  client/customer  idea/concept  doctor/physician  film/movie  Berlin/Hamburg  Python/Rust  coffee/tea
"""


def pairs(table: str) -> list[tuple[list[str], list[str]]]:
    entries = [entry for line in table.strip().splitlines() for entry in line.split("  ")]
    return [(heard.split(), said.replace("-", " ").split()) for heard, said in (entry.split("/") for entry in entries)]


def test_mishearings_sound_alike() -> None:
    missed = [pair for pair in pairs(MISHEARD) if similarity(*pair) < SOUND_ALIKE]
    assert len(missed) <= 0.04 * len(pairs(MISHEARD)), missed


def test_rewordings_do_not() -> None:
    taken = [pair for pair in pairs(REWORDED) if similarity(*pair) >= SOUND_ALIKE]
    assert len(taken) <= 0.02 * len(pairs(REWORDED)), taken


@pytest.mark.parametrize(
    ("one", "other"),
    [("GitHub", "git hub"), ("API", "a p i"), ("k8s", "k eights"), ("café", "cafe"), ("Straße", "strasse")],
)
def test_writing_is_not_sound(one: str, other: str) -> None:
    assert similarity(one.split(), other.split()) == 1.0


def test_other_scripts_are_compared_by_their_letters() -> None:
    assert similarity(["Привет"], ["Превет"]) > SOUND_ALIKE > similarity(["Привет"], ["Пока"])


words = st.lists(st.text(max_size=12), max_size=4)


@given(words, words)
def test_similarity_is_a_share_and_does_not_depend_on_the_order(one: list[str], other: list[str]) -> None:
    assert 0 <= similarity(one, other) <= 1
    assert similarity(one, other) == similarity(other, one)


@given(words)
def test_everything_that_can_be_spoken_sounds_like_itself(one: list[str]) -> None:
    if any(letters(word) for word in one):
        assert similarity(one, one) == 1.0
