"""Sign-off: stored proposals, what each affected owner is shown, what they answer, and what follows from it."""
