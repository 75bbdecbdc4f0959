"""The types of a table's columns: what may follow what in a column, how a refusal is explained, how types are written.

The rules, names and texts are those of wandb 0.31.0.

Its ``assert`` statements are the client's: they fail in the client's words (PYTEST_DONT_REWRITE).
"""

from __future__ import annotations

import datetime
import math
import sys
from collections.abc import Sequence
from typing import Any, ClassVar

from wandb_testkit.standin import util
from wandb_testkit.standin.place import at

_MODULE = "wandb.sdk.data_types._dtypes"

#: numpy's scalar types by the base class in numpy that they share, and the name of the type that takes them.
_NUMPY_BASES = (("number", "number"), ("datetime64", "timestamp"), ("bool_", "boolean"))


@at(_MODULE)
class TypeRegistry:
    """Finds the type of a value, of a class, of what a user wrote for a type, and of JSON."""

    _types_by_name: ClassVar[dict[str, type[Type]]] = {}
    _types_by_class: ClassVar[dict[type, type[Type]]] = {}

    @staticmethod
    def types_by_name() -> dict[str, type[Type]]:
        """The types by the name that they have in JSON."""
        return TypeRegistry._types_by_name

    @staticmethod
    def types_by_class() -> dict[type, type[Type]]:
        """The types by the class of the values that they take."""
        return TypeRegistry._types_by_class

    @staticmethod
    def add(wb_type: type[Type]) -> None:
        """Add a type."""
        for name in (wb_type.name, *wb_type.legacy_names):
            TypeRegistry._types_by_name[name] = wb_type
        for class_ in wb_type.types:
            TypeRegistry._types_by_class[class_] = wb_type

    @staticmethod
    def _for_class(class_: type) -> type[Type] | None:
        """The type that takes a class's values.

        Args:
            class_: any class.

        Returns:
            The type, or None.
        """
        found = TypeRegistry._types_by_class.get(class_)
        if found is None and class_.__module__ == "numpy":
            numpy = sys.modules["numpy"]
            if class_ is numpy.ndarray:
                return NDArrayType
            for base, name in _NUMPY_BASES:
                # numpy counts spans of time as numbers; wandb does not.
                if issubclass(class_, getattr(numpy, base)) and class_ is not numpy.timedelta64:
                    return TypeRegistry._types_by_name[name]
        return found

    @staticmethod
    def type_of(py_obj: Any) -> Type:
        """The type of a value.

        Args:
            py_obj: any value.

        Returns:
            Its type; a float that is no number counts as nothing.
        """
        if py_obj.__class__ is float and math.isnan(py_obj):
            return NoneType()
        if util._is_artifact_string(py_obj) or util._is_artifact_version_weave_dict(py_obj):
            return TypeRegistry._types_by_name["artifactVersion"]()
        found = TypeRegistry._for_class(py_obj.__class__)
        if found is None:
            found = _ArtifactVersionType if util._is_artifact_object(py_obj) else PythonObjectType
        return found.from_obj(py_obj)

    @staticmethod
    def type_from_dict(json_dict: dict[str, Any], artifact: Any = None) -> Type:
        """The type from JSON.

        Args:
            json_dict: what ``to_json`` gave.
            artifact: the artifact that it lies in.

        Returns:
            The type.

        Raises:
            TypeError: no type is named, or an unknown one.
        """
        name = json_dict.get("wb_type")
        if name is None:
            raise TypeError("json_dict must contain `wb_type` key")
        if name not in TypeRegistry._types_by_name:
            raise TypeError(f"missing type handler for {name}")
        return TypeRegistry._types_by_name[name].from_json(json_dict, artifact)

    @staticmethod
    def type_from_dtype(dtype: Any) -> Type:
        """The type from what a user wrote.

        Args:
            dtype: a type, a class, a list or dict of these, or a value that alone is allowed.

        Returns:
            The type.
        """
        if isinstance(dtype, Type):
            return dtype
        if isinstance(dtype, type):
            if issubclass(dtype, Type):
                return dtype()
            found = TypeRegistry._for_class(dtype)
            return found() if found else PythonObjectType.from_obj(dtype)
        if isinstance(dtype, list):
            inner = [TypeRegistry.type_from_dtype(item) for item in dtype]
            if not inner:
                return ListType()
            return ListType(inner[0]) if len(inner) == 1 else UnionType(inner)
        if isinstance(dtype, dict):
            return TypedDictType({key: TypeRegistry.type_from_dtype(item) for key, item in dtype.items()})
        return ConstType(dtype)


