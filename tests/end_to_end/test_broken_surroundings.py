"""What a person and an operator see when the surroundings are broken."""

import base64
import os
import subprocess

import pytest
from companion import CARE, MET, ROOT, companion_env, turns


def chat(env, *lines, name="sam"):
    return subprocess.run(
        [*CARE, "chat", "--script", "-", "--json", "--as", name],
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        text=True,
        env=env,
        cwd=ROOT,
        timeout=120,
        check=False,
    )


def test_a_malformed_key_is_one_line_that_says_how_to_mend_it(tmp_path):
    done = chat(companion_env(tmp_path / "data") | {"CARE_MASTER_KEY": "garbage"}, "hello")

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "CARE_MASTER_KEY" in done.stderr
    assert "garbage" not in done.stderr


def test_another_key_than_the_data_was_written_with_is_refused_in_one_line(companion):
    companion.play("before-the-key-changed", *MET)
    other = base64.urlsafe_b64encode(os.urandom(32)).decode()

    done = chat(companion.env | {"CARE_MASTER_KEY": other}, "hello")

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "master key" in done.stderr


def test_a_missing_key_beside_data_is_never_replaced_by_a_new_one(companion):
    companion.play("before-the-key-was-lost", *MET)
    key = companion.data_dir / "master.key"
    kept = key.read_bytes()
    key.unlink()
    try:
        done = chat(companion.env, "hello")
        made = key.exists()
    finally:
        key.write_bytes(kept)
        key.chmod(0o600)

    assert done.returncode == 1
    assert "missing" in done.stderr
    assert not made


def test_with_the_engine_gone_there_is_an_honest_word_and_help_still_comes(companion):
    env = companion.env | {"CARE_ENGINE_URL": "http://127.0.0.1:9", "CARE_ENGINE_WAIT_S": "0.5"}

    done = chat(env, "hello", "i want to kill myself", "sos", name="nobody")

    first, hello, crisis, sos = turns(done.stdout)
    assert done.returncode == 0
    assert "AI" in first.text
    assert "my side" in hello.text or "my fault" in hello.text
    assert "findahelpline.com" in crisis.text
    assert "findahelpline.com" in sos.text


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")
def test_on_a_full_disk_help_comes_and_nothing_breaks_off(companion, tmp_path):
    small = tmp_path / "small"
    small.mkdir(mode=0o700)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=600k,mode=700", "tmpfs", str(small)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode != 0:
        pytest.skip("this machine does not let a test mount a file system")
    env = companion.env | {"CARE_DATA_DIR": str(small)}
    try:
        key = (companion.data_dir / "master.key").read_bytes()
        (small / "master.key").write_bytes(key)
        (small / "master.key").chmod(0o600)
        chat(env, "hello", name="full")
        with (small / "filler").open("wb", buffering=0) as filler:
            try:
                while filler.write(b"x" * 1024):
                    pass
            except OSError:
                pass

        done = chat(env, "hello", "i want to kill myself", "no", "check in", name="full")
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)

    _, hello, crisis, _, again = turns(done.stdout)
    assert done.returncode == 0
    assert "memory" in hello.text
    assert "findahelpline.com" in crisis.text
    assert "memory" in again.text
    assert "Traceback" not in done.stderr
