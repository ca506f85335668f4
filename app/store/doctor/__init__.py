"""What a given installation lacks, looked at from outside while it runs or stands."""