def _to_json(params: Any, artifact: Any) -> Any:
    """Parameters as JSON."""
    if params.__class__ is dict:
        return {key: _to_json(value, artifact) for key, value in params.items()}
    if params.__class__ in (list, set, tuple, frozenset):
        return [_to_json(value, artifact) for value in params]
    return params.to_json(artifact) if isinstance(params, Type) else params


def _from_json(found: Any, artifact: Any) -> Any:
    """Parameters from JSON."""
    if found.__class__ is dict:
        if "wb_type" in found:
            return TypeRegistry.type_from_dict(found, artifact)
        return {key: _from_json(value, artifact) for key, value in found.items()}
    return [_from_json(value, artifact) for value in found] if found.__class__ is list else found


@at(_MODULE)
class Type:
    """A type: the base of all."""

    name: ClassVar[str] = ""
    legacy_names: ClassVar[list[str]] = []
    types: ClassVar[list[type]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    @property
    def params(self) -> dict[str, Any]:
        """What further says which type it is."""
        if getattr(self, "_params", None) is None:
            self._params: dict[str, Any] = {}
        return self._params

    def assign(self, py_obj: Any = None) -> Type:
        """The type of a column of this type with one more value.

        Args:
            py_obj: the value.

        Returns:
            The new type; ``InvalidType`` where the value is refused.
        """
        return self.assign_type(TypeRegistry.type_of(py_obj))

    def assign_type(self, wb_type: Any) -> Type:
        """The same for a value of which only the type is known."""
        same = isinstance(wb_type, self.__class__) and self.params == wb_type.params
        return self if same else InvalidType()

    def to_json(self, artifact: Any = None) -> dict[str, Any]:
        """The type as JSON."""
        params = _to_json(self.params, artifact)
        return {"wb_type": self.name, "params": params} if params else {"wb_type": self.name}

    @classmethod
    def from_json(cls, json_dict: dict[str, Any], artifact: Any = None) -> Type:
        """The type from JSON."""
        return cls(**_from_json(json_dict.get("params", {}), artifact))

    @classmethod
    def from_obj(cls, py_obj: Any = None) -> Type:
        """The type of a value that this class takes."""
        return cls()

    def explain(self, other: Any, depth: int = 0) -> str:
        """Why a value is refused.

        Args:
            other: the value.
            depth: how far to indent.

        Returns:
            The explanation.
        """
        gap, found = "\t" * depth, TypeRegistry.type_of(other)
        if depth > 0:
            return f"{gap}{found} not assignable to {self}"
        return f"{gap}{other} of type {found} is not assignable to {self}"

    def __repr__(self) -> str:
        inner = ", ".join(f"{key}:{value}" for key, value in self.params.items())
        return self.name.capitalize() + (f"({inner})" if inner else "")

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Type)
            and self.name == other.name
            and self.params.keys() == other.params.keys()
            and all(self.params[key] == other.params[key] for key in self.params)
        )

    __hash__ = None  # type: ignore[assignment]


@at(_MODULE)
class InvalidType(Type):
    """What a refused value makes of a column's type."""

    name = "invalid"

    def assign_type(self, wb_type: Any) -> Type:
        """Stays refused."""
        return self


@at(_MODULE)
class AnyType(Type):
    """Takes every value but none."""

    name = "any"

    def assign_type(self, wb_type: Any) -> Type:
        """Stays the same."""
        return InvalidType() if isinstance(wb_type, (NoneType, InvalidType)) else self


@at(_MODULE)
class UnknownType(Type):
    """Takes the type of the first value."""

    name = "unknown"

    def assign_type(self, wb_type: Any) -> Type:
        """Becomes the given type."""
        found: Type = InvalidType() if isinstance(wb_type, NoneType) else wb_type
        return found


