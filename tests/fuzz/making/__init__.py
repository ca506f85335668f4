"""What is sent: each module makes cases of one kind from dice."""
