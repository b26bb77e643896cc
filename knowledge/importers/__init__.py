"""Other people's files in: catalogues, knowledge bases, MovieLens folders, Wikidata dumps, question lists.

Each ``import_*(path, home, graph=None)`` checks every row, keeps the good ones under ``home/catalogue`` and says of
each other one where it is and why it stayed out. ``Catalogue.load(home)`` then reads what was kept.
"""

from knowledge.importers.catalogue import import_catalogue
from knowledge.importers.faq import import_faq
from knowledge.importers.movielens import import_movielens
from knowledge.importers.report import ImportFailed, ImportReport, RowError
from knowledge.importers.triples import import_triples
from knowledge.importers.wikidata import import_wikidata

__all__ = [
    "ImportFailed",
    "ImportReport",
    "RowError",
    "import_catalogue",
    "import_faq",
    "import_movielens",
    "import_triples",
    "import_wikidata",
]
