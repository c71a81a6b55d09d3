"""melodies: two-bar windows of Irish, Scottish and American folk tunes, from the ABC files inside the package music21."""
