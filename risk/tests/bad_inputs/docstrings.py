"""What the docstring of a public name says, and whether its code raises: in its own body or by a guard it calls."""

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from types import FunctionType
from typing import Final

from risk.quant import guards, terms
from risk.tests.bad_inputs.names import has_own_checks, public_names

# Functions whose purpose is to raise, wherever they are called from.
GUARDS: Final = tuple(
    found for module in (guards, terms) for found in vars(module).values() if isinstance(found, FunctionType)
)


def documentation(name: str) -> str:
    """Return the docstring of a function, method or class; an `__init__` may add its own."""
    thing = public_names()[name]
    own = inspect.getdoc(thing) or ""
    if inspect.isclass(thing) and "__init__" in vars(thing):
        own += vars(thing)["__init__"].__doc__ or ""
    return own


def raises_itself(name: str) -> bool:
    """Say whether a public name raises in its own body, by a private helper of its module or class, or by a guard."""
    function: Callable[..., object] = inspect.unwrap(public_names()[name])
    if inspect.isclass(function):
        if not has_own_checks(function):
            return False
        function = vars(function).get("__post_init__") or vars(function)["__init__"]
    body = ast.parse(textwrap.dedent(inspect.getsource(function)))
    return _raises(body, function.__module__) or any(call in _helpers(function.__module__) for call in _calls(body))


@cache
def _helpers(module: str) -> frozenset[str]:
    """Return the private functions and methods of a module whose own body raises or calls a guard."""
    source = ast.parse(inspect.getsource(sys.modules[module]))
    functions = (node for node in ast.walk(source) if isinstance(node, ast.FunctionDef))
    private = (node for node in functions if node.name.startswith("_") and not node.name.startswith("__"))
    return frozenset(node.name for node in private if _raises(node, module))


def _raises(tree: ast.AST, module: str) -> bool:
    raised = any(isinstance(node, ast.Raise) for node in ast.walk(tree))
    return raised or any(getattr(sys.modules[module], call, None) in GUARDS for call in _calls(tree))


def _calls(tree: ast.AST) -> Iterator[str]:
    """Yield the plain names and own methods that are called, but for those whose errors are caught."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Try):
            continue
        if isinstance(node, ast.Call):
            yield from _called(node.func)
        yield from _calls(node)


def _called(function: ast.expr) -> Iterator[str]:
    if isinstance(function, ast.Name):
        yield function.id
    elif isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "self":
        yield function.attr
