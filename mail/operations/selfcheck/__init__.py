"""Would our mail arrive? What a receiver looks at, looked at by ourselves: names, keys, certificates, and a letter of our own."""
