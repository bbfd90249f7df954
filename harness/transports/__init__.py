"""Bytes on wires: MLLP, HTTP, mailbox, loopback, and the faults that wrap any of them. Floor 1: may import model, registry and errors; knows no format."""
