"""Latent diffusion models in the hub's format: ours, latent consistency models, Turbo and their kin, by one code."""

from reverie.backends.diffusers_image.backend import DiffusersImage

__all__ = ["DiffusersImage"]
