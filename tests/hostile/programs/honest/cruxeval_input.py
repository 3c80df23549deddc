# === the argument
f(7)
# === a keyword
f(x=7)
# === an expression
f(3 + 4)
# === a call in the argument
f(int('7'))
# === with a comment
f(7)  # 7 * 7 + 1
