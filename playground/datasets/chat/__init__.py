"""chat: two students at a time talking about anything, from the package chitchat_dataset (PyPI; MIT, BYU)."""
