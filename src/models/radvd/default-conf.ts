/**
 * The radvd.conf of a daemon whose scenario gives none: the IPv6 router of the founding article, reconstructed. The same text is
 * shipped as scenarios/seed-radvd.conf, with its comments; a test holds the two together.
 */
export const DEFAULT_CONF = `interface eth0
{
    AdvSendAdvert on;

    prefix fec0:301:0:1234::/64
    {
    };
};
`
