"""Finding texts: by words, by letters, by meaning, and by all of them together.

=====================  ===========================================================================================
words and letters      :mod:`~knowledge.search.bm25` (Okapi, L, Plus) and :mod:`~knowledge.search.tfidf`, both a
                       :mod:`~knowledge.search.sparse_index`: compiled at fit time, changed without a rebuild, mapped
meaning                :mod:`~knowledge.search.encoders` and our small bilingual
                       :mod:`~knowledge.search.static_encoder`; :mod:`~knowledge.search.vectors` searches what they give
together               :mod:`~knowledge.search.fusion` (reciprocal rank, learned weights),
                       :mod:`~knowledge.search.hybrid` (an index that has all three)
what they are for      :mod:`~knowledge.search.retrieval` (works by description), :mod:`~knowledge.search.faq_search`,
                       :mod:`~knowledge.search.matching` (do two questions ask the same?)
=====================  ===========================================================================================
"""
