"""The public names of `risk.quant`, found by looking, and what their arguments are."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import is_dataclass
from enum import Enum
from functools import cache
from types import ModuleType
from typing import Final

import risk.quant

FLOATS: Final = ("dtype[numpy.float64]", "dtype[numpy.float32]", "_ArrayLike", "_array_like")
WHOLES: Final = ("dtype[numpy.int64]", "dtype[numpy.int8]")
TRUTHS: Final = ("dtype[numpy.bool]",)


@cache
def public_names() -> dict[str, Callable[..., object]]:
    """Return functions, methods and constructors by name: `module.function`, `module.Class`, `module.Class.method`.

    Properties take nothing and are left out; so are names that a module only imports.
    """
    found: dict[str, Callable[..., object]] = {}
    for module in modules():
        short = module.__name__.removeprefix("risk.quant.")
        for name, thing in vars(module).items():
            if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
                continue
            if inspect.isclass(thing):
                found |= {f"{short}.{name}": thing}
                found |= {f"{short}.{name}.{method}": bound for method, bound in _methods(thing)}
            elif inspect.isfunction(inspect.unwrap(thing)):
                found[f"{short}.{name}"] = thing
    return found


def modules() -> Iterator[ModuleType]:
    """Yield every module of `risk.quant`."""
    for found in pkgutil.walk_packages(risk.quant.__path__, "risk.quant."):
        yield importlib.import_module(found.name)


def _methods(owner: type) -> Iterator[tuple[str, Callable[..., object]]]:
    for name, thing in vars(owner).items():
        if not name.startswith("_") and (inspect.isfunction(thing) or isinstance(thing, classmethod | staticmethod)):
            yield name, getattr(owner, name)


def parameters(name: str) -> dict[str, str]:
    """Return the arguments of a public name with their annotations as they are written, without `self`."""
    thing = public_names()[name]
    if inspect.isclass(thing) and not has_own_checks(thing):
        return {}
    listed = inspect.signature(inspect.unwrap(thing)).parameters.values()
    return {one.name: _written(one.annotation) for one in listed if one.name not in ("self", "out")}


def has_own_checks(owner: type) -> bool:
    """Say whether a class does something when it is made: an `__init__` of its own, or a check behind it."""
    if issubclass(owner, tuple | dict | Enum) or is_protocol(owner):
        return False
    if is_dataclass(owner):
        return "__post_init__" in vars(owner)
    return "__init__" in vars(owner) and not issubclass(owner, Exception)


def is_protocol(owner: object) -> bool:
    """Say whether a class only declares."""
    return bool(getattr(owner, "_is_protocol", False))


def checks_itself(name: str) -> bool:
    """Say whether a public name is a class that checks what it is made of, or no class at all."""
    thing = public_names()[name]
    return not inspect.isclass(thing) or has_own_checks(thing)


def owner_of(name: str) -> object:
    """Return the class that a method is defined in, or the thing itself."""
    return public_names().get(name.rpartition(".")[0], public_names()[name])


def numbers_of(name: str) -> dict[str, str]:
    """Return the numeric arguments: `float`, `whole`, `floats` or `wholes`."""
    found = {}
    for argument, written in parameters(name).items():
        kind = _number(written)
        if kind:
            found[argument] = kind
    return found


def arrays_of(name: str) -> list[str]:
    """Return the arguments that are arrays of numbers or of truth values."""
    return [argument for argument, written in parameters(name).items() if _is_array(written)]


def _is_array(written: str) -> bool:
    return "Callable" not in written and any(one in written for one in (*FLOATS, *WHOLES, *TRUTHS))


def _number(written: str) -> str:
    if "Callable" in written:
        return ""
    plain = written.replace(" | None", "")
    if plain in ("float", "int"):
        return "whole" if plain == "int" else "float"
    if any(one in written for one in FLOATS):
        return "floats"
    return "wholes" if any(one in written for one in WHOLES) else ""


def _written(annotation: object) -> str:
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
