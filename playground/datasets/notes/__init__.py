"""notes: 104 instruments of the FluidR3 soundfont, one second a note, 16 kHz, as log-mel pictures and as sound."""
