"""MXNet's name for mxedu: after ``sys.modules["mxnet"] = mxedu`` code that imports from mxnet gets mxedu's modules.

Without this, ``from mxnet.gluon import nn`` would load a second copy of every module, whose arrays are none of the first copy's.
"""

import importlib
import importlib.abc
import importlib.util
import sys

__all__ = ["install"]

OWN = __package__


class _Alias(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds alias.x where `alias` stands for this package: it is this package's own x."""

    def find_spec(self, name, path=None, target=None):
        """Give the place of a module below an alias."""
        alias, _, rest = name.partition(".")
        if rest and alias != OWN and sys.modules.get(alias) is sys.modules[OWN]:
            return importlib.util.spec_from_loader(name, self)
        return None

    def create_module(self, spec):
        """Give the module itself, not a copy."""
        module = importlib.import_module(f"{OWN}.{spec.name.partition('.')[2]}")
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module):
        """Give the module, which has been executed, its own specification back."""
        module.__spec__ = module.__spec__.loader_state


def install():
    """Let aliases of the package work, and give two modules the second names that they have in MXNet."""
    sys.meta_path.insert(0, _Alias())
    for second, name in ("ndarray", "nd"), ("init", "initializer"), ("random", "nd.random"):
        sys.modules[f"{OWN}.{second}"] = importlib.import_module(f"{OWN}.{name}")
