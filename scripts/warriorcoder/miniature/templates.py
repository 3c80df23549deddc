"""The six chat styles of the miniature: five experts and the target, as real Jinja templates."""

from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True)
class Style:
    """A model's chat style. `end` is the token that ends its assistant turn."""

    name: str
    architecture: str
    areas: tuple[str, ...]
    bos: str | None
    end: str

    @property
    def template(self) -> str:
        """Return the Jinja chat template."""
        folder = resources.files(__package__) / "chat_templates"
        return (folder / f"{self.name}.jinja").read_text().strip("\n")


EXPERTS: dict[str, Style] = {
    style.name: style
    for style in (
        Style("athene", "qwen2", ("strings", "lists"), None, "<|im_end|>"),
        Style("dscoder", "llama", ("lists", "numbers"), "<s>", "</s>"),
        Style("llamax", "llama", ("numbers", "dicts"), "<|begin_of_text|>", "<|eot_id|>"),
        Style("quen", "qwen2", ("dicts", "algorithms"), None, "<|end|>"),
        Style("quq", "llama", ("algorithms", "strings"), "<s>", "</s>"),
    )
}
TARGET = Style("base", "llama", (), "<s>", "<|EOT|>")
END_OF_DOCUMENT = "</s>"
