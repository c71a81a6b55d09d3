"""Long work from the command line, without a server: the verbs compare, invert, compose and write.

ask.py       a worker in this process, asked in a thread
progress.py  a job run to its end, with a bar on standard error
files.py     replies as files that carry what made them
jobs.py      the verbs
"""
