"""SkyReels-V2 and its kin: films from words, pictures or films, in windows that go on from each other's latents."""

from reverie.backends.skyreels.backend import SkyReels
from reverie.backends.skyreels.options import SkyReelsOptions

__all__ = ["SkyReels", "SkyReelsOptions"]
