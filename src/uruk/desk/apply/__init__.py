"""At the counter: applying for somebody who stands there, under their consent; what they take home on paper; fees."""
