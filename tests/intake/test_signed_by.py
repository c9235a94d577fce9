"""Who signs a text, both ways."""

import pytest

from tasks.intake.signed_by import Signature, signature_of


@pytest.mark.parametrize(
    ("text", "signature"),
    [
        ("【腾讯云】您的账号", Signature.CLOUD),
        ("您的账号。【腾讯云】", Signature.CLOUD),
        ("您的账号【腾讯云】", Signature.CLOUD),
        ("【中国移动 提醒】【腾讯云】您的账号", Signature.CLOUD),
        ("【示例科技】转发:【腾讯云】您的账号", Signature.CLOUD),
        ("[Tencent Cloud] Your account", Signature.CLOUD),
        ("【示例商城】您的账号", Signature.COMPANY),
        ("您的账号。【示例商城】", Signature.COMPANY),
        ("您的账号异地登录【示例商城】", Signature.COMPANY),
        ("【示例商城】您的账号。【示例商城】", Signature.COMPANY),
        ("来自:10690000\n【示例商城】您的账号", Signature.COMPANY),
        ("您的账号。【示例商城】\nSIM1\n2026-11-23", Signature.COMPANY),
        ("【微信支付】您的账号", Signature.PRODUCT),
        ("【腾讯会议】您的账号", Signature.PRODUCT),
        ("【示例商城】您的账号,详情请见 【腾讯云】", Signature.UNCLEAR),
        ("[Example] Your account", Signature.STRANGER),
        ("[ops] Your account", Signature.NOBODY),
        ("【异地登录提醒】您的账号", Signature.NOBODY),
        ("【账号】alice 【动作】登录 【城市】阿姆斯特丹", Signature.NOBODY),
        ("您的账号登录了,地点:【阿姆斯特丹】", Signature.NOBODY),
        ("您的账号在【阿姆斯特丹】登录", Signature.NOBODY),
        ("您的账号", Signature.NOBODY),
        ("", Signature.NOBODY),
        ("【腾讯云】" + "x" * 9_000, Signature.CLOUD),
        ("x" * 9_000 + "。【示例商城】", Signature.COMPANY),
    ],
)
def test_a_text_is_whose_it_is_signed(text: str, signature: Signature) -> None:
    assert signature_of(text) is signature
