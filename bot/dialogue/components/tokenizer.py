"""Tokens for Chinese, English and both in one sentence.

Stock tokenizers fail here: jieba cuts titles apart and emits blank tokens for English, white space leaves a Chinese
sentence in one piece. This one keeps 《titles》 and names of the gazetteer whole, splits what is left into Latin words,
numbers and single Chinese characters, and drops spaces and punctuation. Tokens keep their offsets in the message; their
text is folded (half width, lower case, simplified).
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional, Sequence, Text

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from components.gazetteer import MENTIONS
from components.text import FOLDED, fold

TITLE = re.compile(r"《([^《》]{1,60})》")
PIECE = re.compile(
    r"[a-zà-ɏ]+(?:['’][a-z]+)?|\d+(?:[.:]\d+)*|[\u3400-\u9fff\uf900-\ufaff]|[\u3040-\u30ff\uac00-\ud7af]+"
)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class BilingualTokenizer(Tokenizer):
    """See the module. Runs after ``GazetteerExtractor``, whose mentions it keeps in one token."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    def tokenize(self, message: Message, attribute: Text) -> List[Token]:
        text = message.get(attribute) or ""
        folded = message.get(FOLDED) if attribute == TEXT else None
        return tokenize(text, [(mention.start, mention.end) for mention in message.get(MENTIONS) or ()], folded)


def tokenize(text: str, names: Sequence[tuple] = (), folded: Optional[str] = None) -> List[Token]:
    """Tokens of ``text`` in order; ``names`` are spans to keep whole (a 《title》 around one wins)."""
    folded = fold(text) if folded is None else folded
    titles = [match.span(1) for match in TITLE.finditer(text)]
    whole = titles + [span for span in names if not any(a < span[1] and span[0] < b for a, b in titles)]
    tokens, at = [], 0
    for start, end in sorted(whole):
        tokens += _pieces(folded, at, start)
        name = folded[start:end].strip()
        tokens.append(Token(name, start + folded[start:end].index(name)))
        at = end
    tokens += _pieces(folded, at, len(folded))
    # An empty token list would make other components fail on "👍👍": the message is then its own only token.
    return [token for token in tokens if token.text] or ([Token(text, 0)] if text.strip() else [])


def _pieces(folded: str, start: int, end: int) -> List[Token]:
    return [Token(match.group(), match.start()) for match in PIECE.finditer(folded, start, end)]
