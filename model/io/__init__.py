"""Reading files: TOML, CSV, schemas, and errors that name the place."""
