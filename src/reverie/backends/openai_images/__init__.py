"""Pictures painted by a service of OpenAI's shape: off without a key in the environment, and never without a limit."""

from reverie.backends.openai_images.backend import OpenAIImages

__all__ = ["OpenAIImages"]
