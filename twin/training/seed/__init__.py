"""The seed adapter: what teaches the embedded model to answer from notes, made of invented people by code alone.

- ``words``, ``choice_words`` – what the invented people are made of
- ``frames``, ``deeds`` – how they tell it and how it is asked for: facts that fill slots, things done
- ``talk`` – how people chat around what they tell
- ``people``, ``examples`` – invented people, and questions about them with their answers
- ``choices`` – which of these suits them
- ``lessons`` – examples as tokens, in batches
- ``base``, ``network``, ``fit`` – the embedded weights as a trainable network, and the training
- ``__main__`` – the one command that rebuilds the adapter
"""
