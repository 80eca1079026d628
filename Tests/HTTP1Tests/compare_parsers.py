"""Reads requests as hexadecimal lines; prints what h11 and httptools make of each.

One output line a case: `h11=<verdict> httptools=<verdict>`, where a verdict is `ok:<messages>:<hex of bodies>`,
`more` (no message complete yet) or `refused`.
"""
import sys

import h11
import httptools


def with_h11(data):
    connection = h11.Connection(h11.SERVER)
    bodies, body, count, limit = [], b"", 0, 100
    try:
        connection.receive_data(data)
        while limit:
            limit -= 1
            event = connection.next_event()
            if isinstance(event, h11.Data):
                body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                bodies.append(body)
                body = b""
                count += 1
                connection.send(h11.Response(status_code=200, headers=[("content-length", "0")]))
                connection.send(h11.EndOfMessage())
                if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                    break
                connection.start_next_cycle()
            elif event is h11.NEED_DATA or event is h11.PAUSED:
                break
    except h11.RemoteProtocolError:
        return "refused"
    except h11.LocalProtocolError:
        pass
    return f"ok:{count}:{b'|'.join(bodies).hex()}" if count else "more"


class Messages:
    def __init__(self):
        self.bodies, self.body, self.count = [], b"", 0

    def on_body(self, data):
        self.body += data

    def on_message_complete(self):
        self.bodies.append(self.body)
        self.body = b""
        self.count += 1


def with_httptools(data):
    messages = Messages()
    parser = httptools.HttpRequestParser(messages)
    try:
        parser.feed_data(data)
    except httptools.HttpParserUpgrade:
        pass
    except httptools.HttpParserError:
        return "refused"
    if messages.count:
        return f"ok:{messages.count}:{b'|'.join(messages.bodies).hex()}"
    return "more"


for line in sys.stdin if len(sys.argv) < 2 else open(sys.argv[1]):
    data = bytes.fromhex(line.strip())
    print(f"h11={with_h11(data)} httptools={with_httptools(data)}")
