"""What bad input from outside becomes: one sentence for the person who can mend it."""


class InputError(ValueError):
    """A file, key or argument that cannot be used; the text names what and where. Exit code 2."""
