"""What is said where somebody pickles what reads the record: a multiprocessing queue, a cache, pytest-xdist."""

from __future__ import annotations

from typing import Any, NoReturn, SupportsIndex, TypeVar

_Self = TypeVar("_Self", bound="NotPickled")


class NotPickled:
    """A reader of the record, which holds the very arguments of calls: they may be anything, keys among them."""

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        name = type(self).__name__
        raise TypeError(
            f"cannot pickle {name!r} object: it holds the very arguments of the program's calls. Pickle what its"
            " to_dict() returns, which is plain data; patch_wandb(runs=[...]) takes such runs."
        )

    def __copy__(self: _Self) -> _Self:
        made = object.__new__(type(self))
        vars(made).update(vars(self))
        return made


class Reader(NotPickled):
    """One that nothing can be changed through: a copy of it reads the same record."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return self.__copy__()
