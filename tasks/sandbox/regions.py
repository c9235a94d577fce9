"""The regions that the stand-in cloud has."""

REGIONS = {
    "ap-guangzhou": "华南地区(广州)",
    "ap-shanghai": "华东地区(上海)",
    "ap-nanjing": "华东地区(南京)",
    "ap-beijing": "华北地区(北京)",
    "ap-hongkong": "港澳台地区(中国香港)",
    "ap-singapore": "亚太东南(新加坡)",
}
LIGHTHOUSE_REGIONS = ("ap-guangzhou", "ap-shanghai", "ap-beijing", "ap-hongkong", "ap-singapore")
MAINLAND = ("ap-guangzhou", "ap-shanghai", "ap-nanjing", "ap-beijing")
