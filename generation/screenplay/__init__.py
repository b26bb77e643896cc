"""Screenplays: a story as a tree that a person edits level by level, and the pages it is exported to.

from generation.screenplay import editing, exporting

story = writer.outline(ScriptBrief(topic="两个老朋友在车站重逢", length="full"), seed=7)
story = editing.rename(story, "a", "沈一舟")
story = writer.develop(story, "draft", seed=7)
exporting.export(exporting.document(story), "重逢.fountain")
"""
