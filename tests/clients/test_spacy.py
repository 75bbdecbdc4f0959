"""spaCy, which logs its training by a `WandbLogger` of its own."""

from __future__ import annotations

import os
from typing import Any

from tests.clients import Client
from tests.scenarios import Observer

CLIENT = Client(
    "spacy",
    imports=("spacy", "spacy_loggers"),
    basis=("numpy",),
    distributions=("spacy", "spacy-loggers"),
)

_CONFIG = """\
[paths]
train = null
dev = null

[nlp]
lang = "en"
pipeline = ["tok2vec", "textcat"]

[components]

[components.tok2vec]
factory = "tok2vec"

[components.tok2vec.model]
@architectures = "spacy.HashEmbedCNN.v2"
pretrained_vectors = null
width = 4
depth = 1
embed_size = 20
window_size = 1
maxout_pieces = 2
subword_features = true

[components.textcat]
factory = "textcat"

[components.textcat.model]
@architectures = "spacy.TextCatBOW.v2"
exclusive_classes = true
ngram_size = 1
no_output_layer = false

[corpora]

[corpora.train]
@readers = "spacy.Corpus.v1"
path = "train.spacy"

[corpora.dev]
@readers = "spacy.Corpus.v1"
path = "dev.spacy"

[training]
seed = 0
max_steps = 12
eval_frequency = 4
patience = 100

[training.logger]
@loggers = "spacy.WandbLogger.{version}"
project_name = "spacy"
remove_config_values = ["paths.train", "paths.dev", "corpora.train.path"]
{more}
"""

_TIMED = ("speed", "speed_textcat")


def _corpus(path: str) -> None:
    import spacy
    from spacy.tokens import DocBin

    nlp = spacy.blank("en")
    docs = []
    for number in range(8):
        doc = nlp.make_doc(f"this is {'good' if number % 2 else 'bad'} text number {number}")
        doc.cats = {"GOOD": float(number % 2), "BAD": float(1 - number % 2)}
        docs.append(doc)
    DocBin(docs=docs).to_disk(path)


def _train(version: str, more: str = "") -> None:
    import spacy
    from spacy import util
    from spacy.training.initialize import init_nlp
    from spacy.training.loop import train

    for path in ("train.spacy", "dev.spacy"):
        _corpus(path)
    spacy.require_cpu()
    config = util.load_config_from_str(_CONFIG.format(version=version, more=more))
    full = util.load_model_from_config(config, auto_fill=True).config
    nlp = init_nlp(full, use_gpu=-1)
    train(nlp, None, use_gpu=-1)


@CLIENT.job(timed=_TIMED)
def trains_a_text_classifier(wandb: Any, obs: Observer) -> None:
    _train("v2")
    obs.read("run", wandb.run)


@CLIENT.job(timed=_TIMED)
def trains_with_a_named_run_and_its_data(wandb: Any, obs: Observer) -> None:
    os.makedirs("data")
    with open("data/notes.txt", "w") as file:
        file.write("notes")
    _train("v5", 'run_name = "named"\nlog_dataset_dir = "data"\nlog_custom_stats = ["^step", "^epoch"]')


@CLIENT.job(timed=_TIMED)
def trains_within_a_run_of_the_programs_own(wandb: Any, obs: Observer) -> None:
    run = wandb.init(project="mine", config={"own": 1})
    _train("v3", 'run_name = "third"')
    obs.read("run", wandb.run)
    with obs.raises("after the end"):
        run.log({"a": 1})


test_equal = CLIENT.test()
