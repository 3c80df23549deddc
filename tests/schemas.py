"""Every table of the library by its name."""

from warriorcoder.arena import tables as arena
from warriorcoder.core.tables import Table
from warriorcoder.curation import tables as curation
from warriorcoder.evaluation import tables as evaluation
from warriorcoder.gold import tables as gold
from warriorcoder.mining import tables as mining

TABLES = {
    table.name: table
    for stage in (mining, curation, arena, gold, evaluation)
    for table in vars(stage).values()
    if isinstance(table, Table)
}
