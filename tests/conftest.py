"""Rooms that need Rasa's own environment are left to its pytest (see the Makefile)."""

import importlib.util

collect_ignore = [] if importlib.util.find_spec("rasa") else ["dialogue"]
