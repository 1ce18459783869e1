"""The program at its edges: channels, web, clock, delivery, commands."""
