"""sentences: short English sentences, examples of use from WordNet and messages of the data set chat."""
