"""names: English first names in small letters, from two packages of @stdlib (npm; data PDDL / CC0)."""
