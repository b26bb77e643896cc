"""Yuban's own parts of the Rasa server.

Everything here runs in the Rasa environment (Python 3.10) and imports nothing of the rest of the project:
what it needs to know about the catalogue arrives as one exported file, the gazetteer.
"""
