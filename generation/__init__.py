"""Writing for the catalogue: advertising copy, scripts and summaries, from a brief and the knowledge graph.

    from generation.adcopy import AdCopywriter
    from generation.briefs import AdBrief
    from knowledge.catalogue import Catalogue

    writer = AdCopywriter(Catalogue.load().graph)
    print(writer.generate(AdBrief(work="film/2046-2004", lang="zh", channel="weibo"), seed=7).text)

Everything stated as a fact comes from the brief or the graph, and the draft says which facts those were.
"""
