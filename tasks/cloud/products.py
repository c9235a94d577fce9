"""The vendor's products that are called, each with its API's version.

Versions are those of the vendor's API definitions in tccli 3.1.189.1, on PyPI.
"""

from typing import NamedTuple


class Product(NamedTuple):
    """A product of the vendor, as its API is addressed."""

    service: str
    version: str


CAM = Product("cam", "2019-01-16")
STS = Product("sts", "2018-08-13")
CLOUDAUDIT = Product("cloudaudit", "2019-03-19")
CSIP = Product("csip", "2022-11-21")
CVM = Product("cvm", "2017-03-12")
VPC = Product("vpc", "2017-03-12")
LIGHTHOUSE = Product("lighthouse", "2020-03-24")
