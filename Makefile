# Two commands matter: `make chat` and `make test`. Both set up what is missing first.

APP := .venv/.ready
ENGINE := rasa/.venv/.ready
PYTHON := .venv/bin/python
COMPILE := .venv/bin/uv pip compile --quiet --universal --generate-hashes --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help setup chat test test-models lint types model emotion crisis doctor bench lock clean
.DELETE_ON_ERROR:

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(APP) $(ENGINE) ## set up both environments

chat: $(APP) $(ENGINE) ## set up, train when needed, and chat in the terminal
	@CARE_DIE_WITH_PARENT=$$PPID exec .venv/bin/care chat

test: $(APP) $(ENGINE) model ## run all tests, on all cores but four at the most
	$(PYTHON) -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal

test-models: $(APP) ## test what needs PyTorch, in an environment of its own
	@scripts/test_models.sh

lint: $(APP) ## check style and format
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

types: $(APP) ## check types
	.venv/bin/mypy

model: $(APP) $(ENGINE) ## train the dialogue model when its data changed
	@rasa/.venv/bin/python rasa/train.py --if-needed

emotion: $(APP) ## train the emotion model anew (hours): make emotion GOEMOTIONS=FOLDER
	@test -n "$(GOEMOTIONS)" || { echo "Say where GoEmotions is: make emotion GOEMOTIONS=FOLDER (see models/emotion/README.md)."; exit 1; }
	@scripts/setup_emotion.sh
	cd models/emotion && PYTHONPATH=$(CURDIR) .venv/bin/python train.py --goemotions "$(abspath $(GOEMOTIONS))" --work work
	cd models/emotion && PYTHONPATH=$(CURDIR) .venv/bin/python export.py --goemotions "$(abspath $(GOEMOTIONS))" --work work
	cd models/emotion && PYTHONPATH=$(CURDIR) .venv/bin/python train_ngrams.py
	$(PYTHON) tests/care/understanding/scores.py

crisis: $(APP) ## train the crisis model anew, after make emotion (an hour)
	@test -f models/emotion/work/check_ins.pt || { echo "Run make emotion first: the crisis model starts from its encoder."; exit 1; }
	PYTHONPATH=.:models/emotion models/emotion/.venv/bin/python models/crisis/train_crisis.py --encoder models/emotion/work/check_ins.pt --work models/crisis/work
	PYTHONPATH=. models/emotion/.venv/bin/python models/crisis/train_letters.py
	PYTHONPATH=.:models/emotion models/emotion/.venv/bin/python models/crisis/export_crisis.py --work models/crisis/work
	$(PYTHON) tests/care/safety/score_crisis.py

doctor: $(APP) ## check settings, key, databases, content and engine
	@.venv/bin/care doctor

bench: $(APP) $(ENGINE) ## time a conversation
	@.venv/bin/care bench conversation

lock: $(APP) ## pin the newest versions that fit, with hashes
	$(COMPILE) --python-version 3.11 pyproject.toml --output-file requirements.txt
	$(COMPILE) --python-version 3.11 --extra dev pyproject.toml --output-file requirements-dev.txt
	echo uv | $(COMPILE) --python-version 3.11 --no-annotate --constraints requirements-dev.txt - --output-file requirements-setup.txt
	$(COMPILE) --python-version 3.11 --overrides models/emotion/overrides.txt models/emotion/requirements.in --output-file models/emotion/requirements.txt
	cd rasa && ../$(COMPILE) --python-version 3.10 --overrides overrides.txt requirements.in --output-file requirements.txt

clean: ## remove environments and what was built, never anyone's data
	rm -rf .venv models/emotion/.venv models/emotion/work models/crisis/work .venv-models rasa/.venv models/dialogue *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .rasa

$(APP): requirements-setup.txt requirements-dev.txt pyproject.toml $(wildcard scripts/*.sh)
	@scripts/setup_app.sh
	@touch $@

$(ENGINE): rasa/requirements.txt scripts/setup_engine.sh | $(APP)
	@scripts/setup_engine.sh
	@touch $@
