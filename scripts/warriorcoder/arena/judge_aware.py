"""Bradley-Terry over single votes with effects of judges.

A judge has a reliability, a bias to the answer shown first, and a bias to the longer answer.

Judge j votes for A against D with log-odds

    reliability_j (strength_A - strength_D) ± position_j + length_j log2(length_A / length_D),

+ where A is shown first. A tie is half a vote for each; invalid votes are none. Strengths have
mean 0 and reliabilities mean 1, so strengths are in the log-odds of the average judge. Without
effects and with equal reliabilities it is Bradley-Terry. Weak normal priors (`SPREAD`) keep what
few votes tell finite. Intervals are sandwich estimates, clustered by instruction: votes on the
same answers are not independent.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import expit, logit, softmax

from warriorcoder.arena.players import numbers, sides
from warriorcoder.arena.tables import EFFECTS, RATINGS

PARAMETERS = ("reliability", "position", "length")
# Standard deviations of the priors: of strengths around 0, then of PARAMETERS around 1, 0 and 0.
SPREAD = {"strength": 3.0, "reliability": 0.5, "position": 1.0, "length": 1.0}
Z = 1.959963984540054


@dataclass(frozen=True)
class Fit:
    """Strengths of experts and effects of judges.

    `strengths` [n] have the covariance `strength_cov` [n, n]. `effects` [3, judges] (rows:
    PARAMETERS) have the standard errors `effect_se` [3, judges].
    """

    experts: list[str]
    judges: list[str]
    strengths: np.ndarray
    strength_cov: np.ndarray
    effects: np.ndarray
    effect_se: np.ndarray

    def ratings(self, roster: str) -> pl.DataFrame:
        """Return table `ratings`: scores that sum to 1, as Bradley-Terry's, with 95 % intervals."""
        scores, rows = softmax(self.strengths), []
        for i, name in enumerate(self.experts):
            # The gradient of logit(score_i) = strength_i - log of the sum of the others.
            others = np.delete(np.arange(len(scores)), i)
            slope = np.eye(len(scores))[i]
            if len(others):
                slope[others] = -softmax(self.strengths[others])
            middle, half = logit(scores[i]), Z * np.sqrt(slope @ self.strength_cov @ slope)
            bounds = expit(middle - half), expit(middle + half)
            rows.append((roster, name, "judge_aware", scores[i], *bounds))
        return pl.DataFrame(rows, schema=RATINGS.schema, orient="row")

    def of_judges(self, roster: str) -> pl.DataFrame:
        """Return table `effects`, with 95 % intervals."""
        rows = [
            (roster, judge, effect, value, value - Z * se, value + Z * se)
            for j, judge in enumerate(self.judges)
            for effect, value, se in zip(
                PARAMETERS, self.effects[:, j], self.effect_se[:, j], strict=True
            )
        ]
        return pl.DataFrame(rows, schema=EFFECTS.schema, orient="row")


def fit(votes: pl.DataFrame, lengths: pl.DataFrame, experts: list[str]) -> Fit:
    """Return the penalised maximum-likelihood fit.

    Args:
        votes: columns id, attacker, defender, judge, shown_first, vote.
        lengths: columns id, answerer, length (above 0, in any unit), of every answer voted on.
    """
    judges = votes["judge"].unique().sort().to_list()
    rows = with_lengths(votes.filter(pl.col("vote") != "invalid"), lengths)
    ids = rows.select(pl.col("id").rank("dense")).to_series().to_numpy().astype(np.int64) - 1
    said = rows["vote"].replace_strict(
        {"attacker": 1.0, "tie": 0.5, "defender": 0.0}, return_dtype=pl.Float64
    )
    shown = np.where((rows["shown_first"] == rows["attacker"]).to_numpy(), 1.0, -1.0)
    longer = (rows["l_attacker"] / rows["l_defender"]).log(2).to_numpy()
    model = _Model(
        len(experts),
        len(judges),
        *sides(rows, experts),
        numbers(rows["judge"], judges).to_numpy(),
        np.stack([np.ones(len(rows)), shown, longer]),
        said.to_numpy(),
    )
    z, covariance = model.solve(ids)
    n, k = len(experts), len(judges)
    spread = np.sqrt(np.diag(covariance)[n:].clip(0)).reshape(3, k)
    return Fit(experts, judges, z[:n], covariance[:n, :n], z[n:].reshape(3, k), spread)


def lengths(answers: pl.DataFrame) -> pl.DataFrame:
    """Return id, answerer, length (characters that a judge reads, plus 1) of table `answers`."""
    return answers.select("id", "answerer", length=pl.col("text").str.len_chars() + 1)


def with_lengths(votes: pl.DataFrame, lengths: pl.DataFrame) -> pl.DataFrame:
    """Return `votes` with columns l_attacker, l_defender from `lengths` (id, answerer, length)."""
    for side in ("attacker", "defender"):
        of_side = lengths.rename({"answerer": side, "length": f"l_{side}"})
        votes = votes.join(of_side, on=["id", side], how="left", maintain_order="left")
    return votes


