"""One module for each family of commands, loaded when a command of it is used."""
