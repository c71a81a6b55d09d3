"""chorales: Bach's chorales in four parts, on a grid of sixteenths, from the scores inside the package music21."""
