# The fresh machine of README.md: its two commands, in a system that has Python and nothing else.
# docker build .
FROM python:3.11-slim
WORKDIR /weft
COPY . .
RUN python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/weft evaluate examples/vgg16_kcp.m
RUN python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && .venv/bin/python -m pytest -n auto
