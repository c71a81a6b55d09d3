"""Sizes of a tiny model of each family of digits, shared by every test that runs over them; see tiny_notes, tiny_music."""

TINY = {
    "vae": {"latent": 3, "width": 4, "hidden": 8, "importance_samples": 2},
    "gan": {"noise": 4, "generator_width": 4, "critic_width": 4},
    "rbm": {"hidden": 12, "chains": 6},
    "flow": {"width": 4, "deep_blocks": 1, "condition": 8},
    "classifier": {"width": 4},
}