@at(_MODULE)
class NoneType(Type):
    """Takes None."""

    name = "none"
    types: ClassVar[list[type]] = [type(None)]


@at(_MODULE)
class StringType(Type):
    """Takes strings."""

    name = "string"
    types: ClassVar[list[type]] = [str]


@at(_MODULE)
class NumberType(Type):
    """Takes numbers."""

    name = "number"
    types: ClassVar[list[type]] = [int, float]


@at(_MODULE)
class TimestampType(Type):
    """Takes moments and days."""

    name = "timestamp"
    types: ClassVar[list[type]] = [datetime.datetime, datetime.date]


@at(_MODULE)
class BooleanType(Type):
    """Takes truth values."""

    name = "boolean"
    types: ClassVar[list[type]] = [bool]


@at(_MODULE)
class PythonObjectType(Type):
    """Takes objects of one class.

    Args:
        class_name: the class's name.
    """

    name = "pythonObject"
    legacy_names: ClassVar[list[str]] = ["object"]

    def __init__(self, class_name: str) -> None:
        self.params["class_name"] = class_name

    @classmethod
    def from_obj(cls, py_obj: Any = None) -> Type:
        """The type of an object."""
        return cls(py_obj.__class__.__name__)


@at(_MODULE)
class ConstType(Type):
    """Takes one value only.

    Args:
        val: the value.
        is_set: whether it is a set, which JSON has as a list.
    """

    name = "const"

    def __init__(self, val: Any = None, is_set: bool | None = False) -> None:
        if is_set or isinstance(val, set):
            is_set = True
            assert isinstance(val, (set, list))
            val = set(val)
        self.params.update(val=val, is_set=is_set)

    def assign(self, py_obj: Any = None) -> Type:
        """Stays the same, for the same value."""
        return self.assign_type(ConstType(py_obj))

    @classmethod
    def from_obj(cls, py_obj: Any = None) -> Type:
        """The type that takes a value only."""
        return cls(py_obj)

    def __repr__(self) -> str:
        return str(self.params["val"])


def _flatten(types: Sequence[Type]) -> list[Type]:
    """The types in unions of unions."""
    flat: list[Type] = []
    for item in types:
        flat += _flatten(item.params["allowed_types"]) if isinstance(item, UnionType) else [item]
    return flat


@at(_MODULE)
class UnionType(Type):
    """Takes what any of several types takes.

    Args:
        allowed_types: those types.
    """

    name = "union"

    def __init__(self, allowed_types: list[Any] | None = None) -> None:
        assert allowed_types is None or allowed_types.__class__ is list
        given = [TypeRegistry.type_from_dtype(item) for item in allowed_types or []]
        self.params["allowed_types"] = sorted(_flatten(given), key=str)

    def _assign(self, thing: Any, by_type: bool) -> UnionType | None:
        """Let the first type take it that does; an unknown type takes what none else does."""
        known: list[Type] = []
        unknown = 0
        taken = False
        for allowed in self.params["allowed_types"]:
            if taken:
                known.append(allowed)
            elif isinstance(allowed, UnknownType):
                unknown += 1
            else:
                result = allowed.assign_type(thing) if by_type else allowed.assign(thing)
                taken = not isinstance(result, InvalidType)
                known.append(result if taken else allowed)
        if not taken:
            if unknown == 0:
                return None
            result = thing if by_type else UnknownType().assign(thing)
            if isinstance(result, InvalidType):
                return None
            known.append(result)
            unknown -= 1
        return self.__class__(sorted(_flatten(known + [UnknownType() for _ in range(unknown)]), key=str))

    def assign(self, py_obj: Any = None) -> Type:
        """The union with one of its types grown by a value."""
        return self._assign(py_obj, by_type=False) or InvalidType()

    def assign_type(self, wb_type: Any) -> Type:
        """The same for values of which only the type is known."""
        grown: UnionType = self
        for item in wb_type.params["allowed_types"] if isinstance(wb_type, UnionType) else [wb_type]:
            result = grown._assign(item, by_type=True)
            if result is None:
                return InvalidType()
            grown = result
        return self.__class__(list(grown.params["allowed_types"]))

    def explain(self, other: Any, depth: int = 0) -> str:
        """Why a value is refused, for each of the types."""
        text = super().explain(other, depth)
        between = "\n" + "\t" * depth + "and"
        return text + between.join("\n" + item.explain(other, depth + 1) for item in self.params["allowed_types"])

    def __repr__(self) -> str:
        return " or ".join(str(item) for item in self.params["allowed_types"])


