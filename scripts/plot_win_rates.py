"""Figure 4: heat map of the attackers' win rates in the battles of one roster."""

from warriorcoder.core import job, tables
from warriorcoder.gold.final_score import votes_of_roster
from warriorcoder.report import figures, pages, win_rates

log = job.start(snakemake.log[0])
recipe = snakemake.params.recipe

battles = tables.read("battles", *snakemake.input.battles)
votes = tables.read("votes", *snakemake.input.votes)
rates = win_rates.win_rates(votes_of_roster(votes, battles, recipe["roster"]))
log.info("%s: %d battles", recipe["roster"], rates["battles"].sum())
pages.write_csv(rates, snakemake.output.csv)
figures.save(win_rates.draw(rates, recipe["experts"]), snakemake.output.figure, recipe)
