"""What a person can do, one function each; the command line and the TUI are two faces of these."""
