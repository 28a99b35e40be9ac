"""Makes the tiny city database that `otklik.lib.place` brings along: python -m otklik.lib.place_data"""

from __future__ import annotations

from mmdb_writer import MMDBWriter
from netaddr import IPSet

from otklik.lib.place import OWN

NETWORKS = ["127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10"]
ENTRY = {
    "country": {"iso_code": "RU", "names": {"en": "Russia", "ru": "Россия"}},
    "city": {"names": {"en": "Moscow", "ru": "Москва"}},
}


def main() -> None:
    writer = MMDBWriter(
        ip_version=6,
        ipv4_compatible=True,
        database_type="Otklik-Own-Network-City",
        languages=["en", "ru"],
        description={"en": "This machine and private networks", "ru": "Эта машина и частные сети"},
    )
    writer.insert_network(IPSet(NETWORKS), ENTRY)
    OWN.parent.mkdir(exist_ok=True)
    writer.to_db_file(str(OWN))


if __name__ == "__main__":
    main()
