"""The command line: one face of the actions. It loads nothing that a command does not use."""
