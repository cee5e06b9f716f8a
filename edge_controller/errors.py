"""What bad input from outside becomes: one sentence for the person who can mend it."""


class InputError(ValueError):
    """A file, key or argument that cannot be used; the text names what and where. Exit code 2."""


def is_ctrl_c(error: BaseException) -> bool:
    """Whether it is Ctrl-C, or the SystemError that a compiled function made of it."""
    return isinstance(error.__cause__ if isinstance(error, SystemError) else error, KeyboardInterrupt)
