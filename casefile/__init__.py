"""The ground floor: the nouns of the desk, what each port promises, and the errors."""
