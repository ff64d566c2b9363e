"""What a person says becomes the one document: wishes in, a checked `RenderSpec` out."""

from reverie.authoring.wishes import DEFAULTS, Wishes, card_of, dream_spec, taken_by, usual_model

__all__ = ["DEFAULTS", "Wishes", "card_of", "dream_spec", "taken_by", "usual_model"]
