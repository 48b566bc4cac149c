"""Drives a cluster with the published Python client and stops at the first thing that is not as it should be.

Usage: main.py META,META... TABLE. Where the cluster has to be changed from outside it prints a line that begins with
"now: ", and goes on when a line comes in.
"""

import sys

from pypegasus.base.ttypes import error_types
from pypegasus.pgclient import Pegasus
from pypegasus.utils.tools import MultiGetOptions, ScanOptions
from twisted.internet import defer, reactor, task

OK = error_types.ERR_OK.value
NOT_FOUND = error_types.ERR_OBJECT_NOT_FOUND.value
INCOMPLETE = error_types.ERR_INCOMPLETE_DATA.value

VALUES = {"a": "1", "b": "2", "c": "3", "d": "4"}
HASH_KEYS = ["user%d" % n for n in range(8)]
FAILOVER_ATTEMPTS = 60


@defer.inlineCallbacks
def drive(_reactor, metas, table):
    nowhere = Pegasus(metas, "nowhere")
    want((yield nowhere.init()), None, "opening a missing table")
    nowhere.close()

    client = Pegasus(metas, table)
    want((yield client.init()), True, "opening the table")
    yield step("single records", single_records(client))
    yield step("several records of a hash key", several_records(client))
    yield step("scans", scans(client))
    change("kill a replica server")
    yield step("reads and writes while a server is dead", work_through_failover(client))
    change("start it again")
    yield step("reads and writes afterwards", work_through_failover(client))
    client.close()
    print("done")


@defer.inlineCallbacks
def single_records(client):
    want((yield client.set("h", "s", "value"))[0], OK, "set")
    want((yield client.get("h", "s")), (OK, "value"), "get")
    want((yield client.ttl("h", "s")), (OK, -1), "ttl of what never expires")
    want((yield client.exist("h", "nosuch"))[0], NOT_FOUND, "exist")
    want((yield client.get("h", "nosuch"))[0], NOT_FOUND, "get of what is not there")
    want((yield client.set("h", "t", "value", 1000))[0], OK, "set with TTL")
    code, seconds = yield client.ttl("h", "t")
    want((code, 990 < seconds <= 1000), (OK, True), "ttl")
    want((yield client.remove("h", "s"))[0], OK, "remove")
    want((yield client.get("h", "s"))[0], NOT_FOUND, "get of what was removed")


@defer.inlineCallbacks
def several_records(client):
    want((yield client.multi_set("multi", VALUES))[0], OK, "multi_set")
    want((yield client.sort_key_count("multi")), (OK, 4), "sort_key_count")
    want((yield client.multi_get("multi", {"a", "c", "x"})), (OK, {"a": "1", "c": "3"}), "multi_get")
    want((yield client.multi_get("multi", None, 2)), (INCOMPLETE, {"a": "1", "b": "2"}), "multi_get of 2")
    want((yield client.multi_get_opt("multi", "b", "d", MultiGetOptions())), (OK, {"b": "2", "c": "3"}), "a range")
    want((yield client.get_sort_keys("multi")), (OK, dict.fromkeys(VALUES, "")), "get_sort_keys")
    want((yield client.multi_del("multi", {"a", "b"})), (OK, 2), "multi_del")
    want((yield client.sort_key_count("multi")), (OK, 2), "sort_key_count after multi_del")


@defer.inlineCallbacks
def scans(client):
    for hash_key in HASH_KEYS:
        yield client.multi_set(hash_key, VALUES)
    options = ScanOptions()
    options.batch_size = 2
    found = yield records_of(client.get_scanner(HASH_KEYS[0], "b", "d", options))
    want(found, [((HASH_KEYS[0], "b"), "2"), ((HASH_KEYS[0], "c"), "3")], "a scan of a hash key")
    found = []
    for scanner in client.get_unordered_scanners(3, options):
        found += yield records_of(scanner)
    wanted = {((hash_key, sort_key), value) for hash_key in HASH_KEYS for sort_key, value in VALUES.items()}
    want(wanted <= set(text(found)), True, "a scan of the table")
    want(len(found), len(wanted) + 3, "records in the table")


@defer.inlineCallbacks
def records_of(scanner):
    found = []
    while True:
        record = yield scanner.get_next()
        if record is None:
            break
        found.append(record)
    scanner.close()
    return found


@defer.inlineCallbacks
def work_through_failover(client):
    """The client asks for the primaries anew every few seconds, after errors that say so, and leaves retries to us."""
    for hash_key in HASH_KEYS:
        for _ in range(FAILOVER_ATTEMPTS):
            if (yield answer_of(client.set(hash_key, "alive", "yes", 0, 1000))) == OK:
                break
            yield task.deferLater(reactor, 0.5, lambda: None)
        want((yield client.get(hash_key, "alive")), (OK, "yes"), "get of " + hash_key)


@defer.inlineCallbacks
def answer_of(asked):
    """The code of an answer; without a connection the client gives a tuple at once, or an error."""
    try:
        answer = yield defer.maybeDeferred(lambda: asked)
    except Exception:
        return None
    return answer[0] if isinstance(answer, tuple) else answer


@defer.inlineCallbacks
def step(name, work):
    yield work
    print(name)


def change(what):
    print("now: " + what, flush=True)
    sys.stdin.readline()


def want(got, wanted, what):
    if text(got) != wanted:
        raise AssertionError("%s: %r, not %r" % (what, got, wanted))


def text(got):
    """What came as bytes, as text."""
    if isinstance(got, bytes):
        return got.decode()
    if isinstance(got, (tuple, list)):
        return type(got)(text(part) for part in got)
    if isinstance(got, dict):
        return {text(key): text(value) for key, value in got.items()}
    return got


if __name__ == "__main__":
    task.react(drive, (sys.argv[1].split(","), sys.argv[2]))
