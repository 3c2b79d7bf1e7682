"""Why operators of models are left out, in the words of every format."""

BY_DATA = "how many elements it makes, or which, depends on the data"
CONTROL = "it runs other graphs, how often is not known"
SAMPLED = "it reads between elements, at places that the data has"
ORDERED = "its elements are compared and moved as the data has it"
