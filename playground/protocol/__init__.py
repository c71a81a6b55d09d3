"""What page, jobs, operations and engines say to each other. Imports nothing of the project but the errors.

request.py  Item, one question to one model; Pending, one visitor's wait for its answer
wire.py     packed messages: a JSON header and a binary body
output.py   OutputSpec: what a model makes or a reply holds
settings.py the settings a model offers
events.py   what a job says while it runs: progress, partial, result, error
fields.py   reads one field of a request: present, of the right kind, within its limits
typed.py    reads text that a visitor typed
words.py    how the page speaks of the items of a data set
work_folder.py  the folder in which a process makes a checkpoint
"""
