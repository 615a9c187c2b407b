"""Personal API tokens: a person lets a program do some of what they may do, and ends it when they like."""
