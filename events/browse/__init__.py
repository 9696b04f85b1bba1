"""The pages to browse by: time, place, subject, or any filter."""
