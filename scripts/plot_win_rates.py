"""Figure 4: heat map of the attackers' win rates in the battles of one roster."""

from warriorcoder.arena.rate import votes_of_roster
from warriorcoder.arena.tables import BATTLES, VOTES
from warriorcoder.core import job, tables
from warriorcoder.report import figures, pages, win_rates

log = job.start(snakemake.log[0])
record = snakemake.params.record

battles = tables.read(BATTLES, *snakemake.input.battles)
votes = tables.read(VOTES, *snakemake.input.votes)
rates = win_rates.win_rates(votes_of_roster(votes, battles, record["roster"]))
log.info("%s: %d battles", record["roster"], rates["battles"].sum())
pages.write_csv(rates, snakemake.output.csv)
figures.save(win_rates.draw(rates, record["experts"]), snakemake.output.figure, record)
