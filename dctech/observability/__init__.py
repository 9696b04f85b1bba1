"""What the site says of itself: lines of JSON in the log, some of which CloudWatch counts as metrics."""
