"""Living many towns: draws, workers, scheduler, store, storage, progress."""
