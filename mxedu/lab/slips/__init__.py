"""Likely bugs of each optimizer, as edits of its source: for each subject, by name, a list of (file, old text, new text)."""

from . import adams, averages, euclidean, layers, noise, online, signs

__all__ = ["FAMILIES"]

FAMILIES = euclidean, signs, online, averages, adams, layers, noise
