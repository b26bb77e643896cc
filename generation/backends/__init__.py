"""Language models behind one interface: ours, a Hugging Face model, or a server that speaks OpenAI's protocol.

    from generation.backends.server import Server
    from generation.backends.base import Message, Options

    backend = Server("http://127.0.0.1:8000/v1", model="qwen")
    texts = backend.complete([Message("user", "Write a tagline.")], Options(n=3))

``base`` is the interface, ``local`` a model of this project and its tokenizer, ``hub`` a model by name or folder, ``server`` an address.
What a model writes is not trusted: :mod:`generation.prompts` builds the prompt from facts and checks the reply.
"""
