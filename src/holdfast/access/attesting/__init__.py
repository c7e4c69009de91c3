"""Whether each person’s post is still right."""
