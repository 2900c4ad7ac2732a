"""The answers to the book's exercises, computed, with a hint for each: a module a chapter."""

import importlib
import pkgutil

__all__ = ["ANSWERS"]

ANSWERS = {}
for _chapter in pkgutil.iter_modules(__path__):
    ANSWERS |= importlib.import_module(f"{__name__}.{_chapter.name}").ANSWERS
