"""The part of cdk-fastapi that runs inside the function's bundle.

Nothing is imported here: a cold start pays for what it uses only.
"""
