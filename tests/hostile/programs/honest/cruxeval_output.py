# === the value
50
# === an expression
25 * 2
# === in parentheses
(50)
# === a constructor
int("50")
# === what the code imports
math.floor(50.5)
