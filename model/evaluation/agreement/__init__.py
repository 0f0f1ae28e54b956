"""How far readers agree: a panel of answers in, coefficients with intervals and words out."""
