"""The vocabulary of requests: words without weight, words of one meaning, and contrasts."""


def _classes(lines: str) -> dict[str, str]:
    """Return each word → the first word of its line."""
    return {word: line.split()[0] for line in lines.strip().splitlines() for word in line.split()}


# A request asks for the same program with or without these words.
WEIGHTLESS = frozenset(
    """
    a an the this that which these those there its please kindly just simply simple basic some
    any given following provided specified particular certain respective
    all every each python python3 py i me my we us our you your can could would should will
    do does is are be been being am was were has in inside within into of for to from on as it and
    then also so
    """.split()
)
# The words of a line ask for the same.
SYNONYMS = _classes(
    """
    write create make build implement develop construct code coding design produce generate define
    write compose craft provide give show written creating writing implementing designing writes
    write formulate prepare devise draft
    function subroutine func method routine
    function procedure program script snippet algorithm implementation
    list array sequence collection
    number integer int num
    string str text
    find compute calculate determine get obtain return output evaluate identify locate retrieve
    find derive yield returning calculating finding computing calculated computed
    print display printing displaying displayed printed
    check verify test inspect examine checking verifying
    remove delete eliminate removing deleting discard
    dictionary dict dictionaries
    take accept receive taking accepting receiving
    use using employ employing leverage leveraging with via by through utilizing utilize
    element item entry entries member
    max maximum largest biggest greatest highest
    min minimum smallest lowest
    average mean
    big large huge
    explain describe clarify elaborate explaining
    modify edit alter update change
    convert transform turn converting transforming
    combine merge combining merging
    contain include comprise hold containing including contained
    if whether
    problem issue bug
    fix repair correct resolve solve
    unique distinct different
    character char
    example sample instance
    begin start starting
    quick fast rapid quickly
    good great best
    task assignment exercise
    need want require like
    help assist
    two 2
    three 3
    """
)
# Texts that differ in one of these words ask for other programs, however long they are.
CONTRASTS = frozenset(
    """
    max min first last even odd row column ascending descending increasing decreasing true false
    not no none never only without unless except non or any but left right top bottom upper lower
    uppercase lowercase capital prefix suffix before after above below under over more less
    greater fewer most least add subtract multiply divide sum product difference quotient average
    median mode total count push pop insert remove append prepend encode decode encrypt decrypt
    compress decompress import export read horizontal vertical forward backward inner outer
    union intersection positive negative recursive iterative recursion iteration loop stack queue
    tuple set dictionary list string number float double boolean decimal binary hexadecimal octal
    vowel consonant depth breadth dfs bfs begin end open close sync async synchronous asynchronous
    public private client server key value square cube circle triangle rectangle sphere cylinder
    linear exponential sort search reverse rotate shuffle prime composite palindrome anagram
    fibonacci factorial directed undirected singly doubly inclusive exclusive minute hour day
    week month year second celsius fahrenheit integer length width height area volume perimeter
    java javascript typescript c cpp ruby rust go golang php perl scala kotlin swift r matlab sql
    html css bash shell haskell lua julia dart mysql postgresql sqlite mongodb numpy pandas
    find print check fix explain convert modify combine unique contain hash tree heap graph
    """.split()
)
