"""What the engine says: each kind of reading as sentences, cards, lists and questions back, with the facts behind them.

:class:`knowledge.answer.Answerer` is the way in; the modules here each know how to answer one kind of reading.
"""
