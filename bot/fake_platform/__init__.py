"""A platform on this machine: what those of an official account and a group robot do on the wire, and their faults.

For trying the channels without an account (`python -m bot fake-platform`), for the tests and for the fault bench.
"""
