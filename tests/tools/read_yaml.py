"""Reads YAML files as the readers of the Python world do: `read_yaml.py FILE…`. Prints one JSON object.

{FILE: {"pyyaml": documents, "ruamel": documents}}, or {"error": …} in place of documents. PyYAML reads YAML 1.1, as Ansible
does; ruamel.yaml reads 1.2. A value that JSON does not have, such as a date, appears as the name of its Python type.
"""

import json
import sys

import yaml
from ruamel.yaml import YAML


def ruamel(text):
    return list(YAML(typ="safe", pure=True).load_all(text))


def documents(read, text):
    try:
        return list(read(text))
    except Exception as error:  # whatever a reader says is what the test is to show
        return {"error": str(error)}


def main():
    result = {}
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        result[path] = {"pyyaml": documents(yaml.safe_load_all, text), "ruamel": documents(ruamel, text)}
    json.dump(result, sys.stdout, default=lambda value: f"a {type(value).__name__} in Python")


main()
