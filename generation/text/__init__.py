"""Text engines. ``rules`` is the rule-based one: analyse → plan → realise → revise."""
