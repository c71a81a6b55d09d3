"""A simulated accelerator: tensors that say they lie on another device, and operations that refuse to mix devices as CUDA does.

Inside ``simulated_device()`` a model moved ``.to(DEVICE)`` computes on the CPU, but every rule of CUDA holds that a program
without a GPU breaks unseen: both sides of an operation lie on one device, a generator lies where its numbers are made, and
``numpy()`` is only for tensors of the CPU. The device is called "meta" because torch lets a program name that one anywhere.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode, return_and_correct_aliasing
from torch.utils._pytree import tree_flatten, tree_map

DEVICE = "meta"
aten = torch.ops.aten
CROSSING = {aten.to, aten._to_copy, aten.copy_, aten._has_compatible_shallow_copy_type}  # made for two devices
INDEXING = {aten.index, aten.index_put, aten.index_put_, aten._index_put_impl_}  # take indices of the CPU too
MADE_FROM_LISTS = (torch.tensor, torch.as_tensor)


class MixedDevices(RuntimeError):
    """What CUDA would refuse; the message names the operation."""


class DeviceTensor(torch.Tensor):
    """A tensor of the simulated device; its numbers lie in ``host``, a CPU tensor."""

    host: torch.Tensor

    @staticmethod
    def __new__(cls, host: torch.Tensor) -> "DeviceTensor":
        with torch.inference_mode(False):  # views of a model's weights are none of inference
            self = torch.Tensor._make_wrapper_subclass(
                cls,
                host.shape,
                strides=host.stride(),
                storage_offset=host.storage_offset(),
                dtype=host.dtype,
                device=torch.device(DEVICE),
            )
        self.host = host
        return self

    __torch_function__ = torch._C._disabled_torch_function_impl  # type: ignore[assignment]

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return run(func, args, kwargs or {})

    def __repr__(self, *, tensor_contents: Any = None) -> str:
        return f"DeviceTensor({self.host})"


def run(func: Any, args: tuple, kwargs: dict) -> Any:
    """One operation by the rules of CUDA: computed on the host, its result on the simulated device where it belongs there."""
    packet = func.overloadpacket
    flat, _ = tree_flatten((args, kwargs))
    inside = [one for one in flat if isinstance(one, DeviceTensor)]
    outside = [one for one in flat if isinstance(one, torch.Tensor) and not isinstance(one, DeviceTensor)]
    if any(one.device.type == DEVICE for one in outside):
        raise AssertionError(
            f"{func} got a tensor that torch has made on the simulated device by itself, without numbers."
        )
    outside = [one for one in outside if one.ndim]  # a single number may come from the CPU
    asked = next((one for one in flat if isinstance(one, torch.device)), None)
    if asked is not None:
        lands_inside = asked.type == DEVICE
    else:
        lands_inside = (
            isinstance(args[1] if func is aten.to.other else args[0], DeviceTensor)
            if packet in CROSSING
            else bool(inside)
        )
    mixes = packet in CROSSING or (packet in INDEXING and isinstance(args[0], DeviceTensor))
    if inside and outside and not mixes:
        raise MixedDevices(f"{func} got tensors of the CPU and of the device.")
    if lands_inside and any(isinstance(one, torch.Generator) for one in flat):
        raise MixedDevices(f"{func} got a generator of the CPU for numbers of the device.")
    if packet is aten._has_compatible_shallow_copy_type:
        return False
    if packet is aten._fused_sdp_choice:
        return 0  # attention by plain products, which all devices have
    host_args, host_kwargs = tree_map(_on_host, (args, kwargs))
    out = func(*host_args, **host_kwargs)
    if packet is aten.copy_:
        return args[0]
    if not lands_inside:
        return out
    out = tree_map(lambda one: DeviceTensor(one) if isinstance(one, torch.Tensor) else one, out)
    return return_and_correct_aliasing(func, args, kwargs, out) if inside else out


def _on_host(one: Any) -> Any:
    if isinstance(one, DeviceTensor):
        return one.host
    return torch.device("cpu") if isinstance(one, torch.device) else one


class _Dispatch(TorchDispatchMode):
    def __torch_dispatch__(self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        return run(func, args, kwargs or {})


class _Functions(TorchFunctionMode):
    """Where torch would fill or read a tensor of "meta" by itself: torch.tensor, tolist, and lists as indices."""

    def __torch_function__(self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        kwargs = kwargs or {}
        if func in MADE_FROM_LISTS and torch.device(kwargs.get("device") or "cpu").type == DEVICE:
            return func(*args, **{**kwargs, "device": "cpu"}).to(DEVICE)
        if func is torch.Tensor.tolist and isinstance(args[0], DeviceTensor):
            return args[0].host.tolist()
        if func in (torch.Tensor.__getitem__, torch.Tensor.__setitem__):
            index = args[1] if isinstance(args[1], tuple) else (args[1],)
            args = (args[0], tuple(torch.tensor(one) if isinstance(one, list) else one for one in index), *args[2:])
        return func(*args, **kwargs)


@contextmanager
def simulated_device() -> Iterator[str]:
    """While it lasts, the name it gives is a device."""
    with _Functions(), _Dispatch():
        yield DEVICE
