"""Evidence: every recording and exhibit the person may see, one looked at, copied or handed over by a logged act."""
