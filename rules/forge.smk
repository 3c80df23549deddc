# The making of the shipped weights: `snakemake forge`, then
# `cp -r results/forge/weights/. scripts/warriorcoder/miniature/weights`. One thread a job, so that
# sums are added in the same order everywhere.

from warriorcoder.miniature.templates import EXPERTS as FORGED


rule build_miniature_tokenizer:
    "One BPE tokenizer for all models."
    output:
        out("forge/tokenizer.json"),
    log:
        logs("forge_tokenizer/all.log"),
    benchmark:
        logs("forge_tokenizer/all.tsv")
    conda:
        "../envs/train.yaml"
    params:
        record=forged("forge_tokenizer"),
    script:
        "../scripts/forge_tokenizer.py"


rule forge_base:
    "The common ancestor of all models, trained on raw code."
    input:
        tokenizer=out("forge/tokenizer.json"),
    output:
        directory(out("forge/ancestor")),
    log:
        logs("forge_model/base.log"),
    benchmark:
        logs("forge_model/base.tsv")
    conda:
        "../envs/train.yaml"
    params:
        record=forged("forge_model"),
        stage="base",
    script:
        "../scripts/forge_model.py"


rule forge_target:
    "The base of the target: the ancestor, trained further on raw code that is mostly buggy."
    input:
        tokenizer=out("forge/tokenizer.json"),
        ancestor=out("forge/ancestor"),
    output:
        directory(out("forge/base")),
    log:
        logs("forge_model/target.log"),
    benchmark:
        logs("forge_model/target.tsv")
    conda:
        "../envs/train.yaml"
    params:
        record=forged("forge_model"),
        stage="target",
    script:
        "../scripts/forge_model.py"


rule forge_trunk:
    "The ancestor of the experts, trained to ask, answer, judge and rate in five chat styles."
    input:
        tokenizer=out("forge/tokenizer.json"),
        ancestor=out("forge/ancestor"),
    output:
        directory(out("forge/trunk")),
    log:
        logs("forge_model/trunk.log"),
    benchmark:
        logs("forge_model/trunk.tsv")
    conda:
        "../envs/train.yaml"
    params:
        record=forged("forge_model"),
        stage="trunk",
    script:
        "../scripts/forge_model.py"


rule forge_expert:
    "One expert: the trunk, trained further in the expert's own style."
    input:
        tokenizer=out("forge/tokenizer.json"),
        ancestor=out("forge/trunk"),
    output:
        directory(out("forge/experts/{forged}")),
    log:
        logs("forge_model/{forged}.log"),
    benchmark:
        logs("forge_model/{forged}.tsv")
    wildcard_constraints:
        forged=one_of(FORGED),
    conda:
        "../envs/train.yaml"
    params:
        record=forged("forge_model"),
        stage="expert",
    script:
        "../scripts/forge_model.py"


rule write_model_card:
    "sha256, hyper-parameters and measured skills of the shipped models, beside copies of them."
    input:
        experts=expand(out("forge/experts/{forged}"), forged=FORGED),
        target=out("forge/base"),
    output:
        directory(out("forge/weights")),
    log:
        logs("forge_card/all.log"),
    benchmark:
        logs("forge_card/all.tsv")
    conda:
        "../envs/train.yaml"
    params:
        record=forged("forge_card"),
        sandbox=slices.plain(CONFIG.sandbox),
        questions=200,
    script:
        "../scripts/forge_card.py"


rule forge:
    "All of the miniature's models and their card, under `{results}/forge/weights`."
    input:
        out("forge/weights"),
    localrule: True
