"""What is known, said to people: sentences, words, numbers, dates, charts. Pure: no clock, no database, no network."""
