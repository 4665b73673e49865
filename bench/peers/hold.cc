// HOLD on the standard library's heap: of N pending events the next is taken and pushed again, an exponential time later.
// Usage: hold N EVENTS. Equal times come in the order of their numbers, as in the simulator it is compared with.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <queue>
#include <vector>

struct Event {
  double at;
  uint32_t number, thing;
  bool operator>(const Event& other) const { return at > other.at || (at == other.at && number > other.number); }
};

static uint64_t state = 42;
static double exponential() {  // splitmix64
  uint64_t z = (state += 0x9e3779b97f4a7c15ull);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  z ^= z >> 31;
  return -std::log(((z >> 11) + 1) * 0x1p-53);
}

int main(int, char** argv) {
  const long things = std::atof(argv[1]), events = std::atof(argv[2]), warmUp = 300000 + 3 * things;
  std::priority_queue<Event, std::vector<Event>, std::greater<Event>> queue;
  uint32_t number = 0;
  uint64_t sum = 0;
  for (long i = 0; i < things; i++) queue.push({exponential(), number++, uint32_t(i)});
  auto hold = [&](long count) {
    for (long k = 0; k < count; k++) {
      Event e = queue.top();
      queue.pop();
      sum += e.thing;
      queue.push({e.at + exponential(), number++, e.thing});
    }
  };
  hold(warmUp);
  const std::clock_t start = std::clock();
  hold(events);
  const double seconds = double(std::clock() - start) / CLOCKS_PER_SEC;
  std::printf("{\"name\":\"C++ std::priority_queue\",\"count\":%ld,\"cpuSeconds\":%.6f,\"notes\":{\"sum\":%llu}}\n", events, seconds, (unsigned long long)sum);
}
