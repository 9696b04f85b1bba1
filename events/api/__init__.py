"""The API's endpoints of events and of what they are found by."""
