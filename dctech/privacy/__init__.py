"""What is kept of a person, by their e-mail address: to hand out, and to erase."""
