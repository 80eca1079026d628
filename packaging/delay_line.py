"""Two network devices, one here and one in another network namespace, between which every packet takes its time.

delay_line.py NAME MILLISECONDS NAMESPACE: the devices are NAME here and `inside` there; it runs until it is ended. For
kernels that have no netem; tests and measurements use it.
"""

import collections, ctypes, fcntl, os, select, struct, sys, time
# Whoever waits for the script's end waits until nobody holds what it was started with.
os.closerange(3, 1024)
name, delay = sys.argv[1], int(sys.argv[2]) / 1000

def device(name):
    file = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(file, 0x400454CA, struct.pack("16sH22x", name.encode(), 0x1001))
    return file

near = device(name)
router = os.open("/run/netns/" + sys.argv[3], os.O_RDONLY)
if ctypes.CDLL(None, use_errno=True).setns(router, 0x40000000):
    sys.exit("setns")
far = device("inside")
ways = {near: (far, collections.deque()), far: (near, collections.deque())}
while True:
    now = time.monotonic()
    due = [queue[0][0] for _, queue in ways.values() if queue]
    pause = max(0, min(due) - now) if due else None
    readable, _, _ = select.select(list(ways), [], [], pause)
    for file in readable:
        to, queue = ways[file]
        for _ in range(256):
            try:
                queue.append((time.monotonic() + delay, os.read(file, 65536)))
            except BlockingIOError:
                break
    now = time.monotonic()
    for to, queue in ways.values():
        while queue and queue[0][0] <= now:
            try:
                os.write(to, queue.popleft()[1])
            except OSError:
                pass
