#!/usr/bin/env bash
# aws-cdk-lib 2.275.0 from PyPI; needs Node.js and Python
#
# Python may write a plain dict where the CDK takes a struct: signatures say `Union[BehaviorOptions, Dict[str, Any]]`. That holds where the struct is
# the property itself: the generated code makes the struct of the dict, and `cache_policy` becomes `cachePolicy`. The signature of a MAP of
# structs says the same of its values, `Mapping[str, Union[BehaviorOptions, Dict[str, Any]]]`, and the check of types at run time is content; but
# there the dict goes over as it is. Its keys of one word arrive (`origin`), and those of several words are unknown to TypeScript and
# ignored (`cache_policy`, `smooth_streaming`), without a message: what is deployed are the defaults. Anyone who offers a map of structs to Python
# has to look for such keys on the other side, because the generated code does not.
#
# Seen, of one and the same dict: is its cache policy, and its smooth streaming, in the template?
#   default_behavior=dict                          True True
#   additional_behaviors={...: BehaviorOptions}    True True
#   additional_behaviors={...: dict}               False False
#
# Exit status: 0 as described, 1 changed, 2 not installed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env && env/bin/pip install -q aws-cdk-lib==2.275.0 || exit 2

cat > app.py <<'PY'
from aws_cdk import App, Stack
from aws_cdk.aws_cloudfront import BehaviorOptions, CachePolicy, Distribution
from aws_cdk.aws_cloudfront_origins import HttpOrigin

app = App(analytics_reporting=False)
stack = Stack(app, "Stack")
behavior = {"origin": HttpOrigin("origin.example"), "cache_policy": CachePolicy.CACHING_DISABLED, "smooth_streaming": True}
Distribution(
    stack, "Distribution",
    default_behavior=behavior,
    additional_behaviors={"/struct": BehaviorOptions(**behavior), "/dict": behavior},
)
resources = app.synth().get_stack_by_name("Stack").template["Resources"]
(distribution,) = (r["Properties"]["DistributionConfig"] for r in resources.values() if r["Type"] == "AWS::CloudFront::Distribution")
made = {b["PathPattern"]: b for b in distribution["CacheBehaviors"]}
policy = distribution["DefaultCacheBehavior"]["CachePolicyId"]
for title, found in {
    "default_behavior=dict": distribution["DefaultCacheBehavior"],
    "additional_behaviors={...: BehaviorOptions}": made["/struct"],
    "additional_behaviors={...: dict}": made["/dict"],
}.items():
    print(f"{title:46} {found['CachePolicyId'] == policy} {found.get('SmoothStreaming', False)}")
PY
env/bin/python -W ignore app.py | tee seen

cat > stated <<'TEXT'
default_behavior=dict                          True True
additional_behaviors={...: BehaviorOptions}    True True
additional_behaviors={...: dict}               False False
TEXT
diff stated seen
