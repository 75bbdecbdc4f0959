"""TRL with PEFT: supervised fine-tuning of a tiny model with LoRA, reported to wandb."""

from __future__ import annotations

from typing import Any

from tests.clients import Client
from tests.clients.test_transformers import TIMED
from tests.scenarios import Observer

CLIENT = Client(
    "trl",
    imports=("trl", "peft", "datasets"),
    basis=("torch", "numpy"),
    distributions=("trl", "peft", "transformers", "torch"),
)


def _model() -> Any:
    import transformers

    transformers.set_seed(2)
    config = transformers.GPT2Config(
        vocab_size=40, n_positions=16, n_embd=8, n_layer=1, n_head=2, bos_token_id=0, eos_token_id=0, pad_token_id=1
    )
    return transformers.GPT2LMHeadModel(config)


def _tokenizer() -> Any:
    import tokenizers
    import transformers

    words = {word: number for number, word in enumerate(["<eos>", "<pad>", "<unk>", *"abcdefghijklmnop"])}
    model = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="<unk>"))
    model.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=model, eos_token="<eos>", pad_token="<pad>", unk_token="<unk>"
    )


@CLIENT.job(timed=(*TIMED, "train/num_tokens_per_second"))
def fine_tunes_with_lora(wandb: Any, obs: Observer) -> None:
    import datasets
    import peft
    import trl

    texts = datasets.Dataset.from_dict({"text": ["a b c d e f", "b c d e f g", "c d e f g h", "d e f g h i"] * 2})
    trainer = trl.SFTTrainer(
        model=_model(),
        args=trl.SFTConfig(
            output_dir="out", report_to="wandb", max_steps=3, logging_steps=1, per_device_train_batch_size=2,
            max_length=8, use_cpu=True, bf16=False, disable_tqdm=True, save_strategy="no", run_name="lora",
            eval_strategy="steps", eval_steps=2,
            gradient_checkpointing=False,
        ),
        train_dataset=texts,
        eval_dataset=texts,
        processing_class=_tokenizer(),
        peft_config=peft.LoraConfig(r=2, target_modules=["c_attn"], task_type="CAUSAL_LM", fan_in_fan_out=True),
    )  # fmt: skip
    trainer.train()
    obs.read("name", wandb.run.name)
    wandb.finish()


test_equal = CLIENT.test()
