"""The API's endpoints of groups."""
