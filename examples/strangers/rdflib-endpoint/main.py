"""A SPARQL endpoint over an empty graph; `SparqlEndpoint` is a subclass of `FastAPI`."""

from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint

app = SparqlEndpoint(graph=Dataset())