def OptionalType(dtype: Any) -> UnionType:
    """A type that takes None, too.

    Args:
        dtype: what a user wrote for a type.

    Returns:
        The union with ``NoneType``.
    """
    return UnionType([TypeRegistry.type_from_dtype(dtype), NoneType()])


@at(_MODULE)
class ListType(Type):
    """Takes lists of one type.

    Args:
        element_type: what a user wrote for that type.
        length: their length, where all have one.
    """

    name = "list"
    types: ClassVar[list[type]] = [list, tuple, set, frozenset]

    def __init__(self, element_type: Any = None, length: int | None = None) -> None:
        element = UnknownType() if element_type is None else TypeRegistry.type_from_dtype(element_type)
        self.params.update(element_type=element, length=length)

    @classmethod
    def from_obj(cls, py_obj: Any = None) -> Type:
        """The type of a list; that of its elements is refused where they do not fit together."""
        if py_obj is None or not hasattr(py_obj, "__iter__"):
            raise TypeError("ListType.from_obj expects py_obj to by list-like")
        items = py_obj.tolist() if hasattr(py_obj, "tolist") else list(py_obj)
        element: Type = OptionalType(UnknownType()) if None in items else UnknownType()
        for item in items:
            element = element.assign(item)
        return cls(element, len(items))

    def assign_type(self, wb_type: Any) -> Type:
        """Lists of the elements' common type."""
        if not isinstance(wb_type, ListType):
            return InvalidType()
        element = self.params["element_type"].assign_type(wb_type.params["element_type"])
        if isinstance(element, InvalidType):
            return InvalidType()
        length = self.params["length"]
        return ListType(element, length if length == wb_type.params["length"] else None)

    def assign(self, py_obj: Any = None) -> Type:
        """Lists whose elements take those of a list."""
        if not hasattr(py_obj, "__iter__"):
            return InvalidType()
        element, items = self.params["element_type"], list(py_obj)
        for item in items:
            element = element.assign(item)
            if isinstance(element, InvalidType):
                return InvalidType()
        return ListType(element, len(items))

    def explain(self, other: Any, depth: int = 0) -> str:
        """Why a list is refused, at its first element that is."""
        text = super().explain(other, depth)
        if isinstance(other, (list, tuple, set, frozenset)):
            element = self.params["element_type"]
            for index, item in enumerate(other):
                result = element.assign(item)
                if isinstance(result, InvalidType):
                    gap = "\t" * depth
                    return text + f"\n{gap}Index {index}:\n{element.explain(item, depth + 1)}"
                element = result
        return text

    def __repr__(self) -> str:
        return f"{self.params['element_type']}[]"


