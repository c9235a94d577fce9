"""What places are called: countries, provinces, cities and their codes; knows no cloud and no library of addresses."""
