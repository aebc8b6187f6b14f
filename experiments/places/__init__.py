"""Places before anything is lived: which there are, what is known of one, and a folder of one's own."""