class _Model:
    """The likelihood in parameters [n + 3 judges]: strengths, then each row of PARAMETERS.

    Votes of one judge on one ordered pair form a group: within it only `features` (1, ±1 as
    shown, log2 of the lengths' ratio) differ, so their moments per group are all that gradient
    and Hessian need.
    """

    def __init__(self, n: int, judges: int, a, d, judge, features, said):
        self.n, self.judges, self.features, self.said = n, judges, features, said
        groups, self.group = np.unique((a * n + d) * judges + judge, return_inverse=True)
        pair, self.of_judge = np.divmod(groups, max(judges, 1))
        self.a, self.d = np.divmod(pair, n)
        centred = np.eye(n) - 1 / n, np.eye(judges) - 1 / max(judges, 1)
        size = n + 3 * judges
        self.centre = np.eye(size)
        self.centre[:n, :n] = centred[0]
        self.centre[n : n + judges, n : n + judges] = centred[1]
        spreads = np.repeat(list(SPREAD.values()), [n, judges, judges, judges])
        self.precision = 1 / spreads**2

    def parameters(self, z: np.ndarray) -> np.ndarray:
        """Return strengths with mean 0, reliabilities with mean 1, from free numbers around 0."""
        found = self.centre @ z
        found[self.n : self.n + self.judges] += 1
        return found

    def solve(self, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return parameters [size], and their covariance where votes are clustered by `ids`."""
        scale = max(len(self.said), 1)
        found = minimize(
            lambda z: self.loss(z) / scale,
            np.zeros(len(self.precision)),
            jac=lambda z: self.gradient(z) / scale,
            hess=lambda z: self.hessian(z) / scale,
            method="trust-exact",
            options={"gtol": 1e-9, "maxiter": 200},
        )
        inverse = np.linalg.inv(self.hessian(found.x))
        clustered = self.clustered(found.x, ids) + np.diag(self.precision)
        covariance = self.centre @ inverse @ clustered @ inverse @ self.centre
        return self.parameters(found.x), covariance

    def loss(self, z: np.ndarray) -> float:
        """Return negative penalised log-likelihood."""
        odds = self._odds(z)
        likelihood = (self.said * odds - np.logaddexp(0, odds)).sum()
        return (self.precision * z**2).sum() / 2 - likelihood

    def gradient(self, z: np.ndarray) -> np.ndarray:
        """Return the gradient of `loss`."""
        over = self._moments(self._residual(z))
        return self.precision * z - np.einsum("gpf,gf->p", self._jacobian(z), over)

    def hessian(self, z: np.ndarray) -> np.ndarray:
        """Return the Hessian of `loss`."""
        odds, jacobian = self._odds(z), self._jacobian(z)
        weight = expit(odds) * expit(-odds)
        second = np.stack([self._moments(weight * feature) for feature in self.features], axis=2)
        curved = np.einsum("gpf,gfh,gqh->pq", jacobian, second, jacobian, optimize=True)
        # Reliability times strength: its second derivative meets what the votes leave over.
        over = self._moments(self._residual(z))[:, 0]
        mixed = np.zeros((len(z), len(z)))
        np.add.at(mixed, (self.n + self.of_judge, self.a), over)
        np.add.at(mixed, (self.n + self.of_judge, self.d), -over)
        mixed = self.centre @ (mixed + mixed.T) @ self.centre
        return np.diag(self.precision) + curved - mixed

    def clustered(self, z: np.ndarray, ids: np.ndarray) -> np.ndarray:
        """Return sum over instructions of the outer product of their votes' summed gradients."""
        residual = self._residual(z)
        slopes = self._jacobian(z).transpose(0, 2, 1).reshape(-1, len(z))
        rows = np.tile(ids, 3)
        columns = np.concatenate([3 * self.group + f for f in range(3)])
        values = (residual * self.features).ravel()
        count = int(ids.max()) + 1 if len(ids) else 0
        sums = csr_array((values, (rows, columns)), shape=(count, len(slopes)))
        total = np.zeros((len(z), len(z)))
        for begin in range(0, count, 100_000):
            part = sums[begin : begin + 100_000] @ slopes
            total += part.T @ part
        return total * count / max(count - 1, 1)

    def _odds(self, z: np.ndarray) -> np.ndarray:
        """Log-odds of a vote for the attacker [m]."""
        strengths, reliability, position, length = self._split(z)
        level = reliability[self.of_judge] * (strengths[self.a] - strengths[self.d])
        return (
            level[self.group]
            + position[self.of_judge][self.group] * self.features[1]
            + length[self.of_judge][self.group] * self.features[2]
        )

    def _residual(self, z: np.ndarray) -> np.ndarray:
        return self.said - expit(self._odds(z))

    def _moments(self, weight: np.ndarray) -> np.ndarray:
        """Sums of weight x features per group, [groups, 3]."""
        size = len(self.of_judge)
        return np.stack(
            [np.bincount(self.group, weight * each, minlength=size) for each in self.features],
            axis=1,
        )

    def _jacobian(self, z: np.ndarray) -> np.ndarray:
        """d log-odds / d z [groups, size, 3]: per group and feature."""
        strengths, reliability, _, _ = self._split(z)
        n, judges, rows = self.n, self.judges, np.arange(len(self.of_judge))
        found = np.zeros((len(rows), len(z), 3))
        found[rows, self.a, 0] = reliability[self.of_judge]
        found[rows, self.d, 0] = -reliability[self.of_judge]
        found[rows, n + self.of_judge, 0] = strengths[self.a] - strengths[self.d]
        found[rows, n + judges + self.of_judge, 1] = 1
        found[rows, n + 2 * judges + self.of_judge, 2] = 1
        return np.einsum("pq,gqf->gpf", self.centre, found)

    def _split(self, z: np.ndarray) -> list[np.ndarray]:
        n, judges = self.n, self.judges
        return np.split(self.parameters(z), [n, n + judges, n + 2 * judges])
