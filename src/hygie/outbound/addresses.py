"""What an IP address leads to: the outside, the inside, or where nothing is ever sent."""

from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class Side(Enum):
    OUTSIDE = "outside"
    INSIDE = "inside"
    """This machine, and private networks: only where the administrator says so."""
    NEVER = "never"
    """Whatever is allowed: metadata services of clouds, this link, many at once, nobody."""


NOWHERE: Final = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",  # "this host on this network": Linux takes 0.0.0.0 for itself
        "169.254.0.0/16",  # this link; 169.254.169.254 is most clouds' metadata service
        "100.100.100.200/32",  # metadata of Alibaba Cloud
        "168.63.129.16/32",  # Azure's, a public address
        "192.0.0.0/24",  # of protocols; 192.0.0.192 was Oracle Cloud's
        "224.0.0.0/3",  # many at once, reserved, everybody
        "::/128",
        "fd00:ec2::/32",  # metadata of AWS
        "fd20:ce::/64",  # of Google Cloud
        "fe80::/10",  # this link
        "ff00::/8",  # many at once
    )
)
"""IANA's registries of special addresses, and what the clouds document."""
TRANSLATED: Final = ip_network("64:ff9b::/96")
"""The last 32 bits are the IPv4 address that a translator turns to (NAT64, RFC 6052)."""
UNICAST: Final = ip_network("2000::/3")
"""All that IANA has given out of IPv6."""
TUNNELS: Final = ip_network("2002::/16")
"""6to4 (RFC 3056): an IPv4 address in disguise, of a kind given up in 2015."""


def side_of(address: Address) -> Side:
    """Where `address` leads, once unwrapped: what holds an IPv4 address is judged as that one."""
    plain = unwrapped(address)
    if any(plain in network for network in NOWHERE):
        return Side.NEVER
    if isinstance(plain, IPv6Address) and (plain not in UNICAST or plain in TUNNELS):
        return Side.INSIDE
    return Side.OUTSIDE if plain.is_global else Side.INSIDE


def unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, if it does (mapped, or translated)."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in TRANSLATED:
        return IPv4Address(address.packed[-4:])
    return address


def read_address(text: str) -> Address:
    """`text` as the system's resolver gives it, its zone left out."""
    return ip_address(text.partition("%")[0])
