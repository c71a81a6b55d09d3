"""Latent playground: a playground for generative models of images, sound and text."""
