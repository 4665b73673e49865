// ns-3 on the work of bench/network.ts: a radvd, hosts that configure themselves, one segment each (SimpleChannel, 1 us, no queue).
// Usage: ra_ns3 SCHEDULER fanout|storm|day HOSTS SECONDS. Prints one line of JSON: what was counted, in how much CPU time.
// The lifetimes are radvd's. What ns-3 does not do of all this is listed in docs/beside-ns-3.md.
#include "ns3/core-module.h"
#include "ns3/internet-apps-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include <cstdio>
#include <ctime>
#include <string>

using namespace ns3;

static double cpuSeconds() { return double(std::clock()) / CLOCKS_PER_SEC; }

static uint64_t advertisementsSent = 0;
static void sent(Ptr<const Packet> packet, Ptr<Ipv6>, uint32_t)
{
    uint8_t head[41];
    if (packet->CopyData(head, 41) == 41 && head[6] == 58 && head[40] == 134) advertisementsSent++;
}

static uint32_t attach(Ptr<Node> node, Ptr<NetDevice> device, bool router)
{
    auto ip = node->GetObject<Ipv6>();
    auto at = ip->AddInterface(device);
    ip->SetMetric(at, 1);
    ip->SetForwarding(at, router);
    return at;
}

static NodeContainer segment(uint32_t number, uint32_t hosts, int minMillis, int maxMillis)
{
    NodeContainer router(CreateObject<Node>()), clients;
    clients.Create(hosts);
    NodeContainer all(router, clients);
    SimpleNetDeviceHelper wire;
    wire.SetChannelAttribute("Delay", TimeValue(MicroSeconds(1)));
    auto devices = wire.Install(all);
    InternetStackHelper stack;
    stack.SetIpv4StackInstall(false);
    Ipv6StaticRoutingHelper routing;
    stack.SetRoutingHelper(routing);
    stack.Install(all);
    auto at = attach(router.Get(0), devices.Get(0), true);
    for (uint32_t i = 0; i < hosts; i++) attach(clients.Get(i), devices.Get(i + 1), false);
    router.Get(0)->GetObject<Ipv6>()->SetUp(at);

    auto conf = Create<RadvdInterface>(at, maxMillis, minMillis);
    conf->SetDefaultLifeTime(3 * maxMillis / 1000);
    char prefix[40];
    std::snprintf(prefix, sizeof prefix, "2001:db8:%x::", number + 1);
    conf->AddPrefix(Create<RadvdPrefix>(Ipv6Address(prefix), 64, 14400, 86400));
    auto daemon = CreateObject<Radvd>();
    daemon->AddConfiguration(conf);
    router.Get(0)->AddApplication(daemon);
    daemon->SetStartTime(Seconds(0));
    router.Get(0)->GetObject<Ipv6L3Protocol>()->TraceConnectWithoutContext("Tx", MakeCallback(&sent));
    return clients;
}

static void switchOn(Ptr<Node> node) { node->GetObject<Ipv6>()->SetUp(1); }

static uint32_t configured(const NodeContainer& hosts)
{
    uint32_t count = 0;
    for (auto host = hosts.Begin(); host != hosts.End(); ++host) {
        auto ip = (*host)->GetObject<Ipv6>();
        bool found = false;
        for (uint32_t a = 0; a < ip->GetNAddresses(1); a++) {
            auto address = ip->GetAddress(1, a);
            found |= address.GetScope() == Ipv6InterfaceAddress::GLOBAL && address.GetState() == Ipv6InterfaceAddress::PREFERRED;
        }
        count += found;
    }
    return count;
}

static void stopWhenAll(NodeContainer hosts)
{
    if (configured(hosts) == hosts.GetN()) return Simulator::Stop();
    Simulator::Schedule(MilliSeconds(20), &stopWhenAll, hosts);
}

int main(int argc, char** argv)
{
    if (argc != 5) return 2;
    const std::string scheduler = argv[1], what = argv[2];
    const uint32_t hosts = std::stoul(argv[3]);
    const double seconds = std::stod(argv[4]);
    ObjectFactory factory;
    factory.SetTypeId("ns3::" + scheduler + "Scheduler");
    Simulator::SetScheduler(factory);

    const uint32_t segments = what == "day" ? 50 : 1;
    NodeContainer clients;
    for (uint32_t s = 0; s < segments; s++) clients.Add(what == "fanout" ? segment(s, hosts, 3000, 4000) : segment(s, hosts, 198000, 600000));
    for (uint32_t i = 0; i < clients.GetN(); i++) {
        // A storm spreads evenly over one second; otherwise all are on at once.
        auto at = what == "storm" ? Seconds(4 + double(i) / clients.GetN()) : Seconds(0);
        Simulator::Schedule(at, &switchOn, clients.Get(i));
    }
    double cpu = 0, count = 0;
    if (what == "fanout") {
        Simulator::Stop(Seconds(60));
        Simulator::Run();
        const auto before = advertisementsSent;
        cpu = cpuSeconds();
        Simulator::Stop(Seconds(seconds));
        Simulator::Run();
        count = double(advertisementsSent - before) * hosts;
    } else if (what == "storm") {
        Simulator::Stop(Seconds(3.9));
        Simulator::Run();
        cpu = cpuSeconds();
        Simulator::Schedule(Seconds(1.2), &stopWhenAll, clients);
        Simulator::Stop(Seconds(30));
        Simulator::Run();
        count = hosts;
    } else {
        cpu = cpuSeconds();
        Simulator::Stop(Seconds(seconds));
        Simulator::Run();
        count = double(advertisementsSent) * hosts;
    }
    cpu = cpuSeconds() - cpu;
    std::printf("{\"name\":\"ns-3 %s\",\"count\":%.0f,\"cpuSeconds\":%.6f,\"notes\":{\"configured\":%u,\"hosts\":%u,\"events\":%llu}}\n", what.c_str(), count, cpu,
        configured(clients), clients.GetN(), static_cast<unsigned long long>(Simulator::GetEventCount()));
    Simulator::Destroy();
}
