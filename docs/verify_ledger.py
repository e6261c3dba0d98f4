#!/usr/bin/env python3
"""Checks an exported ledger with the Python standard library alone: docs/ledger-format.md as code.

    verify_ledger.py FILE [--key NAME+ID+BASE64] [--against CHECKPOINT_FILE]

Exit code 0: holds. 1: broken. 2: unusable. Written apart from the Rust verifier, to check it.
"""
import argparse, base64, hashlib, json, re, sys

TOKEN = re.compile(r'[!#-?A-\[\]-~]{1,200}\Z')  # visible ASCII but " @ and backslash
FIELDS = {"actor", "commit", "data", "enc", "prev", "ref", "ruleset", "seq", "subject", "ts",
          "type", "v", "workspace"}
P, D = 2**255 - 19, -121665 * pow(121666, -1, 2**255 - 19) % (2**255 - 19)
L = 2**252 + 27742317777372353535851937790883648493


class Broken(Exception):
    pass


def need(condition, message):
    if not condition:
        raise Broken(message)


def sha(data):
    return hashlib.sha256(data).digest()


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def root(peaks):  # roots of the complete subtrees, largest first
    result = None
    for peak in reversed(peaks):
        result = peak if result is None else sha(b"\1" + peak + result)
    return sha(b"") if result is None else result


# Ed25519, RFC 8032 section 5.1, in affine coordinates: slow and short.
def add(a, b):
    (x1, y1), (x2, y2) = a, b
    k = D * x1 * x2 * y1 * y2 % P
    return ((x1 * y2 + x2 * y1) * pow(1 + k, -1, P) % P,
            (y1 * y2 + x1 * x2) * pow(1 - k, -1, P) % P)


def times(point, n):
    result = (0, 1)
    while n:
        result, point, n = add(result, point) if n & 1 else result, add(point, point), n >> 1
    return result


def decode_point(data):
    n = int.from_bytes(data, "little")
    y, sign = n & (2**255 - 1), n >> 255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    need((x * x - square) % P == 0 and y < P, "not a point of the curve")
    return (P - x if x & 1 != sign else x, y)


def signature_holds(key, message, signature):
    base = decode_point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    s = int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return s < L and times(base, s) == add(decode_point(signature[:32]),
                                           times(decode_point(key), h))


def checkpoint(text, keys):
    """Returns (origin, size, root) of a note that one of the keys signed."""
    body, tail = text.split("\n\n", 1)
    origin, size, root_text = body.split("\n")
    signed = False
    for line in tail.rstrip("\n").split("\n"):
        _, name, encoded = line.split(" ")
        raw = base64.b64decode(encoded, validate=True)
        for key in keys:
            key_name, key_id, key_text = key.split("+", 2)
            public = base64.b64decode(key_text, validate=True)
            need(sha(key_name.encode() + b"\n" + public)[:4].hex() == key_id, "key id is wrong")
            if key_name == name == origin and raw[:4].hex() == key_id:
                need(signature_holds(public[1:], body.encode() + b"\n", raw[4:]),
                     f"the signature on the checkpoint of size {size} is false")
                signed = True
    need(signed, f"the checkpoint of size {size} was signed with another key")
    return origin, int(size), base64.b64decode(root_text, validate=True)


def tokens_only(value):
    if isinstance(value, dict):
        return all(TOKEN.match(key) and tokens_only(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(tokens_only, value))
    if isinstance(value, str):
        return bool(TOKEN.match(value))
    return value is None or isinstance(value, int) and abs(value) < 2**53


def verify(lines, keys, against):
    header_line = next(lines)
    header = json.loads(header_line)["bundle"]
    keys = keys or header["keys"]
    kept = [checkpoint(text, keys) for text in against]
    frame = hashlib.sha256(header_line)
    peaks, count, prev, tombstones, end = [], 0, bytes(32), 0, None
    while True:
        for origin, size, expected in kept:
            need(size != count or (origin, expected) == (header["origin"], root(peaks)),
                 f"history up to entry {size} was rewritten: it differs from the kept checkpoint")
        line = next(lines, None)
        need(line and line.endswith(b"\n"), f"the file is cut off after {count} entries")
        raw = line[:-1]
        value = json.loads(raw)
        need(canonical(value) == raw, f"the line after entry {count} is not canonical")
        if "end" in value:
            break
        if "checkpoint" in value:
            frame.update(line)
            stated = checkpoint(value["checkpoint"], keys)
            need(stated == (header["origin"], count, root(peaks)),
                 f"the checkpoint of size {stated[1]} does not fit the {count} entries before it")
            continue
        count += 1
        need(set(value) == FIELDS and tokens_only(value), f"entry {count} is no entry")
        need(value["workspace"] == header["workspace"], f"entry {count}: other workspace")
        need(value["seq"] == count, f"entry {value['seq']} stands where entry {count} is due")
        need(value["prev"] == prev.hex(), f"entry {count} does not continue the one before it")
        node, index = sha(b"\0" + raw), count - 1
        prev, tombstones = node, tombstones + (value["type"] == "subject.shredded")
        while index & 1:
            node, index = sha(b"\1" + peaks.pop() + node), index >> 1
        peaks.append(node)
    need(value["end"] == {"entries": count, "frame": frame.hexdigest(), "head": prev.hex(),
                          "root": root(peaks).hex(), "tombstones": tombstones},
         "the end line does not fit: entries are missing or altered")
    need(next(lines, None) is None, "something follows the end line")
    need(all(size <= count for _, size, _ in kept), f"rolled back to {count} entries")
    return f"OK: {count} entries, root {root(peaks).hex()}, {tombstones} tombstones"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--key", action="append", default=[])
    parser.add_argument("--against", action="append", default=[])
    arguments = parser.parse_args()
    try:
        against = [open(path, encoding="utf-8").read() for path in arguments.against]
        with open(arguments.file, "rb") as lines:
            print(verify(lines, arguments.key, against))
    except OSError as error:
        print(f"unusable: {error}")
        return 2
    except (Broken, ValueError, KeyError, TypeError, StopIteration) as error:
        print(f"BROKEN: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
