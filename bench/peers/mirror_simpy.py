"""
The founding mirror, written for SimPy by hand and as small as it can be: hosts fail and come back, a member on a spare's disk is rebuilt.

Usage: mirror_simpy.py YEARS HOSTS SPARES.  1000 h between the failures of a host and 2 h of repair, both exponential; 1 h to rebuild.
A replication is one year. Nothing is modelled below "the host is away": no bus, no adapter, no I/O, no service.
"""
import json
import random
import sys
import time

import simpy

years, hosts, spares = (int(float(a)) for a in sys.argv[1:4])
YEAR = 8760.0
draw = random.Random(1).expovariate
ACTIVE, REBUILDING, SPARE, AWAY = range(4)
seen = {"events": 0, "outages": 0, "down": 0.0}


class Mirror:
    def __init__(self, env):
        self.env = env
        self.roles = [ACTIVE, ACTIVE] + [SPARE] * spares
        self.active = 2
        self.rebuild = None
        self.downSince = None
        for host in range(hosts):
            env.process(self.host(host))

    def host(self, host):
        disks = range(host, len(self.roles), hosts)
        while True:
            yield self.env.timeout(draw(1 / 1000))
            seen["events"] += 1
            for disk in disks:
                self.lose(disk)
            self.repair()
            yield self.env.timeout(draw(1 / 2))
            seen["events"] += 1
            for disk in disks:
                self.regain(disk)
            self.repair()

    def lose(self, disk):
        role = self.roles[disk]
        if role == ACTIVE and self.active == 1:  # the last one: the mirror waits for it
            self.downSince = self.env.now
            seen["outages"] += 1
            self.stop()
            return
        if role == REBUILDING:
            self.stop()
        if role == ACTIVE:
            self.active -= 1
        self.roles[disk] = AWAY

    def regain(self, disk):
        if self.roles[disk] == AWAY:
            self.roles[disk] = SPARE
        elif self.roles[disk] == ACTIVE and self.downSince is not None:
            seen["down"] += self.env.now - self.downSince
            self.downSince = None

    def stop(self):
        if self.rebuild is not None:
            self.roles[self.roles.index(REBUILDING)] = SPARE
            self.rebuild.interrupt()
            self.rebuild = None

    def repair(self):
        if self.active == 1 and self.rebuild is None and self.downSince is None and SPARE in self.roles:
            disk = self.roles.index(SPARE)
            self.roles[disk] = REBUILDING
            self.rebuild = self.env.process(self.rebuilding(disk))

    def rebuilding(self, disk):
        try:
            yield self.env.timeout(1.0)
        except simpy.Interrupt:
            return
        seen["events"] += 1
        self.roles[disk] = ACTIVE
        self.active += 1
        self.rebuild = None


start = time.process_time()
for _ in range(years):
    env = simpy.Environment()
    mirror = Mirror(env)
    env.run(until=YEAR)
    if mirror.downSince is not None:
        seen["down"] += YEAR - mirror.downSince
seconds = time.process_time() - start
print(json.dumps({"name": "SimPy " + simpy.__version__, "count": years, "cpuSeconds": seconds, "notes": {
    "eventsPerYear": seen["events"] / years, "outagesPerYear": seen["outages"] / years, "unavailability": seen["down"] / years / YEAR}}))
