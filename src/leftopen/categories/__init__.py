"""The categories: one TOML file each, folder = family."""
