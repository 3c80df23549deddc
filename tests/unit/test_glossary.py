import json
import re

from data import ROOT

PAGE = (ROOT / "docs/glossary.md").read_text()
ENTRIES = re.findall(r"^\| (.+?) \| (.+) \|$", PAGE, re.MULTILINE)[2:]  # below header and line
SCHEMA = json.loads((ROOT / "config/schemas/config.schema.json").read_text())


def test_terms_are_unique_and_in_alphabetical_order():
    terms = [term.replace("α", "alpha").casefold() for term, _ in ENTRIES]
    assert terms == sorted(set(terms))


def test_each_meaning_is_one_sentence():
    meanings = [re.sub(r"Eqs?\. ", "", meaning) for _, meaning in ENTRIES]
    assert [m for m in meanings if not re.fullmatch(r"[A-Z]([^.;]|\.\w)*\.", m)] == []


def test_the_config_has_every_key_that_the_glossary_names():
    keys = re.findall(r"`([a-z]+)\.([a-z_]+)`", PAGE)
    models = {section: SCHEMA["properties"][section]["$ref"] for section, _ in keys}
    defined = {
        section: SCHEMA["$defs"][model.rpartition("/")[2]]["properties"]
        for section, model in models.items()
    }
    assert keys
    assert [key for key in keys if key[1] not in defined[key[0]]] == []
