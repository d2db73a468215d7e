"""Answering from notes: the one form in which notes are put to a language model, and the check of what it answers.

Pure and light: the conversation, the training data of the seed adapter and the bench share it.
"""
