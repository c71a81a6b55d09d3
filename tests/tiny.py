"""Sizes of a tiny model of each family of digits, shared by every test that runs over them; see tiny_notes, tiny_music."""

SHAPE = (1, 28, 28)
CLASSES = tuple("0123456789")
TINY = {
    "vae": {"shape": SHAPE, "latent": 3, "width": 4, "hidden": 8, "importance_samples": 2},
    "gan": {"shape": SHAPE, "classes": CLASSES, "noise": 4, "generator_width": 4, "critic_width": 4},
    "rbm": {"shape": SHAPE, "hidden": 12, "chains": 6},
    "flow": {"shape": SHAPE, "classes": CLASSES, "width": 4, "deep_blocks": 1, "condition": 8},
    "classifier": {"shape": SHAPE, "classes": CLASSES, "width": 4},
}
