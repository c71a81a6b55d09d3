"""topics: the glosses of WordNet, each a document of a few words, for models of what words go together."""
