"""Our four top-level names are ours alone (`openai-agents`, for one, also installs a package called `agents`)."""

from __future__ import annotations

from importlib.metadata import packages_distributions

import pytest


@pytest.mark.parametrize("name", ["twin", "agents", "memory", "tui"])
def test_no_other_distribution_owns_our_names(name: str) -> None:
    owners = set(packages_distributions().get(name, []))
    assert owners <= {"twin"}, f"{owners - {'twin'}} also installs a package named {name!r}: uninstall it"
