"""The part of cdk-fastapi that runs inside the function's bundle.

Nothing is imported here, so that a cold start imports only the modules that it uses.
"""
