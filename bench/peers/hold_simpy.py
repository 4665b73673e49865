"""HOLD on SimPy: N processes, each waiting an exponential time, again and again.  Usage: hold_simpy.py N EVENTS"""
import json
import random
import sys
import time

import simpy

things, events = (int(float(a)) for a in sys.argv[1:3])
draw = random.Random(42).expovariate
env = simpy.Environment()
left = 0
done = None


def process(timeout):
    global left
    while True:
        yield timeout(draw(1.0))
        left -= 1
        if left == 0:
            done.succeed()


def run(count):
    global left, done
    left, done = count, env.event()
    env.run(until=done)


for _ in range(things):
    env.process(process(env.timeout))
run(20_000 + things)
start = time.process_time()
run(events)
seconds = time.process_time() - start
print(json.dumps({"name": "SimPy " + simpy.__version__, "count": events, "cpuSeconds": seconds}))
