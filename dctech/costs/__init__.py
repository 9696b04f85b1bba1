"""What the site costs: units that pages and collections use, and what AWS asks for them."""
