"""Zotero: paper ↔ item mapping, three-way plan, and a push that can be interrupted anywhere.

`mapping`, `extra`, `recognise` and `plan` are pure; `state` says what a store must keep; `client` speaks to the
server (the only module that imports pyzotero and httpx2); `push` ties them together.
"""
