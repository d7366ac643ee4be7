"""The encrypted local store: journal, projections, drafts; the only home of SQLCipher."""
