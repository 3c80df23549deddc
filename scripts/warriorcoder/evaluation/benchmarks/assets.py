"""Tables that DS-1000's programs load by name, fetched in advance since a sandbox has no network.

seaborn looks for its examples in `SEABORN_DATA`, scikit-learn for its data sets in
`SCIKIT_LEARN_DATA`. Both variables name one folder here.
"""

from pathlib import Path

RAW = "https://raw.githubusercontent.com"
SEABORN = f"{RAW}/mwaskom/seaborn-data/71e2436a092d714350de0fc409ca8a8714e7e78f"
# StatLib's California housing (Pace & Barry 1997) in a copy at a pinned commit: figshare, where
# scikit-learn 1.4.0 gets it, often refuses (scikit-learn issue 32961).
STATLIB = f"{RAW}/lapets/course-data-science/8b7f62812de4e3bd86bbc7879f65691e1775d1c9"
TABLES = {
    SEABORN: {
        "exercise.csv": "d67ff5896d7d262bba3ec0bd7a8db410e56afc96a0436e08dfe53016d5f1e4e6",
        "penguins.csv": "e07636bd8af74260099ea2f8678e2eabbf35def579940cc76f67061ee16c06c1",
        "planets.csv": "a6d10044887e17396974525a366f5fa2e4b34df70f491e64eb9943de0e3d3825",
        "tips.csv": "e54cc4d2ce1bff65d32ca60b3e4b802e06bde1d7e7caf6f796f6bf7370e863b0",
    },
    STATLIB: {
        "cal_housing.data": "d3d8a1a722ae78f91134862727d27a70b1415e7d512a89140406248687f4b902",
    },
}
SOURCES = {
    f"ds1000/{file}": {"url": f"{folder}/{file}", "sha256": sha256}
    for folder, files in TABLES.items()
    for file, sha256 in files.items()
}
HOUSING = "cal_housing_py3.pkz"  # the name under which scikit-learn keeps it
VARIABLES = ("SEABORN_DATA", "SCIKIT_LEARN_DATA")


def pack_housing(table: str | Path, packed: str | Path) -> None:
    """Write StatLib's table [20640, 9] in the format and order of `fetch_california_housing`.

    Raises:
        ValueError: the file holds another table.
    """
    import joblib
    import numpy as np

    rows = np.loadtxt(table, delimiter=",")
    if rows.shape != (20640, 9):
        raise ValueError(
            f"{table}: {rows.shape} is not California housing. Delete the file and run "
            "snakemake again."
        )
    joblib.dump(rows[:, [8, 7, 2, 3, 4, 5, 6, 1, 0]], packed, compress=6)
