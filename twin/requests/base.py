"""What all verbs have in common."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar, get_args

R = TypeVar("R")


class Request(Generic[R]):
    """Base of all verbs. ``R`` is the type of the result."""

    __slots__ = ()

    retry_after_crash: ClassVar[bool] = False
    """Whether asking again after the engine died changes nothing (true of anything that only reads)."""
    survives_disconnect: ClassVar[bool] = False
    """Whether the work goes on when its client is gone, because its result is worth keeping."""

    @classmethod
    def result_type(cls) -> Any:
        for base in getattr(cls, "__orig_bases__", ()):
            return get_args(base)[0]
        raise TypeError(cls)
