"""Aurora DSQL's engine for Django with a PostgreSQL behind it, since DSQL itself is on AWS alone."""
