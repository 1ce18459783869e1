"""From words to deeds: understand a message, choose what it asks for, call the domain, answer."""
