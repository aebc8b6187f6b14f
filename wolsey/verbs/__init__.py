"""What each verb of the command line does. The verbs are declared in `wolsey.cli`, which loads no model."""
