"""What happens when the program is ended, the power fails or the disk refuses, at any moment."""
