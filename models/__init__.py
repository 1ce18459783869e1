"""What is true, and what may be done about it. No text for people, no network, no clock."""
