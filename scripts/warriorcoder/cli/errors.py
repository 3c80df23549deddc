"""What a command says when its input cannot be used."""


class InputError(Exception):
    """Names file, line or option, and what to do."""
