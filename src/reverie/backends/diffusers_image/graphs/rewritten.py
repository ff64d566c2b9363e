"""What is said where a network can't be rewritten."""


class NotRewritten(Exception):
    """The network has a part, named by the message, that only its library runs."""
