"""What several data sets have in common: music (melodies, chorales), texts (sentences, names, shakespeare, chat), effects."""
