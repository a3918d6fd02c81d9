"""The steps. A step that was released is never changed; a new one says which it follows."""