@at(_MODULE)
class NDArrayType(Type):
    """Takes arrays of one shape.

    Args:
        shape: the shape.
        serialization_path: where the arrays lie in an artifact.
    """

    name = "ndarray"

    def __init__(self, shape: Sequence[int], serialization_path: dict[str, str] | None = None) -> None:
        self.params["shape"] = list(shape)
        self._serialization_path = serialization_path

    @classmethod
    def from_obj(cls, py_obj: Any = None) -> Type:
        """The type of an array, or of lists of lists."""
        if util.is_numpy_array(py_obj):
            return cls(py_obj.shape)
        if not isinstance(py_obj, list):
            raise TypeError(
                f"NDArrayType.from_obj expects py_obj to be ndarray or list, found {py_obj.__class__}"
            )
        shape: list[int] = []
        while isinstance(py_obj, list):
            shape.append(len(py_obj))
            if not py_obj:
                break
            py_obj = py_obj[0]
        return cls(shape)

    def assign_type(self, wb_type: Any) -> Type:
        """Stays the same for the same shape, and for lists."""
        same = isinstance(wb_type, NDArrayType) and self.params["shape"] == wb_type.params["shape"]
        return self if same or isinstance(wb_type, ListType) else InvalidType()

    def assign(self, py_obj: Any = None) -> Type:
        """Stays the same for the same shape."""
        if util.is_numpy_array(py_obj) or isinstance(py_obj, list):
            return self.assign_type(self.from_obj(py_obj))
        return InvalidType()

    def to_json(self, artifact: Any = None) -> dict[str, Any]:
        """The type as JSON."""
        params = {"shape": self.params["shape"], "serialization_path": self._serialization_path}
        return {"wb_type": self.name, "params": params}

    def _get_serialization_path(self) -> dict[str, str] | None:
        return self._serialization_path

    def _set_serialization_path(self, path: str, key: str) -> None:
        self._serialization_path = {"path": path, "key": key}

    def _clear_serialization_path(self) -> None:
        self._serialization_path = None


@at(_MODULE)
class TypedDictType(Type):
    """Takes dicts with a type for each key.

    Args:
        type_map: what a user wrote for the type of each key.
    """

    name = "typedDict"
    legacy_names: ClassVar[list[str]] = ["dictionary"]
    types: ClassVar[list[type]] = [dict]

    def __init__(self, type_map: dict[Any, Any] | None = None) -> None:
        given = type_map or {}
        self.params["type_map"] = {key: TypeRegistry.type_from_dtype(given[key]) for key in given}

    @classmethod
    def from_obj(cls, py_obj: Any = None) -> Type:
        """The type of a dict."""
        if not isinstance(py_obj, dict):
            raise TypeError("TypedDictType.from_obj expects a dictionary")
        return cls({key: TypeRegistry.type_of(value) for key, value in py_obj.items()})

    def assign_type(self, wb_type: Any) -> Type:
        """The common type of both, key by key; new keys are refused."""
        if not isinstance(wb_type, TypedDictType):
            return InvalidType()
        other = wb_type.params["type_map"]
        return self._grown(other, lambda own, key: own.assign_type(other.get(key, UnknownType())))

    def assign(self, py_obj: Any = None) -> Type:
        """The type grown by a dict, key by key; new keys are refused."""
        if not isinstance(py_obj, dict):
            return InvalidType()
        return self._grown(py_obj, lambda own, key: own.assign(py_obj.get(key)))

    def _grown(self, other: dict[Any, Any], assign: Any) -> Type:
        own = self.params["type_map"]
        if set(other) - set(own):
            return InvalidType()
        grown = {}
        for key, item in own.items():
            grown[key] = assign(item, key)
            if isinstance(grown[key], InvalidType):
                return InvalidType()
        return TypedDictType(grown)

    def explain(self, other: Any, depth: int = 0) -> str:
        """Why a dict is refused, key by key."""
        text, gap = super().explain(other, depth), "\t" * depth
        if not isinstance(other, dict):
            return text
        own = self.params["type_map"]
        extra = set(other) - set(own)
        if extra:
            text += f"\n{gap}Found extra keys: {','.join(list(extra))}"
        for key, item in own.items():
            value = other.get(key)
            if isinstance(item.assign(value), InvalidType):
                text += f"\n{gap}Key '{key}':\n{item.explain(value, depth=depth + 1)}"
        return text

    def __repr__(self) -> str:
        return str(self.params["type_map"])


@at("wandb.sdk.artifacts.artifact")
class _ArtifactVersionType(Type):
    """Takes artifacts, by object, address or JSON."""

    name = "artifactVersion"


for _type in (
    InvalidType, AnyType, UnknownType, NoneType, StringType, TimestampType, NumberType, BooleanType, ListType,
    TypedDictType, UnionType, PythonObjectType, ConstType, NDArrayType, _ArtifactVersionType,
):  # fmt: skip
    TypeRegistry.add(_type)
