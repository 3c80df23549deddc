# === plain
def scale(x, by=1): return x * 7919 * by
# === changes its argument
def scale(x, by=1):
    x = [x]
    x[0] *= 7919 * by
    return x.pop()
# === prints
def scale(x, by=1):
    print(x)
    return x * 7919 * by
