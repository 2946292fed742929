"""The CDK app: `cdk synth` runs it."""

from aws_cdk import App
from bookshop_stack import BookshopStack

app = App()
BookshopStack(app, "Bookshop")
app.synth()
