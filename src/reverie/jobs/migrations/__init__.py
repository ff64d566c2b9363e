"""How the database's tables came to be, one step a file; they run when a server starts."""
