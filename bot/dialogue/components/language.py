"""Which language to answer in, as the entity ``lang`` on every message.

The gateway may pin a language (the user pressed 中/EN, or asked to switch) or give a hint (the language of the
conversation so far) in the message's metadata. A pin wins, then what the text itself says, then the hint.
"""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.text import FOLDED, detect_language, is_only_a_name

LANGUAGES = ("zh", "en")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LanguageDetector(GraphComponent):
    """Adds ``{"entity": "lang", "value": "zh" | "en"}``; nothing when neither text nor metadata can tell."""

    def __init__(self, config: Dict[Text, Any]) -> None:
        self.config = config

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "LanguageDetector":
        return cls(config)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "LanguageDetector":
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            text = message.get(FOLDED) or message.get(TEXT) or ""
            language = self.language_of(text, message.get(METADATA) or {})
            if language:
                entities = message.get(ENTITIES) or []
                entities.append(
                    {"entity": "lang", "value": language, "start": 0, "end": 0, "extractor": "LanguageDetector"}
                )
                message.set(ENTITIES, entities, add_to_output=True)
        return messages

    @staticmethod
    def language_of(text: str, metadata: Dict[Text, Any]) -> Any:
        pin, hint = metadata.get("lang_pin"), metadata.get("lang_hint")
        if pin in LANGUAGES:
            return pin
        hint = hint if hint in LANGUAGES else None
        # A pressed button ("/ask{...}") says nothing about the language of the person, and a name or two ("Wi-Fi",
        # "Interstellar") little when the conversation already has one.
        if text.startswith("/") or (hint and is_only_a_name(text)):
            return hint
        return detect_language(text) or hint
