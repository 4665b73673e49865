// HOLD on the event loop of ns-3: of N pending events the next is run and schedules itself again, an exponential time later.
// Usage: hold_ns3 SCHEDULER N EVENTS, where SCHEDULER is PriorityQueue, Map (the default of ns-3), Heap or Calendar.
#include <ns3/core-module.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

static uint64_t state = 42, sum = 0;
static long left;
static std::clock_t started;
static long warmUp;

static ns3::Time exponential() {  // splitmix64, a mean of one second
  uint64_t z = (state += 0x9e3779b97f4a7c15ull);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  z ^= z >> 31;
  return ns3::NanoSeconds(1 + uint64_t(-1e9 * std::log(((z >> 11) + 1) * 0x1p-53)));
}

static void hold(uint32_t thing) {
  sum += thing;
  if (--warmUp == 0) started = std::clock();
  if (warmUp < 0 && --left == 0) return ns3::Simulator::Stop();
  ns3::Simulator::Schedule(exponential(), &hold, thing);
}

int main(int, char** argv) {
  const std::string scheduler = argv[1];
  const long things = std::atof(argv[2]), events = std::atof(argv[3]);
  left = events;
  warmUp = 100000 + 3 * things;
  ns3::ObjectFactory factory;
  factory.SetTypeId("ns3::" + scheduler + "Scheduler");
  ns3::Simulator::SetScheduler(factory);
  for (long i = 0; i < things; i++) ns3::Simulator::Schedule(exponential(), &hold, uint32_t(i));
  ns3::Simulator::Run();
  const double seconds = double(std::clock() - started) / CLOCKS_PER_SEC;
  std::printf("{\"name\":\"ns-3 %sScheduler\",\"count\":%ld,\"cpuSeconds\":%.6f,\"notes\":{\"sum\":%llu}}\n", scheduler.c_str(), events, seconds, (unsigned long long)sum);
}
