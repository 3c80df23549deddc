"""The upload of staged folders to the hub."""

from warriorcoder.publish.staging import Repository


def push(repository: Repository, public: bool) -> str:
    """Create a repository on the hub if it is missing, upload its files, and return its address.

    `huggingface_hub` takes the account from its own settings (`hf auth login` or HF_TOKEN).
    """
    from huggingface_hub import HfApi

    api = HfApi()
    api.create_repo(
        repository.id,
        repo_type=repository.kind,
        private=not public,
        exist_ok=True,
        space_sdk="static" if repository.kind == "space" else None,
    )
    commit = api.upload_folder(
        repo_id=repository.id,
        repo_type=repository.kind,
        folder_path=repository.folder,
        commit_message="Publish a run of WarriorCoder",
    )
    return str(commit.commit_url)
