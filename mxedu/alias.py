"""MXNet's name for mxedu: after ``sys.modules["mxnet"] = mxedu`` code that imports from mxnet gets mxedu's modules.

Without this, ``from mxnet.gluon import nn`` would load a second copy of every module, whose arrays are none of the first copy's.
"""

import importlib
import importlib.abc
import importlib.util
import sys

__all__ = ["install"]

OWN = __package__
SECOND = {"ndarray": "nd", "init": "initializer", "random": "nd.random"}  # names that modules have in MXNet besides their own here


class _Alias(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds alias.x where `alias` stands for this package: it is this package's own x."""

    def find_spec(self, name, path=None, target=None):
        """Give the place of a module below an alias."""
        alias, _, rest = name.partition(".")
        if rest and sys.modules.get(alias) is sys.modules[OWN] and _own(rest) != name:
            return importlib.util.spec_from_loader(name, self)
        return None

    def create_module(self, spec):
        """Give the module itself, not a copy."""
        module = importlib.import_module(_own(spec.name.partition(".")[2]))
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module):
        """Give the module, which has been executed, its own specification back."""
        module.__spec__ = module.__spec__.loader_state


def _own(rest):
    """Give the full name of the module that a path below the package, or below an alias of it, means."""
    first, dot, deeper = rest.partition(".")
    return f"{OWN}.{SECOND.get(first, first)}{dot}{deeper}"


def install():
    """Let aliases of the package and second names of its modules work."""
    sys.meta_path.insert(0, _Alias())
