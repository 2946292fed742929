"""Translates the SAM template on the standard input into one of CloudFormation."""

import json
import sys

from samtranslator.translator.transform import transform


class NoPolicies:
    """No function of the templates names a managed policy, which would be asked of AWS."""

    def load(self) -> dict[str, str]:
        return {}


json.dump(transform(json.load(sys.stdin), {}, NoPolicies()), sys.stdout)
