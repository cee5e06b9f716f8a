"""What bad input becomes: one sentence for the person who can mend it."""


class SceneError(ValueError):
    """A fit, scene or argument the simulator cannot use; the text names what and where."""
