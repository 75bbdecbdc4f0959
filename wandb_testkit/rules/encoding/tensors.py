"""Tensors of torch, TensorFlow, jax and fastai: known by the names of their types, so that none is imported.

The names are those of ``wandb.util``, where the rules are from.
"""

from __future__ import annotations

import contextlib
import importlib
from typing import Any


def get_full_typename(o: Any) -> Any:
    """The module and the name of an object's class; of a module, its own name."""
    name = o.__class__.__module__ + "." + o.__class__.__name__
    # pyplot itself can be logged as the current figure.
    return o.__name__ if name in ("builtins.module", "__builtin__.module") else name


def get_h5_typename(o: Any) -> Any:
    """The type's name in the summary of a large array."""
    name = get_full_typename(o)
    if is_tf_tensor_typename(name):
        return "tensorflow.Tensor"
    if is_pytorch_tensor_typename(name):
        return "torch.Tensor"
    return o.__class__.__module__.split(".")[0] + "." + o.__class__.__name__


def is_tf_tensor_typename(typename: str) -> bool:
    """Whether it is a tensor or a variable of TensorFlow."""
    return typename.startswith("tensorflow.") and ("Tensor" in typename or "Variable" in typename)


def is_tf_eager_tensor_typename(typename: str) -> bool:
    """Whether it is an eager tensor of TensorFlow."""
    return typename.startswith("tensorflow.") and "EagerTensor" in typename


def is_pytorch_tensor_typename(typename: str) -> bool:
    """Whether it is a tensor or a variable of torch."""
    return typename.startswith("torch.") and ("Tensor" in typename or "Variable" in typename)


def is_fastai_tensor_typename(typename: str) -> bool:
    """Whether it is a tensor of fastai."""
    return typename.startswith("fastai.") and "Tensor" in typename


def is_jax_tensor_typename(typename: str) -> bool:
    """Whether it is an array of jax."""
    return typename.startswith("jaxlib.") and "Array" in typename


def get_jax_tensor(obj: Any) -> Any:
    """An array of jax as one of numpy."""
    return importlib.import_module("jax").device_get(obj)


def from_tensor(obj: Any) -> tuple[Any, bool]:
    """A tensor as numpy, or as a Python scalar and True; anything else as it is."""
    typename = get_full_typename(obj)
    if not typename.startswith(("tensorflow.", "torch.", "fastai.", "jaxlib.")):
        return obj, False
    if is_tf_eager_tensor_typename(typename):
        return obj.numpy(), False
    if is_tf_tensor_typename(typename):
        try:
            return obj.eval(), False
        except RuntimeError:
            return obj.numpy(), False
    if is_pytorch_tensor_typename(typename) or is_fastai_tensor_typename(typename):
        return _from_torch(obj)
    return (get_jax_tensor(obj) if is_jax_tensor_typename(typename) else obj), False


def _from_torch(obj: Any) -> tuple[Any, bool]:
    with contextlib.suppress(AttributeError):  # releases before 0.4 have it on variables only
        if obj.requires_grad:
            obj = obj.detach()
    with contextlib.suppress(RuntimeError):  # releases before 0.4 refuse it on tensors
        obj = obj.data
    return (obj.cpu().detach().numpy(), False) if obj.size() else (obj.item(), True)
